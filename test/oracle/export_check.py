"""Opens exports in stock Python and compares codes and pictures with the golden ones, or with --write keeps them as such.

usage: export_check.py DIR [--write]      DIR as kept by test/oracle/export.test.ts: <case>-safetensors, <case>-savedmodel
Run it once where torch and safetensors are (for safetensors), once where tensorflow is (for SavedModel).
"""

import importlib.util
import pathlib
import sys

import numpy as np

GOLDEN = pathlib.Path(__file__).parent / "golden"


def with_torch(directory, images):
    import torch

    spec = importlib.util.spec_from_file_location("vq_vae", directory / "vq_vae.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    model = module.VqVae(directory / "model.safetensors")
    codes = model.encode(torch.tensor(images).permute(0, 3, 1, 2))
    return codes.numpy(), model.decode(codes).permute(0, 2, 3, 1).numpy()


def with_tensorflow(directory, images):
    import tensorflow as tf

    model = tf.saved_model.load(str(directory))
    encode, decode, reconstruct = (model.signatures[name] for name in ("encode", "decode", "reconstruct"))
    codes = encode(images=tf.constant(images))["indices"]
    pictures = decode(indices=codes)["images"]
    both = reconstruct(images=tf.constant(images))
    assert np.array_equal(both["indices"], codes) and np.allclose(both["images"], pictures, atol=1e-6)
    alone = np.concatenate([encode(images=tf.constant(images[i : i + 1]))["indices"] for i in range(len(images))])
    assert np.array_equal(alone, codes), "any batch size must give the same codes"
    return codes.numpy(), pictures.numpy()


def main():
    folder, write = pathlib.Path(sys.argv[1]), "--write" in sys.argv
    framework = "torch" if importlib.util.find_spec("torch") else "tensorflow"
    open_export, ending = (with_torch, "safetensors") if framework == "torch" else (with_tensorflow, "savedmodel")
    path = GOLDEN / f"export-{framework}.npz"
    found = {}
    for case in ("ema", "gradient"):
        pixels = np.load(GOLDEN / f"torch-vq-vae-{case}.npz")["pixels"][0]
        codes, pictures = open_export(folder / f"{case}-{ending}", (pixels / 255).astype(np.float32))
        found[f"{case}/indices"], found[f"{case}/images"] = codes.astype(np.int32), pictures.astype(np.float32)
    if write:
        np.savez_compressed(path, **found)
        return print("wrote", path, path.stat().st_size)
    for name, expected in np.load(path).items():
        assert np.allclose(found[name], expected, atol=1e-5), name
    print(f"{ending}: the same numbers in {framework} as in {path.name}")


main()
