"""Codes on the unit sphere."""

from .vector import Codebook
from .quantizer import QUANTIZERS


class CosineCodebook(Codebook):
    """Directions alone are compared (Yu et al. 2021, section 3.2)."""

    is_unit = True


QUANTIZERS["cosine"] = CosineCodebook
