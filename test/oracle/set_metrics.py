"""Golden distances between sets of features: pytorch-fid's Fréchet distance, torch-fidelity's kernel distance, prdc.

Only formulas of these packages are used, so torchvision, which they import, may be missing.
"""

import pathlib
import sys
from unittest.mock import MagicMock

for name in ("torchvision", "torchvision.models", "torchvision.models.inception", "torchvision.transforms",
             "torchvision.transforms.functional", "torchvision.datasets"):
    sys.modules.setdefault(name, MagicMock())

import numpy as np
from prdc import compute_prdc
from pytorch_fid.fid_score import calculate_frechet_distance
from torch_fidelity.metric_kid import kernel_mmd

random = np.random.default_rng(9)
golden = {}
cases = {"full": (120, 24), "singular": (20, 32)}  # as many numbers as pictures, and more
for name, (count, size) in cases.items():
    mix = random.normal(size=[size, size]) * np.linspace(0.01, 1, size) ** 3 / 2
    real = (random.normal(size=[count, size]) @ mix).astype(np.float32)
    fake = (random.normal(size=[count, size]) @ (mix * 1.4) + 0.2).astype(np.float32)
    fake[: count // 2] = real[: count // 2] * 0.98 + 0.01
    golden[f"{name}-real"], golden[f"{name}-fake"] = real, fake
    statistics = lambda x: (x.astype(np.float64).mean(0), np.cov(x.astype(np.float64), rowvar=False))
    golden[f"{name}-frechet"] = np.float32(calculate_frechet_distance(*statistics(real), *statistics(fake)).real)
    wide = [x.astype(np.float64) for x in (real, fake)]
    golden[f"{name}-kernel"] = np.float32(kernel_mmd(*wide, kid_kernel="poly", kid_kernel_poly_degree=3,
                                                     kid_kernel_poly_gamma=None, kid_kernel_poly_coef0=1))
    for k in (3, 5):
        found = compute_prdc(*wide, nearest_k=k)
        golden[f"{name}-prdc-{k}"] = np.array([found[key] for key in ("precision", "recall", "density", "coverage")], dtype=np.float32)
path = pathlib.Path(__file__).parent / "golden" / "set-metrics.npz"
np.savez_compressed(path, **golden)
print(path, path.stat().st_size, {key: value for key, value in golden.items() if "real" not in key and "fake" not in key})
