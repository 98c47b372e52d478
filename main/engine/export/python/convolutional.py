"""The encoder and the decoder of VQ-VAE, as in its Sonnet example."""

import torch.nn.functional as F


def encoder(weights, name, spec, x, is_rectified=True):
    """[N, C, H, W] -> [N, hidden, H / 2^d, W / 2^d]"""
    for level in range(spec["downsamplings"]):
        x = F.relu(weights.conv(f"{name}/down{level + 1}", x, stride=2))
    x = weights.conv(f"{name}/conv", x)
    return residual_stack(weights, f"{name}/residual", spec, F.relu(x) if is_rectified else x)


def decoder(weights, name, spec, x):
    """[N, D, h, w] -> [N, channels, 2^d h, 2^d w]"""
    x = residual_stack(weights, f"{name}/residual", spec, weights.conv(f"{name}/conv", x))
    for level in range(spec["downsamplings"]):
        x = weights.conv_transpose(f"{name}/up{level + 1}", x if level == 0 else F.relu(x))
    return x


def residual_stack(weights, name, spec, x):
    for block in range(spec["residualLayers"]):
        inner = F.relu(weights.conv(f"{name}/block{block}/conv3", F.relu(x)))
        x = x + weights.conv(f"{name}/block{block}/conv1", inner)
    return F.relu(x)
