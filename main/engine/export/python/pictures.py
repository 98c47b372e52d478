"""Between pictures of any size and networks that halve sides several times."""

import torch.nn.functional as F


def whole(images, factor):
    """Continues pictures with their border pixels on the right and below, to sides that `factor` divides."""
    height, width = images.shape[-2:]
    return F.pad(images, (0, -width % factor, 0, -height % factor), mode="replicate")


def cut(images, image):
    """Takes that off again."""
    return images[:, :, : image["height"], : image["width"]]


def channels_last(x):
    """[N, C, H, W] -> [N, H, W, C]"""
    return x.permute(0, 2, 3, 1)


def channels_first(x):
    """[N, H, W, C] -> [N, C, H, W]"""
    return x.permute(0, 3, 1, 2)
