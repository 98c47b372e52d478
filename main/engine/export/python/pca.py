"""Principal component analysis with the weights of model.safetensors."""

from .pictures import channels_first, channels_last
from .weights import Weights


class Model(Weights):
    """encode: images [N, C, H, W] from 0 to 1 -> vectors [N, length]; decode: vectors -> images.

    `model["pca/deviations"]` is how far the training pictures spread along each component.
    """

    def encode(self, images):
        return (channels_last(images - 0.5).flatten(1) - self["pca/mean"]) @ self["pca/components"].T

    def decode(self, vectors):
        x = vectors @ self["pca/components"] + self["pca/mean"]
        sides = (self.image["height"], self.image["width"], self.image["channels"])
        return (channels_first(x.unflatten(1, sides)) + 0.5).clamp(0, 1)
