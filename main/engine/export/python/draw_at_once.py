"""Draws whole vectors: the prior makes them of noise."""

import numpy as np
import tensorflow as tf


def draw(prior, size, labels, temperature, seed):
    """Vectors [N, size], one for each label (which have no say). The temperature is a factor on the noise."""
    random = np.random.default_rng(seed)
    normal = (temperature * random.standard_normal([len(labels), size])).astype(np.float32)
    uniform = random.random(len(labels), np.float32)
    return prior.signatures["sample"](normal=tf.constant(normal), uniform=tf.constant(uniform))["vectors"].numpy()
