"""VAE with categorical variables, with the weights of model.safetensors."""

import torch.nn.functional as F

from .likelihood import mean_image
from .vector_network import to_features, to_images
from .weights import Weights


class Model(Weights):
    """encode: images [N, C, H, W] from 0 to 1 -> the most likely codes, [N, 1, 1, variables], of one variable
    [N, 1, 1]; decode: codes -> the means of p(x|z)."""

    def encode(self, images):
        logits = self.dense("encoder/logits", to_features(self, images - 0.5))
        codes = logits.unflatten(1, (self.spec["variables"], self.spec["codes"])).argmax(-1)
        return codes.view(-1, 1, 1, *codes.shape[1:]) if self.spec["variables"] > 1 else codes.view(-1, 1, 1)

    def decode(self, codes):
        choices = F.one_hot(codes.reshape(-1, self.spec["variables"]), self.spec["codes"]).float().flatten(1)
        return mean_image(self.spec, to_images(self, choices))
