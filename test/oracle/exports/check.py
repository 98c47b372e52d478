"""Opens every export in stock Python and compares latents and pictures with what Tessera makes of the same pictures.

usage: check.py DIR [--write]      DIR as kept by exports.test.ts: <case>/{safetensors,savedmodel,expected.safetensors}

Prints the largest difference of each case and fails above 1e-4; codes must be equal. safetensors are opened with the
model.py beside them where torch is installed, SavedModels where tensorflow is. With --write, what PyTorch found becomes
the golden file.
"""

import hashlib
import importlib.util
import json
import pathlib
import sys

import numpy as np
from safetensors import safe_open

GOLDEN = pathlib.Path(__file__).parents[1] / "golden" / "exports.npz"
TOLERANCE = 1e-4


def with_torch(case, expected, names):
    import torch

    spec = importlib.util.spec_from_file_location("model", case / "safetensors" / "model.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    model = module.Model()
    images = torch.from_numpy(expected["images"]).permute(0, 3, 1, 2)
    latents = model.encode(images)
    each = latents if isinstance(latents, list) else [latents]
    given = [torch.from_numpy(expected[name]) for name in names]
    given = [one.long() if one.dtype == torch.int32 else one for one in given]
    pictures = model.decode(given if isinstance(latents, list) else given[0])
    return [one.numpy() for one in each], pictures.permute(0, 2, 3, 1).numpy()


def with_tensorflow(case, expected, names):
    import tensorflow as tf

    model = tf.saved_model.load(str(case / "savedmodel"))
    encode, decode, reconstruct = (model.signatures[name] for name in ("encode", "decode", "reconstruct"))
    images = tf.constant(expected["images"])
    latents = encode(images=images)
    pictures = decode(**{name: tf.constant(expected[name]) for name in names})["images"]
    both = reconstruct(images=images)
    assert np.abs(both["images"] - pictures).max() < TOLERANCE, "reconstruct is decode of encode"
    alone = [encode(images=images[at : at + 1]) for at in range(len(images))]
    for name in names:
        assert np.abs(both[name] - latents[name]).max() < TOLERANCE, "reconstruct gives the latents too"
        apart = np.abs(np.concatenate([one[name] for one in alone]) - latents[name])
        assert apart.max() < TOLERANCE, "any batch size gives the same"
    return [latents[name].numpy() for name in names], pictures.numpy()


def compare(found, expected, names):
    """The largest differences of latents and of pictures; infinite where shapes differ."""
    latents, pictures = found
    pairs = [(one, expected[name]) for one, name in zip(latents, names)]
    apart = [np.abs(a.astype(np.float64) - b).max() if a.shape == b.shape else np.inf for a, b in pairs]
    same = pictures.shape == expected["pictures"].shape and len(latents) == len(names)
    return max(apart), np.abs(pictures - expected["pictures"]).max() if same else np.inf


def main():
    folder, write = pathlib.Path(sys.argv[1]), "--write" in sys.argv
    ways = {"torch": with_torch, "tensorflow": with_tensorflow}
    ways = {name: way for name, way in ways.items() if importlib.util.find_spec(name)}
    print(f"{'':50}" + "".join(f"{way + ': ' + what:>22}" for way in ways for what in ("latents", "pictures")))
    golden, worst = {}, 0.0
    for case in sorted(one for one in folder.iterdir() if (one / "expected.safetensors").exists()):
        with safe_open(case / "expected.safetensors", framework="np") as file:
            expected = {name: file.get_tensor(name) for name in file.keys()}
            title = file.metadata()["name"]
        names = [one["name"] for one in json.loads((case / "safetensors" / "description.json").read_text())["latents"]]
        row = []
        for way, open_export in ways.items():
            found = open_export(case, expected, names)
            row += compare(found, expected, names)
            if way == "torch":
                golden |= {f"{case.name}/{name}": one for name, one in zip(names, found[0])}
                golden[f"{case.name}/pictures"] = found[1]
                source = (case / "safetensors" / "model.py").read_bytes()
                golden[f"{case.name}/model.py"] = np.array(hashlib.sha256(source).hexdigest())
        worst = max(worst, *row)
        print(f"{title:50}" + "".join(f"{value:22.1e}" for value in row), flush=True)
    print(f"the largest difference is {worst:.1e}")
    if worst > TOLERANCE:
        sys.exit(f"more than {TOLERANCE}")
    if write:
        golden = {name: one.astype(np.int32) if one.dtype == np.int64 else one for name, one in golden.items()}
        np.savez_compressed(GOLDEN, **golden)
        print("wrote", GOLDEN, GOLDEN.stat().st_size, "bytes")


main()
