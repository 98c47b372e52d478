"""Codes that are looked up in fewer dimensions."""

from .vector import Codebook
from .quantizer import QUANTIZERS


class FactorisedCodebook(Codebook):
    """Latents are projected down, looked up there and projected up again (Yu et al. 2021, section 3.2)."""

    def __init__(self, weights, name, spec, stage=None):
        super().__init__(weights, name, spec, stage)
        self.is_unit = spec["normalised"]

    def codes(self, latents):
        return super().codes(self.weights.dense(f"{self.name}/down", latents))

    def vectors(self, codes):
        return self.weights.dense(f"{self.name}/up", super().vectors(codes))


QUANTIZERS["factorised"] = FactorisedCodebook
