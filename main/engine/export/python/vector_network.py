"""Networks between pictures and vectors: hidden layers over all pixels, or convolutions whose grid is one vector."""

import torch
import torch.nn.functional as F

from .convolutional import decoder, encoder
from .pictures import channels_first, channels_last, cut, whole

ACTIVATIONS = {"tanh": torch.tanh, "relu": F.relu}


def to_features(weights, images):
    """Images [N, C, H, W] from -0.5 to 0.5 -> [N, features]"""
    network = weights.spec["network"]
    if network["kind"] == "dense":
        return hidden_layers(weights, "encoder", network, channels_last(images).flatten(1))
    return channels_last(encoder(weights, "encoder", network, whole(images, 2 ** network["downsamplings"]))).flatten(1)


def to_images(weights, vectors):
    """[N, length] -> what the decoder says of each pixel, [N, C, H, W]"""
    network, image = weights.spec["network"], weights.image
    if network["kind"] == "dense":
        x = weights.dense("decoder/pixels", hidden_layers(weights, "decoder", network, vectors))
        return channels_first(x.unflatten(1, (image["height"], image["width"], image["channels"])))
    factor = 2 ** network["downsamplings"]
    rows, columns = -(-image["height"] // factor), -(-image["width"] // factor)
    grid = weights.dense("decoder/grid", vectors).unflatten(1, (rows, columns, network["hidden"]))
    return cut(decoder(weights, "decoder", network, channels_first(grid)), image)


def hidden_layers(weights, name, network, x):
    for layer in range(network["layers"]):
        x = ACTIVATIONS[network["activation"]](weights.dense(f"{name}/dense{layer + 1}", x))
    return x
