"""SimVQ: a frozen table times one learnt matrix."""

from .vector import Codebook
from .quantizer import QUANTIZERS


class SimVq(Codebook):
    """Zhu et al. 2024."""

    def table(self):
        return self.weights[f"{self.name}/frozen-codebook"] @ self.weights[f"{self.name}/transform/kernel"]


QUANTIZERS["simvq"] = SimVq
