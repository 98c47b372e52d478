"""Opens every exported prior in stock TensorFlow, and compares its logits, and what its own sample.py draws, with Tessera's.

usage: check_priors.py DIR [--write]      DIR as kept by priors.test.ts: priors/<case>/{savedmodel,expected.safetensors},
                                          and by every-vector-prior.test.ts: vectors/<kind>

Prints the largest difference of logits of each case and fails above 1e-5; codes must be equal. With --write, what TensorFlow
found becomes the golden file.
"""

import hashlib
import importlib.util
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import tensorflow as tf
from safetensors import safe_open

GOLDEN = pathlib.Path(__file__).parents[1] / "golden" / "prior-exports.npz"
TOLERANCE = 1e-5
#: As priors.test.ts draws.
SEED, TEMPERATURE = 5, 0.8


def by_script(savedmodel, expected):
    """What sample.py draws and decodes: codes, and pictures."""
    spec = importlib.util.spec_from_file_location("sample", savedmodel / "sample.py")
    sample = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sample)
    prior, autoencoder = (tf.saved_model.load(str(place)) for place in (savedmodel, savedmodel / "autoencoder"))
    codes = sample.draw(prior, expected["codes"].shape[1], expected["labels"], TEMPERATURE, SEED)
    latents = json.loads((savedmodel / "description.json").read_text())["latents"]
    return codes, sample.decode(autoencoder, latents, codes)


def from_the_shell(savedmodel):
    """What `python sample.py` leaves in its folder."""
    with tempfile.TemporaryDirectory() as folder:
        classes = json.loads((savedmodel / "description.json").read_text())["classes"]
        options = {"count": 2, "seed": SEED, "label": 1 if classes else -1, "out": folder}
        arguments = [f"--{name}={value}" for name, value in options.items()]
        subprocess.run([sys.executable, savedmodel / "sample.py", *arguments], check=True, capture_output=True)
        return sorted(path.name for path in pathlib.Path(folder).iterdir())


def check_vectors(savedmodel):
    """A prior over vectors: its script leaves pictures, and the vectors are about as likely as the prior's own density says."""
    left = from_the_shell(savedmodel)
    assert left == ["latents.npy", "sample-001.png", "sample-002.png"], left
    model = tf.saved_model.load(str(savedmodel))
    spec = importlib.util.spec_from_file_location("sample", savedmodel / "sample.py")
    sample = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sample)
    size = json.loads((savedmodel / "description.json").read_text())["latent"]["length"]
    # importance sampling from a broad normal: the density sums to 1
    random = np.random.default_rng(1)
    drawn = sample.draw(model, size, np.full(400, -1), 1.0, SEED)
    mean, spread = drawn.mean(axis=0), 1.5 * drawn.std(axis=0)
    rows = (mean + spread * random.standard_normal([200_000, size])).astype(np.float32)
    own = model.signatures["log_prob"](vectors=tf.constant(rows))["log_prob"].numpy()
    theirs = -0.5 * ((rows - mean) / spread) ** 2 - np.log(spread) - 0.5 * np.log(2 * np.pi)
    total = np.exp(own - theirs.sum(axis=1)).mean()
    print(f"{savedmodel.name + ' over vectors':45} the density sums to {total:.3f}", flush=True)
    assert abs(total - 1) < 0.1


def main():
    folder, write = pathlib.Path(sys.argv[1]) / "priors", "--write" in sys.argv
    golden, worst = {}, 0.0
    for case in sorted(one for one in folder.iterdir() if (one / "expected.safetensors").exists()):
        with safe_open(case / "expected.safetensors", framework="np") as file:
            expected = {name: file.get_tensor(name) for name in file.keys()}
            title = file.metadata()["name"]
        model = tf.saved_model.load(str(case / "savedmodel"))
        given = {name: tf.constant(expected[name]) for name in ("codes", "labels")}
        logits = model.signatures["logits"](**given)["logits"].numpy()
        each = [model.signatures["logits"](**{k: v[n : n + 1] for k, v in given.items()}) for n in range(len(logits))]
        alone = np.concatenate([one["logits"] for one in each])
        # numbers like -1e9 stand for what can't be
        apart = max(np.abs(found - expected["logits"])[expected["logits"] > -1e8].max() for found in (logits, alone))
        worst = max(worst, apart)

        codes, pictures = by_script(case / "savedmodel", expected)
        off = np.abs(pictures - expected["pictures"]).max()
        assert off <= 1 / 255, f"{title}: pictures differ by {off}"
        print(f"{title:45} logits {apart:.1e}   codes {'equal' if (codes == expected['codes']).all() else 'DIFFER'}", flush=True)
        assert (codes == expected["codes"]).all()
        source = (case / "savedmodel" / "sample.py").read_bytes()
        golden |= {f"{case.name}/codes": codes, f"{case.name}/logits": logits}
        golden[f"{case.name}/sample.py"] = np.array(hashlib.sha256(source).hexdigest())
    left = from_the_shell(case / "savedmodel")
    assert left == ["latents.npy", "sample-001.png", "sample-002.png"], left
    for savedmodel in sorted((pathlib.Path(sys.argv[1]) / "vectors").iterdir()):
        check_vectors(savedmodel)
    print(f"the largest difference is {worst:.1e}")
    if worst > TOLERANCE:
        sys.exit(f"more than {TOLERANCE}")
    if write:
        np.savez_compressed(GOLDEN, **golden)
        print("wrote", GOLDEN, GOLDEN.stat().st_size, "bytes")


main()
