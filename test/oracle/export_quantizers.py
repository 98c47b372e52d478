"""Opens the exports of models with every quantizer in PyTorch and keeps codes and pictures as the golden ones.

usage: export_quantizers.py DIR      DIR as kept by test/oracle/export-quantizers.test.ts: <quantizer>-safetensors
"""

import importlib.util
import pathlib
import sys

import numpy as np
import torch

golden = pathlib.Path(__file__).parent / "golden"
pixels = np.load(golden / "torch-vq-vae-ema.npz")["pixels"][0]
images = torch.tensor((pixels / 255).astype(np.float32)).permute(0, 3, 1, 2)
found = {}
for directory in sorted(pathlib.Path(sys.argv[1]).glob("*-safetensors")):
    name = directory.name.removesuffix("-safetensors")
    spec = importlib.util.spec_from_file_location("vq_vae", directory / "vq_vae.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    model = module.VqVae(directory / "model.safetensors")
    codes = model.encode(images)
    found[f"{name}/indices"] = codes.numpy().astype(np.int32)
    found[f"{name}/images"] = model.decode(codes).permute(0, 2, 3, 1).numpy()
path = golden / "export-quantizers.npz"
np.savez_compressed(path, **found)
print(path, path.stat().st_size, {name: value.shape for name, value in found.items()})
