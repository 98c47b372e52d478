"""Codes out of a learnt table."""

import torch.nn.functional as F

from .quantizer import QUANTIZERS, Quantizer


class Codebook(Quantizer):
    """The nearest row of a table (van den Oord et al. 2017); of unit vectors that with the largest cosine."""

    is_unit = False

    def table(self):
        return self.unit(self.weights[f"{self.name}/codebook"])  # [K, D]

    def codes(self, latents):
        table = self.table()
        products = self.unit(latents) @ table.T
        if self.is_unit:
            return products.argmax(-1)
        return (table.square().sum(1) - 2 * products).argmin(-1)

    def vectors(self, codes):
        return self.table()[codes]

    def unit(self, x):
        return F.normalize(x, dim=-1, eps=1e-6) if self.is_unit else x


QUANTIZERS["vector"] = Codebook
