"""ViT-VQGAN (Yu et al. 2021) with the weights of model.safetensors."""

import torch
import torch.nn.functional as F

from .logit_laplace import to_brightness
from .pictures import cut, whole
from .quantizer import create_quantizer
from .weights import BESIDE, Weights


class Model(Weights):
    """encode: images [N, C, H, W] from 0 to 1 -> codes [N, h, w], of several codes a place [N, h, w, depth];
    decode: the way back."""

    def __init__(self, path=BESIDE):
        super().__init__(path)
        self.quantizer = create_quantizer(self, "quantizer", self.spec["quantizer"])
        grid = self.info["latent"]["levels"][0]
        self.grid, self.patch = (grid["height"], grid["width"]), self.spec["patch"]

    def encode(self, images):
        x = self.conv("encoder/patches", whole(images - 0.5, self.patch), stride=self.patch)
        x = self.transformer("encoder", x.flatten(2).transpose(1, 2))
        return self.quantizer.codes(self.project("pre-vq", x).unflatten(1, self.grid))

    def decode(self, codes):
        x = self.project("post-vq", self.quantizer.vectors(codes).flatten(1, 2))
        x = self.dense("decoder/pixels", self.transformer("decoder", x))
        x = cut(self.from_patches(x), self.image)
        if self.spec["logitLaplace"] > 0:
            return to_brightness(x[:, : self.image["channels"]])  # the other half is the logits' spread
        return (x + 0.5).clamp(0, 1)

    def project(self, name, x):
        return self.dense(name, x) if f"{name}/kernel" in self else x

    def transformer(self, name, x):
        """Pre-norm blocks over the grid's places: [N, h w, width] -> the same."""
        x = x + self[f"{name}/positions/table"]
        for layer in range(self.spec[name]["layers"]):
            block = f"{name}/block{layer}"
            x = x + self.attention(f"{block}/attention", self.layer_norm(f"{block}/norm1", x), self.spec[name]["heads"])
            inner = torch.tanh(self.dense(f"{block}/mlp/in", self.layer_norm(f"{block}/norm2", x)))
            x = x + self.dense(f"{block}/mlp/out", inner)
        return self.layer_norm(f"{name}/norm", x)

    def attention(self, name, x, heads):
        queries, keys, values = self.dense(f"{name}/qkv", x).unflatten(-1, (3, heads, -1)).permute(2, 0, 3, 1, 4)
        attended = F.scaled_dot_product_attention(queries, keys, values)
        return self.dense(f"{name}/out", attended.transpose(1, 2).flatten(2))

    def from_patches(self, x):
        """[N, h w, p p C] -> [N, C, p h, p w]"""
        (rows, columns), side = self.grid, self.patch
        x = x.view(-1, rows, columns, side, side, x.shape[-1] // side**2)
        return x.permute(0, 5, 1, 3, 2, 4).flatten(4, 5).flatten(2, 3)
