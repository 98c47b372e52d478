"""Golden SSIM of scikit-image and MS-SSIM of pytorch-msssim and piq, on pictures rounded to bytes, one picture at a time.

Only formulas of these packages are used, so torchvision, which piq imports, may be missing. piq takes fewer than five scales, and
with them pictures too small for five.
"""

import pathlib
import sys
from unittest.mock import MagicMock

for name in ("torchvision", "torchvision.models", "torchvision.transforms"):
    sys.modules.setdefault(name, MagicMock())

import numpy as np
import piq
import torch
from pytorch_msssim import ms_ssim
from skimage import data
from skimage.metrics import structural_similarity
from skimage.transform import resize

random = np.random.default_rng(5)
cat = data.chelsea()
as_bytes = lambda x: np.clip(x * 255, 0, 255).round().astype(np.uint8)
tensor = lambda x: torch.from_numpy(x.astype(np.float32)).permute(0, 3, 1, 2)
WEIGHTS = np.array([0.0448, 0.2856, 0.3001, 0.2363, 0.1333])

golden = {}
for name, (height, width, spreads) in {"small": (28, 33, (2, 90)), "medium": (48, 44, (4, 60)), "large": (177, 176, (25,))}.items():
    picture = resize(cat[:280, 60:360], [height, width], anti_aliasing=True)
    if name == "large":
        picture = picture[..., 1:2]
    noise = lambda spread: random.normal(0, spread / 255, size=picture.shape)
    a = np.stack([as_bytes(picture)] * len(spreads))
    b = np.stack([as_bytes(picture * 0.9 + 0.05 + noise(spread)) for spread in spreads])
    golden[f"{name}-a"], golden[f"{name}-b"] = a[:1], b
    golden[f"{name}-ssim"] = np.array(
        [structural_similarity(x, y, channel_axis=2, data_range=255) for x, y in zip(a, b)], dtype=np.float32
    )
    scales = sum(-(-min(height, width) // 2**scale) >= 11 for scale in range(5))
    if scales == 5:
        value = ms_ssim(tensor(a), tensor(b), data_range=255, size_average=False)
    elif name == "medium":
        weights = torch.tensor(WEIGHTS[:scales] / WEIGHTS[:scales].sum(), dtype=torch.float32)
        value = piq.multi_scale_ssim(tensor(a), tensor(b), data_range=255.0, scale_weights=weights, reduction="none")
    else:
        continue
    golden[f"{name}-ms-ssim"] = value.numpy()
path = pathlib.Path(__file__).parent / "golden" / "picture-metrics.npz"
np.savez_compressed(path, **golden)
print(path, path.stat().st_size, {key: value for key, value in golden.items() if key.endswith("ssim")})
