"""Draws latents from the prior beside this file and writes the pictures that they decode to.

    python sample.py --count 4 --seed 1 --out pictures
"""

import argparse
import json
import pathlib

import numpy as np
import tensorflow as tf

HERE = pathlib.Path(__file__).parent


def decode(autoencoder, latents, drawn):
    """What was drawn [N, L] -> pictures float32 [N, H, W, C], 0 to 1: an item's row is its latents one after the other."""
    ends = np.cumsum([np.prod(latent["sides"]) for latent in latents])
    parts = zip(latents, np.split(drawn, ends[:-1], axis=1))
    named = {latent["name"]: tf.constant(part.reshape(-1, *latent["sides"])) for latent, part in parts}
    return autoencoder.signatures["decode"](**named)["images"].numpy()


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--count", type=int, default=4)
    options.add_argument("--seed", type=int, default=1, help="the same seed draws the same")
    options.add_argument("--label", type=int, default=-1, help="number of a class; -1: none")
    options.add_argument("--temperature", type=float, default=1.0, help="below 1: nearer to what is likeliest")
    options.add_argument("--out", type=pathlib.Path, default=pathlib.Path("pictures"), help="a folder")
    asked = options.parse_args()

    description = json.loads((HERE / "description.json").read_text())
    latents, classes = description["latents"], description["classes"]
    if asked.count < 1:
        options.error("--count: at least 1")
    if not 0 < asked.temperature < float("inf"):
        options.error("--temperature: a number above 0")
    if not -1 <= asked.label < len(classes):
        known = f"0 to {len(classes) - 1}, or -1 for none" if classes else "only -1, as this prior knows no classes"
        options.error(f"--label: {known}")

    prior, autoencoder = tf.saved_model.load(str(HERE)), tf.saved_model.load(str(HERE / "autoencoder"))
    size = int(sum(np.prod(latent["sides"]) for latent in latents))
    labels = np.full([asked.count], asked.label, np.int32)
    drawn = draw(prior, size, labels, asked.temperature, asked.seed)

    asked.out.mkdir(parents=True, exist_ok=True)
    np.save(asked.out / "latents.npy", drawn)
    for number, picture in enumerate(decode(autoencoder, latents, drawn), 1):
        png = tf.io.encode_png(np.round(picture * 255).astype(np.uint8))
        tf.io.write_file(str(asked.out / f"sample-{number:03}.png"), png)
    print(f"{asked.count} pictures and latents.npy are in {asked.out}")


if __name__ == "__main__":
    main()
