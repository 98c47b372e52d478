"""Codes that a linear layer chooses."""

from .quantizer import QUANTIZERS, Quantizer


class Gumbel(Quantizer):
    """Gumbel-softmax (Jang et al. 2017); encoding takes the largest logit."""

    def codes(self, latents):
        return self.weights.dense(f"{self.name}/logits", latents).argmax(-1)

    def vectors(self, codes):
        return self.weights[f"{self.name}/codebook"][codes]


QUANTIZERS["gumbel"] = Gumbel
