"""Golden numbers of PyTorch for the ops that it has: output, and the gradients of all inputs of Σ output · upstream.

A case is `name/<input>` and `name/d/<input>` for each input, `name/upstream` and `name/y`, in Tessera's layouts (channels last,
kernels [kh, kw, in, out]). Inputs without a gradient are integers or end in `_`. Versions: torch 2.13, vector-quantize-pytorch
1.32 for the rotation trick (Fifty et al. 2024).
"""

import pathlib

import numpy as np
import torch
import torch.nn.functional as F
from vector_quantize_pytorch.vector_quantize_pytorch import rotate_to

torch.manual_seed(23)
golden = {}


def case(name, f, **inputs):
    for key, tensor in inputs.items():
        tensor.requires_grad_(tensor.is_floating_point() and not key.endswith("_"))
    y = f(*inputs.values())
    upstream = torch.randn_like(y)
    (y * upstream).sum().backward()
    golden[f"{name}/upstream"], golden[f"{name}/y"] = upstream, y
    for key, tensor in inputs.items():
        golden[f"{name}/{key}"] = tensor
        if tensor.grad is not None:
            golden[f"{name}/d/{key}"] = tensor.grad


first = lambda x: x.permute(0, 3, 1, 2)
last = lambda x: x.permute(0, 2, 3, 1)
rows = lambda *shape: torch.randn(*(shape or (2, 5))) * 2
images = lambda c=2, h=5, w=4: torch.randn(2, h, w, c)
image_op = lambda f: lambda x: last(f(first(x)))
sequence_op = lambda f: lambda x: f(x.transpose(1, 2)).transpose(1, 2)

for name, f in {
    "relu": F.relu,
    "leakyRelu": lambda x: F.leaky_relu(x, 0.2),
    "elu": F.elu,
    "silu": F.silu,
    "gelu": F.gelu,
    "geluTanh": lambda x: F.gelu(x, approximate="tanh"),
    "softplus": F.softplus,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "exp": torch.exp,
    "sin": torch.sin,
    "cos": torch.cos,
    "erf": torch.erf,
    "abs": torch.abs,
    "clip": lambda x: x.clamp(-1.1, 0.9),
    "softmax": lambda x: x.softmax(-1),
    "softmaxFirst": lambda x: x.softmax(0),
    "logSoftmax": lambda x: x.log_softmax(-1),
    "logSoftmaxFirst": lambda x: x.log_softmax(0),
    "logSumExp": lambda x: x.logsumexp(-1),
    "max": lambda x: x.amax(-1),
    "min": lambda x: x.amin(0),
    "cumsum": lambda x: x.cumsum(1),
    "cumsumReverse": lambda x: x.flip(1).cumsum(1).flip(1),
    "l2Normalize": lambda x: F.normalize(x, dim=-1),
    "reverse": lambda x: x.flip(1),
    "tile": lambda x: x.repeat(2, 3),
    "variance": lambda x: x.var(1, unbiased=False),
}.items():
    case(name, f, x=rows())

positive = lambda: torch.rand(2, 5) + 0.3
for name, f in {"sqrt": torch.sqrt, "rsqrt": torch.rsqrt, "log": torch.log, "log1p": torch.log1p}.items():
    case(name, f, x=positive())
case("pow", torch.pow, a=positive(), b=rows(5))
case("div", torch.div, a=rows(), b=torch.rand(2, 1) + 0.5)
case("minimum", torch.minimum, a=rows(), b=rows(5))
case("maximum", torch.maximum, a=rows(), b=rows(2, 1))
case("where", lambda a, b: torch.where(a > 0.1, a, b), a=rows(), b=rows(5))
case("matMul", torch.matmul, a=rows(2, 3, 4), b=rows(4, 2))
case("matMulTransposed", lambda a, b: a.transpose(-1, -2) @ b.transpose(-1, -2), a=rows(2, 4, 3), b=rows(2, 5, 4))

