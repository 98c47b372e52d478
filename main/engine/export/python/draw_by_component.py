"""Draws vectors component by component, each given those before it: the prior makes them of noise."""

import numpy as np
import tensorflow as tf


def draw(prior, size, labels, temperature, seed):
    """Vectors [N, size], one for each label (which have no say). The temperature is a factor on the noise."""
    random, step = np.random.default_rng(seed), prior.signatures["sample_step"]
    vectors = np.zeros([len(labels), size], np.float32)
    for position in range(size):
        normal = (temperature * random.standard_normal(len(labels))).astype(np.float32)
        vectors = step(
            vectors=tf.constant(vectors),
            position=tf.constant(position),
            normal=tf.constant(normal),
            uniform=tf.constant(random.random(len(labels), np.float32)),
        )["vectors"].numpy()
    return vectors
