"""Golden PSNR of scikit-image, on pictures rounded to bytes, one picture at a time."""

import json
import pathlib

import numpy as np
from skimage.metrics import peak_signal_noise_ratio

random = np.random.default_rng(3)
cases = []
for spread in (1, 4, 20, 90):
    original = random.integers(0, 256, size=[5, 6, 3]).astype(np.uint8)
    other = np.clip(original + random.normal(0, spread, size=original.shape), 0, 255).round().astype(np.uint8)
    cases.append({
        "original": original.ravel().tolist(),
        "other": other.ravel().tolist(),
        "psnr": float(peak_signal_noise_ratio(original, other, data_range=255)),
    })
path = pathlib.Path(__file__).parent / "golden" / "psnr.json"
path.write_text(json.dumps(cases) + "\n")
print(path, [case["psnr"] for case in cases])