kernel = lambda k, i, o: torch.randn(k, k, i, o)
torch_kernel = lambda k: k.permute(3, 2, 0, 1)
for name, options in {
    "conv": dict(padding=1),
    "convStrided": dict(stride=2),
    "convDilated": dict(dilation=2, padding=2),
    "convStridedDilated": dict(stride=2, dilation=2),
}.items():
    case(name, lambda x, k: last(F.conv2d(first(x), torch_kernel(k), **options)), x=images(3, 7, 6), k=kernel(3, 3, 2))
    case(
        name + "Depthwise",
        lambda x, k: last(F.conv2d(first(x), k.permute(2, 3, 0, 1).reshape(6, 1, 3, 3), groups=3, **options)),
        x=images(3, 7, 6),
        k=kernel(3, 3, 2),
    )
for name, options in {"convTranspose": dict(stride=2), "convTransposeDilated": dict(dilation=2)}.items():
    case(
        name,
        # Tessera's kernel is [kh, kw, out, in]
        lambda x, k: last(F.conv_transpose2d(first(x), k.permute(3, 2, 0, 1), **options)),
        x=images(2, 3, 4),
        k=kernel(3, 3, 2),
    )
conv1d = lambda x, k, **options: F.conv1d(x.transpose(1, 2), k.permute(2, 1, 0), **options).transpose(1, 2)
case("conv1d", lambda x, k: conv1d(x, k, dilation=3, padding=3), x=rows(2, 9, 3), k=rows(3, 3, 2))
case("conv1dStrided", lambda x, k: conv1d(x, k, stride=2), x=rows(2, 9, 3), k=rows(4, 3, 2))
case("conv1dCausal", lambda x, k: conv1d(F.pad(x, (0, 0, 4, 0)), k, dilation=2), x=rows(2, 9, 3), k=rows(3, 3, 2))
case(
    "conv1dTranspose",
    lambda x, k: F.conv_transpose1d(x.transpose(1, 2), k.permute(2, 1, 0), stride=2).transpose(1, 2),
    x=rows(2, 5, 3),
    k=rows(4, 2, 3),
)

case("averagePool", image_op(lambda x: F.avg_pool2d(x, 2)), x=images())
case("averagePoolOverlapping", image_op(lambda x: F.avg_pool2d(x, 3, 1)), x=images())
# TensorFlow's `same` divides by what is there; of an odd padding the larger half is at the end
same = lambda x: F.avg_pool2d(F.pad(x, (0, 1, 1, 1)), 3, 2) / F.avg_pool2d(F.pad(torch.ones_like(x), (0, 1, 1, 1)), 3, 2)
case("averagePoolSame", image_op(same), x=images())
case("maxPool", image_op(lambda x: F.max_pool2d(x, 2)), x=images())
case("maxPoolSame", image_op(lambda x: F.max_pool2d(F.pad(x, (0, 1, 1, 1), value=-9e9), 3, 2)), x=images())
case("maxPool1d", sequence_op(lambda x: F.max_pool1d(x, 3, 2)), x=rows(2, 9, 2))
case("averagePool1d", sequence_op(lambda x: F.avg_pool1d(x, 3, 2)), x=rows(2, 9, 2))

for name, size in {"Up": (11, 8), "Down": (2, 3), "Double": (10, 8)}.items():
    resize = lambda mode, **options: image_op(lambda x: F.interpolate(x, size=size, mode=mode, **options))
    case("nearest" + name, resize("nearest-exact"), x=images())
    case("bilinear" + name, resize("bilinear"), x=images())
    case("bilinearCorners" + name, resize("bilinear", align_corners=True), x=images())
case("linear1d", sequence_op(lambda x: F.interpolate(x, size=13, mode="linear")), x=rows(2, 5, 2))
case("nearest1d", sequence_op(lambda x: F.interpolate(x, size=13, mode="nearest-exact")), x=rows(2, 5, 2))

case("reflectPad", image_op(lambda x: F.pad(x, (3, 1, 2, 4), mode="reflect")), x=images())
case("edgePad", image_op(lambda x: F.pad(x, (3, 0, 2, 1), mode="replicate")), x=images())
case("reflectPad1d", sequence_op(lambda x: F.pad(x, (3, 1), mode="reflect")), x=rows(2, 5, 2))
# PyTorch puts a pixel's channels before its place in the block, Tessera after it
shuffled = lambda x: x.reshape(2, 3, 2, 2, 2, 3).permute(0, 5, 3, 4, 1, 2).reshape(2, 12, 3, 2)
case("depthToSpace", lambda x: last(F.pixel_shuffle(shuffled(x), 2)), x=torch.randn(2, 3, 2, 12))
case("spaceToDepth", lambda x: x.reshape(2, 2, 2, 3, 2, 1).permute(0, 1, 3, 2, 4, 5).reshape(2, 2, 3, 4), x=images(1, 4, 6))

