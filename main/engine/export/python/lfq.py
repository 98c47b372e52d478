"""Codes that are the signs of a latent's components, without a table."""

import torch

from .quantizer import QUANTIZERS, Quantizer


class LookupFree(Quantizer):
    """Lookup-free (Yu et al. 2023) and, with `spherical`, binary spherical quantization (Zhao et al. 2024).

    The first component is the index's highest bit; stages of a residual quantizer halve the code's components.
    """

    def __init__(self, weights, name, spec, stage=None):
        super().__init__(weights, name, spec, stage)
        self.bits = spec["bits"]
        self.size = 2.0 ** -(stage or 0) / (self.bits**0.5 if spec["spherical"] else 1)

    def codes(self, latents):
        return ((latents > 0) * 2 ** self.places(latents.device)).sum(-1)

    def vectors(self, codes):
        bits = codes.unsqueeze(-1) >> self.places(codes.device) & 1
        return (bits * 2 - 1) * self.size

    def places(self, device):
        return torch.arange(self.bits - 1, -1, -1, device=device)


QUANTIZERS["lfq"] = LookupFree
