"""VQ-VAE-2 (Razavi, van den Oord, Vinyals 2019) with the weights of model.safetensors."""

import torch

from .convolutional import decoder, encoder
from .pictures import channels_first, channels_last, cut, whole
from .quantizer import create_quantizer
from .weights import BESIDE, Weights


class Model(Weights):
    """encode: images [N, C, H, W] from 0 to 1 -> a list of the codes of each level, the coarsest first, each [N, h, w],
    of several codes a place [N, h, w, depth]; decode: the way back."""

    def __init__(self, path=BESIDE):
        super().__init__(path)
        self.levels = [f"level{number + 1}" for number in range(self.spec["levels"])]
        specs = [self.spec["top"]] + [self.spec["quantizer"]] * (len(self.levels) - 1)
        self.quantizers = [
            create_quantizer(self, f"{level}/quantizer", spec) for level, spec in zip(self.levels, specs)
        ]
        self.once = {**self.spec, "downsamplings": 1}

    def encode(self, images):
        x = whole(images - 0.5, 2 ** (self.spec["downsamplings"] + len(self.levels) - 1))
        features = {}
        for level in reversed(self.levels):
            x = encoder(self, f"{level}/encoder", self.spec if level == self.levels[-1] else self.once, x, False)
            features[level] = x
        known, found = None, []
        for level, quantizer in zip(self.levels, self.quantizers):
            x = features[level]
            if known is not None:
                x = torch.cat([decoder(self, f"{level}/above", self.once, known), x], 1)
            found.append(quantizer.codes(channels_last(self.conv(f"{level}/pre-vq", x))))
            known = self.join(level, known, quantizer.vectors(found[-1]))
        return found

    def decode(self, codes):
        known = None
        for level, quantizer, own in zip(self.levels, self.quantizers, codes):
            known = self.join(level, known, quantizer.vectors(own))
        return (cut(decoder(self, "decoder", self.spec, known), self.image) + 0.5).clamp(0, 1)

    def join(self, level, known, vectors):
        """All that is known once a level's vectors [N, h, w, D] join what is above."""
        vectors = channels_first(vectors)
        return vectors if known is None else torch.cat([self.conv_transpose(f"{level}/up", known), vectors], 1)
