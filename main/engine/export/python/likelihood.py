"""What a decoder's output says of pixels."""

import torch


def mean_image(spec, outputs):
    """The mean of p(x|z), from 0 to 1."""
    if spec["likelihood"]["kind"] == "bernoulli":
        return torch.sigmoid(outputs)
    return (outputs + 0.5).clamp(0, 1)
