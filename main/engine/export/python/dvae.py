"""dVAE, the first stage of DALL-E (Ramesh et al. 2021), with the weights of model.safetensors."""

import torch.nn.functional as F

from .logit_laplace import map_pixels, to_brightness
from .pictures import channels_first, cut, whole
from .weights import Weights


class Model(Weights):
    """encode: images [N, C, H, W] from 0 to 1 -> codes [N, h, w]; decode: codes -> images."""

    def encode(self, images):
        x = self.conv("encoder/input", map_pixels(whole(images, 2 ** (self.spec["groups"] - 1))))
        x = self.groups("encoder", x, lambda each: F.max_pool2d(each, 2))
        return self.conv("encoder/output", F.relu(x)).argmax(1)

    def decode(self, codes):
        x = channels_first((self["decoder/input/kernel"] + self["decoder/input/bias"])[codes])
        x = self.groups("decoder", x, lambda each: F.interpolate(each, scale_factor=2, mode="nearest"))
        x = cut(self.conv("decoder/output", F.relu(x)), self.image)
        return to_brightness(x[:, : self.image["channels"]])  # the other half is the distributions' scale

    def groups(self, side, x, between):
        for group in range(self.spec["groups"]):
            if group > 0:
                x = between(x)
            for block in range(self.spec["blocks"]):
                x = self.block(f"{side}/group{group + 1}/block{block + 1}", x)
        return x

    def block(self, name, x):
        inner = x
        for number in range(1, 5):
            inner = self.conv(f"{name}/conv{number}", F.relu(inner))
        shortcut = self.conv(f"{name}/identity", x) if f"{name}/identity/kernel" in self else x
        return shortcut + inner / (self.spec["groups"] * self.spec["blocks"]) ** 2
