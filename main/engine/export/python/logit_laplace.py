"""The logit-Laplace distribution of pixels (Ramesh et al. 2021, appendix A.3)."""

import torch

EPSILON = 0.1  # how far pixels are kept from 0 and 1, where the logit is infinite


def map_pixels(images):
    """Pixels from 0 to 1 -> within (0, 1)."""
    return (1 - 2 * EPSILON) * images + EPSILON


def to_brightness(location):
    """The distribution's median as pixels from 0 to 1."""
    return ((torch.sigmoid(location) - EPSILON) / (1 - 2 * EPSILON)).clamp(0, 1)
