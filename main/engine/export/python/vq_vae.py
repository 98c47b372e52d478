"""VQ-VAE (van den Oord, Vinyals, Kavukcuoglu 2017) with the weights of model.safetensors."""

from .convolutional import decoder, encoder
from .pictures import channels_first, channels_last, cut, whole
from .quantizer import create_quantizer
from .weights import BESIDE, Weights


class Model(Weights):
    """encode: images [N, C, H, W] from 0 to 1 -> codes [N, h, w], of several codes a place [N, h, w, depth];
    decode: the way back."""

    def __init__(self, path=BESIDE):
        super().__init__(path)
        self.quantizer = create_quantizer(self, "quantizer", self.spec["quantizer"])

    def encode(self, images):
        x = encoder(self, "encoder", self.spec, whole(images - 0.5, 2 ** self.spec["downsamplings"]))
        return self.quantizer.codes(channels_last(self.conv("pre-vq", x)))

    def decode(self, codes):
        x = decoder(self, "decoder", self.spec, channels_first(self.quantizer.vectors(codes)))
        return (cut(x, self.image) + 0.5).clamp(0, 1)
