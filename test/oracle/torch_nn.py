"""Golden numbers of PyTorch for every layer of nn/: output, and the gradients of input and weights of Σ output · upstream.

A case is `name/x` (and `name/memory`, `name/labels`), `name/upstream`, `name/y`, `name/dx`, and for each variable of the layer
`name/w/<variable>` and `name/d/<variable>`, all in Tessera's layouts (channels last, kernels [kh, kw, in, out]).
"""

import pathlib

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(11)
golden = {}


def case(name, module, x, weights, run=None, **others):
    """`weights`: variable → (parameter, its layout as a function); `run`: input in Tessera's layout → output in it."""
    with torch.no_grad():
        for parameter, _ in weights.values():
            parameter.copy_(torch.randn_like(parameter) * 0.4 + (0.5 if parameter.dim() == 1 else 0))
    x.requires_grad_(x.is_floating_point())
    for tensor in others.values():
        tensor.requires_grad_(tensor.is_floating_point())
    y = (run or module)(x, *others.values())
    upstream = torch.randn_like(y)
    (y * upstream).sum().backward()
    golden[f"{name}/x"], golden[f"{name}/y"], golden[f"{name}/upstream"] = x, y, upstream
    if x.grad is not None:
        golden[f"{name}/dx"] = x.grad
    for key, tensor in others.items():
        golden[f"{name}/{key}"] = tensor
        if tensor.grad is not None:
            golden[f"{name}/d{key}"] = tensor.grad
    for variable, (parameter, layout) in weights.items():
        golden[f"{name}/w/{variable}"] = layout(parameter)
        golden[f"{name}/d/{variable}"] = layout(parameter.grad)


same = lambda w: w
matrix = lambda w: w.t()
conv2d = lambda w: w.permute(2, 3, 1, 0)
conv1d = lambda w: w.permute(2, 1, 0)
first = lambda x: x.permute(0, 3, 1, 2)
last = lambda x: x.permute(0, 2, 3, 1)
dense = lambda name, m: {f"{name}/kernel": (m.weight, matrix), f"{name}/bias": (m.bias, same)}
conv = lambda name, m: {f"{name}/kernel": (m.weight, conv2d), f"{name}/bias": (m.bias, same)}
norm = lambda name, m: {f"{name}/scale": (m.weight, same), f"{name}/offset": (m.bias, same)}

images = lambda channels, height=5, width=4: torch.randn(2, height, width, channels)
sequence = lambda channels, length=6: torch.randn(2, length, channels)

m = nn.Embedding(7, 4)
case("embedding", m, torch.tensor([[0, 3, 3], [6, 1, 0]]), {"layer/table": (m.weight, same)})

m = nn.LayerNorm(6)
case("layerNorm", m, sequence(6), norm("layer", m))

m = nn.GroupNorm(4, 8, eps=1e-6)
case("groupNorm", m, images(8), norm("layer", m), lambda x: last(m(first(x))))

m = nn.BatchNorm2d(3)
case("batchNormTrain", m, images(3), norm("layer", m), lambda x: last(m(first(x))))
golden["batchNormTrain/mean"], golden["batchNormTrain/variance"] = m.running_mean, m.running_var
e = nn.BatchNorm2d(3).eval()
e.running_mean, e.running_var = m.running_mean, m.running_var
case("batchNormEvaluate", e, images(3), norm("layer", e), lambda x: last(e(first(x))))

m = nn.Conv2d(3, 6, 3, padding=1, groups=3)
depthwise = lambda w: w.view(3, 2, 3, 3).permute(2, 3, 0, 1)
case(
    "depthwise", m, images(3), {"layer/kernel": (m.weight, depthwise), "layer/bias": (m.bias, same)},
    lambda x: last(m(first(x))),
)

for name, options, pad in [("conv1d", dict(padding=2, dilation=2), 0), ("conv1dCausal", dict(dilation=2), 4)]:
    m = nn.Conv1d(3, 5, 3, **options)
    case(
        name, m, sequence(3, 7), {"layer/kernel": (m.weight, conv1d), "layer/bias": (m.bias, same)},
        lambda x: m(F.pad(x.transpose(1, 2), (pad, 0))).transpose(1, 2),
    )

for mask in "AB":
    for field in ["raster", "vertical", "horizontal"]:
        for dilation in [1, 2]:
            keep = torch.zeros(5, 5)
            if field != "horizontal":
                keep[:2] = 1
            if field == "vertical" and mask == "B":
                keep[2] = 1
            if field != "vertical":
                keep[2, : 3 if mask == "B" else 2] = 1
            m = nn.Conv2d(2, 3, 5, padding=2 * dilation, dilation=dilation)
            rows = slice(0, 3) if field == "raster" else slice(0, 2 + (mask == "B")) if field == "vertical" else slice(2, 3)
            columns = slice(0, 2 + (mask == "B")) if field == "horizontal" else slice(0, 5)
            case(
                f"masked-{mask}-{field}-{dilation}", m, images(2),
                {"layer/kernel": (m.weight, lambda w: conv2d(w)[rows, columns]), "layer/bias": (m.bias, same)},
                lambda x: last(F.conv2d(first(x), m.weight * keep, m.bias, padding=2 * dilation, dilation=dilation)),
            )

