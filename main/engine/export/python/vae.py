"""VAE (Kingma and Welling 2014) or IWAE (Burda et al. 2016) with the weights of model.safetensors."""

from .likelihood import mean_image
from .vector_network import to_features, to_images
from .weights import Weights


class Model(Weights):
    """encode: images [N, C, H, W] from 0 to 1 -> the means of q(z|x), [N, length];
    decode: vectors -> the means of p(x|z)."""

    def encode(self, images):
        return self.posterior(images)[0]

    def posterior(self, images):
        """Mean and deviation of q(z|x), both [N, length]."""
        features = to_features(self, images - 0.5)
        return self.dense("posterior/mean", features), self.dense("posterior/log-deviation", features).exp()

    def decode(self, vectors):
        return mean_image(self.spec, to_images(self, vectors))
