"""Draws codes one after the other, each given those before it."""

import numpy as np
import tensorflow as tf


def draw(prior, size, labels, temperature, seed):
    """Codes [N, size], a row for each label."""
    return fill(prior, np.full([len(labels), size], -1, np.int32), labels, temperature, seed)


def fill(prior, codes, labels, temperature, seed):
    """Fills the open ones (-1) of codes [N, L] in, position by position of the order that the prior learnt."""
    step = prior.signatures["sample_step"]
    for position in range(codes.shape[1]):
        codes = step(
            codes=tf.constant(codes),
            labels=tf.constant(labels),
            position=tf.constant(position),
            temperature=tf.constant(temperature, tf.float32),
            seed=tf.constant(seed),
        )["codes"].numpy()
    return codes
