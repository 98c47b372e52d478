"""Draws codes in rounds, in each those that the prior is surest of, given those of the rounds before."""

import json
import pathlib

import numpy as np
import tensorflow as tf

#: The share of codes that is open at place r of the way, by the name of the mask schedule.
SHARES = {
    "cosine": lambda r: np.cos(np.pi / 2 * r),
    "arccos": lambda r: 2 / np.pi * np.arccos(r),
    "linear": lambda r: 1 - r,
    "square": lambda r: 1 - r**2,
    "cubic": lambda r: 1 - r**3,
    "square-root": lambda r: 1 - np.sqrt(r),
}


def settled_per_round(schedule, count, rounds):
    """How many of `count` open codes each round settles: at least one, and all that are left in the last."""
    left, counts = count, []
    while left > 0:
        place = (len(counts) + 1) / rounds
        wanted = int(np.floor(SHARES[schedule](place) * count)) if place < 1 else 0
        after = max(0, min(wanted, left - 1))
        counts.append(left - after)
        left = after
    return counts


def draw(prior, size, labels, temperature, seed):
    """Codes [N, size], a row for each label."""
    return fill(prior, np.full([len(labels), size], -1, np.int32), labels, temperature, seed)


def fill(prior, codes, labels, temperature, seed, rounds=8, choice_temperature=4.5):
    """Fills the open ones (-1) of codes [N, L] in. Chance has a say in what is surest, less from round to round."""
    step = prior.signatures["sample_step"]
    description = json.loads(pathlib.Path(__file__).with_name("description.json").read_text())
    schedule = description["spec"]["model"]["schedule"]
    plans = [settled_per_round(schedule, int(open_codes), rounds) for open_codes in (codes < 0).sum(axis=1)]
    for number in range(max(map(len, plans))):
        counts = np.array([plan[number] if number < len(plan) else 0 for plan in plans], np.int32)
        codes = step(
            codes=tf.constant(codes),
            labels=tf.constant(labels),
            counts=tf.constant(counts),
            round=tf.constant(number),
            temperature=tf.constant(temperature, tf.float32),
            choice_temperature=tf.constant(choice_temperature * max(0, 1 - (number + 1) / rounds), tf.float32),
            seed=tf.constant(seed),
        )["codes"].numpy()
    return codes