m = nn.Embedding(4, 6)
gate = lambda h: torch.tanh(h[..., :3]) * torch.sigmoid(h[..., 3:])
case(
    "gated", m, images(6), {"layer/classes": (m.weight, same)},
    lambda x, labels: gate(x + m(labels)[:, None, None]), labels=torch.tensor([3, 1]),
)


class Attention(nn.Module):
    def __init__(self, heads, q, kv, out, causal):
        super().__init__()
        self.heads, self.q, self.kv, self.out, self.causal = heads, q, kv, out, causal

    def forward(self, x, memory):
        split = lambda t: t.view(*t.shape[:2], self.heads, -1).transpose(1, 2)
        k, v = self.kv(memory).chunk(2, -1)
        y = F.scaled_dot_product_attention(split(self.q(x)), split(k), split(v), is_causal=self.causal)
        return self.out(y.transpose(1, 2).flatten(2))


def self_attention(heads, dimension, causal):
    """One matrix for queries, keys and values, cut up by F.linear."""
    qkv, out = nn.Linear(dimension, 3 * dimension), nn.Linear(dimension, dimension)
    q = lambda x: F.linear(x, qkv.weight[:dimension], qkv.bias[:dimension])
    kv = lambda x: F.linear(x, qkv.weight[dimension:], qkv.bias[dimension:])
    return qkv, out, lambda x: Attention.forward(
        type("A", (), dict(heads=heads, q=staticmethod(q), kv=staticmethod(kv), out=out, causal=causal)), x, x
    )


for causal in [False, True]:
    qkv, out, run = self_attention(2, 6, causal)
    case("causalAttention" if causal else "attention", None, sequence(6, 5), {**dense("layer/qkv", qkv), **dense("layer/out", out)}, run)

m = Attention(2, nn.Linear(6, 6), nn.Linear(4, 12), nn.Linear(6, 6), False)
weights = {**dense("layer/q", m.q), **dense("layer/kv", m.kv), **dense("layer/out", m.out)}
case("crossAttention", m, sequence(6, 5), weights, memory=sequence(4, 3))

qkv, out, run = self_attention(2, 6, True)
norm1, norm2, wide, narrow = nn.LayerNorm(6), nn.LayerNorm(6), nn.Linear(6, 24), nn.Linear(24, 6)


def block(x):
    x = x + run(norm1(x))
    return x + narrow(F.gelu(wide(norm2(x))))


case(
    "transformerBlock", None, sequence(6, 5),
    {
        **norm("layer/norm1", norm1), **dense("layer/attention/qkv", qkv), **dense("layer/attention/out", out),
        **norm("layer/norm2", norm2), **dense("layer/mlp/in", wide), **dense("layer/mlp/out", narrow),
    },
    block,
)

n1, c1, n2, c2, s = nn.GroupNorm(2, 4, 1e-6), nn.Conv2d(4, 6, 3, padding=1), nn.GroupNorm(2, 6, 1e-6), nn.Conv2d(6, 6, 3, padding=1), nn.Conv2d(4, 6, 1)
case(
    "vqganResidual", None, images(4),
    {**norm("layer/norm1", n1), **conv("layer/conv1", c1), **norm("layer/norm2", n2), **conv("layer/conv2", c2), **conv("layer/shortcut", s)},
    lambda x: last(s(first(x)) + c2(F.silu(n2(c1(F.silu(n1(first(x)))))))),
)

n, q, o = nn.GroupNorm(2, 4, 1e-6), nn.Conv2d(4, 12, 1), nn.Conv2d(4, 4, 1)


def spatial(x):
    queries, keys, values = q(n(first(x))).flatten(2).transpose(1, 2).chunk(3, -1)
    y = F.scaled_dot_product_attention(queries, keys, values).transpose(1, 2).unflatten(2, x.shape[1:3])
    return x + last(o(y))


case("vqganAttention", None, images(4), {**norm("layer/norm", n), **conv("layer/qkv", q), **conv("layer/out", o)}, spatial)

m = nn.Conv2d(3, 8, 3, padding=1)
shuffled = lambda w: w.unflatten(-1, (2, 4)).transpose(-1, -2).flatten(-2)  # channel c · 4 + ij of PyTorch is ij · 2 + c here
case(
    "pixelShuffle", m, images(3), {"layer/kernel": (m.weight, lambda w: shuffled(conv2d(w))), "layer/bias": (m.bias, shuffled)},
    lambda x: last(F.pixel_shuffle(m(first(x)), 2)),
)


def waves(places, dimension):
    omega = 1 / 10000 ** (np.arange(dimension // 2, dtype=np.float64) / (dimension / 2))
    angles = np.outer(places, omega)
    return np.concatenate([np.sin(angles), np.cos(angles)], 1)


# as in facebookresearch/mae, util/pos_embed.py
grid = np.meshgrid(np.arange(4), np.arange(3))
golden["positions/line"] = waves(np.arange(5), 8)
golden["positions/grid"] = np.concatenate([waves(grid[0].reshape(-1), 4), waves(grid[1].reshape(-1), 4)], 1)

arrays = {key: np.ascontiguousarray(torch.as_tensor(value).detach().numpy()) for key, value in golden.items()}
arrays = {key: value.astype(np.float32 if value.dtype.kind == "f" else np.int32) for key, value in arrays.items()}
path = pathlib.Path(__file__).parent / "golden" / "torch-nn.npz"
np.savez_compressed(path, **arrays)
print(path, path.stat().st_size, len(arrays), "arrays, PyTorch", torch.__version__)
