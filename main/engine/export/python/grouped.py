"""Several codes a place, each for a part of the latent's components."""

import torch

from .quantizer import QUANTIZERS, Quantizer, create_quantizer


class Grouped(Quantizer):
    """Product quantization (Jegou et al. 2011); with one codebook for all groups, multi-head codes.

    codes: [..., depth], those of a group side by side.
    """

    def __init__(self, weights, name, spec, stage=None):
        super().__init__(weights, name, spec, stage)
        groups = range(spec["groups"])
        names = [f"{name}/group" if spec["shared"] else f"{name}/group{at}" for at in groups]
        self.groups = [create_quantizer(weights, name, spec["quantizer"]) for name in names]
        self.inner = self.groups[0].depth
        self.depth = len(groups) * self.inner

    def codes(self, latents):
        parts = latents.chunk(len(self.groups), -1)
        found = [group.codes(part) for group, part in zip(self.groups, parts)]
        return torch.stack(found, -1) if self.inner == 1 else torch.cat(found, -1)

    def vectors(self, codes):
        own = codes.unbind(-1) if self.inner == 1 else codes.split(self.inner, -1)
        return torch.cat([group.vectors(part) for group, part in zip(self.groups, own)], -1)


QUANTIZERS["grouped"] = Grouped