case("gather", lambda t, i: t[i], table=rows(5, 3), ids=torch.tensor([[4, 0, 4], [2, 2, 1]]))
case("gatherAlong", lambda x, i: x.index_select(1, i), x=rows(2, 4, 3), ids=torch.tensor([3, 0, 3]))
case(
    "batchGather",
    lambda t, i: t.gather(1, i[..., None].expand(2, 3, 2)),
    table=rows(2, 4, 2),
    ids=torch.tensor([[3, 0, 3], [1, 1, 2]]),
)
case("layerNorm", lambda x, s, o: F.layer_norm(x, (6,), s, o), x=rows(2, 3, 6), scale=rows(6), offset=rows(6))
case(
    "groupNorm",
    lambda x, s, o: last(F.group_norm(first(x), 2, s, o, 1e-6)),
    x=images(4),
    scale=rows(4),
    offset=rows(4),
)
case(
    "batchNorm",
    lambda x, s, o: last(F.batch_norm(first(x), None, None, s, o, True)),
    x=images(3),
    scale=rows(3),
    offset=rows(3),
)
case("batchNormRows", lambda x, s, o: F.batch_norm(x, None, None, s, o, True), x=rows(7, 3), scale=rows(3), offset=rows(3))

labels = torch.tensor([[3, 0, 2], [1, 1, 4]])
entropy = lambda smoothing: lambda x, l: F.cross_entropy(
    x.reshape(-1, 5), l.reshape(-1), reduction="none", label_smoothing=smoothing, ignore_index=-100
).reshape(l.shape)
case("crossEntropy", entropy(0.0), logits=rows(2, 3, 5), labels=labels)
case("crossEntropySmoothed", entropy(0.1), logits=rows(2, 3, 5), labels=labels)
ignored = torch.tensor([[3, -100, 2], [-100, 1, 4]])
case("crossEntropyMasked", entropy(0.2), logits=rows(2, 3, 5), labels=ignored)
case("softCrossEntropy", lambda x, t: F.cross_entropy(x, t, reduction="none"), logits=rows(3, 5), targets_=rows(3, 5).softmax(-1))
case(
    "sigmoidCrossEntropy",
    lambda x, t: F.binary_cross_entropy_with_logits(x, t, reduction="none"),
    logits=rows(3, 5),
    targets=torch.rand(3, 5),
)
case("rotationTrick", rotate_to, x=rows(4, 5), codes_=rows(4, 5))
case("rfft", lambda x: torch.view_as_real(torch.fft.rfft(x)), x=rows(2, 9))
case("rfftEven", lambda x: torch.view_as_real(torch.fft.rfft(x)), x=rows(2, 8))
for name, options in {"stft": dict(n_fft=16, hop_length=5), "stftUncentred": dict(n_fft=12, hop_length=12, center=False)}.items():
    window = torch.hann_window(options["n_fft"])
    case(name, lambda x: torch.stft(x, window=window, return_complex=True, **options).abs().transpose(1, 2), x=rows(2, 40))

# the gradient penalty of a discriminator: second order
penalty_kernel, penalty_dense = torch.randn(4, 4, 2, 3) * 0.5, torch.randn(12, 1)


def penalty(x, k, b, w):
    hidden = F.leaky_relu(F.conv2d(first(x), torch_kernel(k), b, stride=2, padding=1), 0.2)
    score = F.softplus(last(hidden).reshape(2, -1) @ w)
    (slope,) = torch.autograd.grad(score.sum(), x, create_graph=True)
    return slope.square().sum((1, 2, 3))


case("gradientPenalty", penalty, x=images(2, 4, 4), k=penalty_kernel, b=torch.randn(3), w=penalty_dense)

arrays = {
    key: value.detach().numpy().astype(np.float32 if value.is_floating_point() else np.int32)
    for key, value in golden.items()
}
np.savez_compressed(pathlib.Path(__file__).parent / "golden" / "torch-ops.npz", **arrays)
