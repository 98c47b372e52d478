"""VQGAN (Esser, Rombach, Ommer 2021) with the weights of model.safetensors."""

import torch.nn.functional as F

from .pictures import channels_first, channels_last, cut, whole
from .quantizer import create_quantizer
from .weights import BESIDE, Weights


class Model(Weights):
    """encode: images [N, C, H, W] from 0 to 1 -> codes [N, h, w], of several codes a place [N, h, w, depth];
    decode: the way back."""

    def __init__(self, path=BESIDE):
        super().__init__(path)
        self.quantizer = create_quantizer(self, "quantizer", self.spec["quantizer"])
        self.sizes = range(len(self.spec["multiples"]))

    def encode(self, images):
        x = self.conv("encoder/in", whole(2 * images - 1, 2 ** self.sizes[-1]))
        for size in self.sizes:
            x = self.blocks(f"encoder/size{size}", self.spec["blocks"], x)
            if size < self.sizes[-1]:
                x = self.conv(f"encoder/size{size}/down", x, stride=2)
        x = self.out("encoder", self.middle("encoder", x))
        return self.quantizer.codes(channels_last(self.conv("pre-vq", x)))

    def decode(self, codes):
        x = self.conv("post-vq", channels_first(self.quantizer.vectors(codes)))
        x = self.middle("decoder", self.conv("decoder/in", x))
        for size in reversed(self.sizes):
            x = self.blocks(f"decoder/size{size}", self.spec["blocks"] + 1, x)
            if size > 0:
                x = self.conv(f"decoder/size{size}/up", F.interpolate(x, scale_factor=2, mode="nearest"))
        return (cut(self.out("decoder", x), self.image) / 2 + 0.5).clamp(0, 1)

    def blocks(self, name, count, x):
        """Residual blocks, each with attention after it where the feature map is small."""
        for block in range(count):
            x = self.residual(f"{name}/block{block}", x)
            if f"{name}/attention{block}/qkv/kernel" in self:
                x = self.attention(f"{name}/attention{block}", x)
        return x

    def middle(self, side, x):
        x = self.residual(f"{side}/middle/block0", x)
        if f"{side}/middle/attention/qkv/kernel" in self:
            x = self.attention(f"{side}/middle/attention", x)
        return self.residual(f"{side}/middle/block1", x)

    def out(self, side, x):
        return self.conv(f"{side}/out", F.silu(self.norm(f"{side}/norm", x)))

    def residual(self, name, x):
        inner = self.conv(f"{name}/conv1", F.silu(self.norm(f"{name}/norm1", x)))
        inner = self.conv(f"{name}/conv2", F.silu(self.norm(f"{name}/norm2", inner)))
        return inner + (self.conv(f"{name}/shortcut", x) if f"{name}/shortcut/kernel" in self else x)

    def attention(self, name, x):
        """One head over all places."""
        rows = channels_last(self.conv(f"{name}/qkv", self.norm(f"{name}/norm", x))).flatten(1, 2)
        attended = F.scaled_dot_product_attention(*rows.chunk(3, -1))
        return x + self.conv(f"{name}/out", attended.transpose(1, 2).view_as(x))

    def norm(self, name, x):
        return self.group_norm(name, x, self.spec["groups"])
