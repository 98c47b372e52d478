"""Autoencoder (Hinton and Salakhutdinov 2006) with the weights of model.safetensors."""

from .vector_network import to_features, to_images
from .weights import Weights


class Model(Weights):
    """encode: images [N, C, H, W] from 0 to 1 -> vectors [N, length]; decode: vectors -> images."""

    def encode(self, images):
        return self.dense("latent", to_features(self, images - 0.5))

    def decode(self, vectors):
        return (to_images(self, vectors) + 0.5).clamp(0, 1)
