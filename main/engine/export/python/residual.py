"""Several codes a place, each for what those before it left over."""

import torch

from .quantizer import QUANTIZERS, Quantizer, create_quantizer


class Residual(Quantizer):
    """Zeghidour et al. 2021, algorithm 1: the codes' vectors add up. codes: [..., stages]."""

    def __init__(self, weights, name, spec, stage=None):
        super().__init__(weights, name, spec, stage)
        self.depth = spec["stages"]
        stages = range(self.depth)
        names = [f"{name}/stage" if spec["shared"] else f"{name}/stage{at}" for at in stages]
        self.stages = [create_quantizer(weights, names[at], spec["quantizer"], at) for at in stages]

    def codes(self, latents):
        rest, found = self.stages[0].reachable(latents), []
        for stage in self.stages:
            found.append(stage.codes(rest))
            rest = rest - stage.vectors(found[-1])
        return torch.stack(found, -1)

    def vectors(self, codes):
        return sum(stage.vectors(codes[..., at]) for at, stage in enumerate(self.stages))


QUANTIZERS["residual"] = Residual
