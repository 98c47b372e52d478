"""Finite scalars: each component is rounded to one of a few levels, and the codes are all combinations of levels."""

import math

import torch

from .quantizer import QUANTIZERS, Quantizer


class FiniteScalars(Quantizer):
    """Mentzer et al. 2023; symmetric levels as in Parker et al. 2024. The first component counts fastest.

    In stage n of a residual quantizer levels are symmetric and L to the power of n times as fine.
    """

    def __init__(self, weights, name, spec, stage=None):
        super().__init__(weights, name, spec, stage)
        self.stage, self.levels = stage, spec["levels"]
        self.is_symmetric = spec["symmetric"] or stage is not None
        self.worth = [math.prod(self.levels[:at]) for at in range(len(self.levels))]

    def codes(self, latents):
        digits = self.digits(latents).long()
        return (digits * torch.tensor(self.worth, device=latents.device)).sum(-1)

    def vectors(self, codes):
        worth, levels = (torch.tensor(row, device=codes.device) for row in (self.worth, self.levels))
        digits = (codes.unsqueeze(-1) // worth % levels).float()
        if self.is_symmetric:
            return (digits * 2 / (levels - 1) - 1) * self.scale(codes.device)
        half = levels // 2
        return (digits - half) / half

    def digits(self, latents):
        """Latents [..., d] -> which level each component is nearest to, from 0."""
        levels = torch.tensor(self.levels, device=latents.device)
        if self.is_symmetric:
            within = torch.tanh(latents) if self.stage is None else (latents / self.scale(latents.device)).clamp(-1, 1)
            return ((within + 1) * (levels - 1) / 2 + 0.5).floor()
        reach = (levels - 1) * (1 + 1e-3) / 2
        offset = (levels % 2 == 0) * 0.5
        places = torch.tanh(latents + torch.atanh(offset / reach)) * reach - offset
        return places.round() + levels // 2

    def scale(self, device):
        return torch.tensor([count ** -(self.stage or 0) for count in self.levels], dtype=torch.float32, device=device)

    def reachable(self, latents):
        reach = torch.tensor([1 + 1 / (count - 1) for count in self.levels], device=latents.device)
        return torch.tanh(latents / reach) * reach


QUANTIZERS["fsq"] = FiniteScalars
