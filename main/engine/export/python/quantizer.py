"""What all quantizers have in common, and how one is made from its specification."""

QUANTIZERS = {}


class Quantizer:
    """codes: latents [..., D] -> int64 [...], or [..., depth] of several codes a place; vectors: codes -> [..., D]."""

    depth = 1

    def __init__(self, weights, name, spec, stage=None):
        """`stage`: which one of a residual quantizer, from 0; None outside of one."""
        self.weights, self.name, self.spec = weights, name, spec

    def reachable(self, latents):
        """Latents as a residual quantizer of such stages begins with them."""
        return latents


def create_quantizer(weights, name, spec, stage=None):
    return QUANTIZERS[spec["kind"]](weights, name, spec, stage)
