"""Picture files of many kinds, and what the exports' preprocess.py makes of them: golden/preprocess.npz.

Needs numpy and Pillow. The tests hold Tessera's own decoding to it: equal bytes where a file has the wanted size, close ones otherwise.
"""

import hashlib
import importlib.util
import io
import json
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image

HERE = pathlib.Path(__file__).parent
SOURCE = HERE.parents[1] / "main" / "engine" / "export" / "python" / "preprocess.py"
spec = importlib.util.spec_from_file_location("preprocess", SOURCE)
preprocess = importlib.util.module_from_spec(spec)
spec.loader.exec_module(preprocess)

random = np.random.default_rng(4)
HEIGHT, WIDTH = 16, 20


def natural(height, width, channels=3):
    """Noise with the spectrum of photographs."""
    y, x = np.fft.fftfreq(height)[:, None], np.fft.fftfreq(width)[None]
    amplitude = 1 / np.maximum(np.hypot(y, x), 1 / max(height, width)) ** 1.2
    phases = [np.exp(2j * np.pi * random.random((height, width))) for _ in range(channels)]
    values = np.stack([np.fft.ifft2(amplitude * phase).real for phase in phases], -1)
    values = (values - values.mean((0, 1))) / values.std((0, 1))
    return (128 + 50 * values).clip(0, 255).astype(np.uint8)


def saved(pixels, form, mode=None, **options):
    file = io.BytesIO()
    (pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels, mode)).save(file, form, **options)
    return file.getvalue()


def png16(values, colour_type):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    header = struct.pack(">IIBBBBB", values.shape[1], values.shape[0], 16, colour_type, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def turned(pixels):
    return np.ascontiguousarray(np.rot90(pixels, 1))


exif = Image.Exif()
exif[274] = 6
rgb = natural(HEIGHT, WIDTH)
noise = random.integers(0, 256, (HEIGHT, WIDTH, 4), dtype=np.uint8)
deep = random.integers(0, 65536, (HEIGHT, WIDTH, 4), dtype=np.uint16)
palette = Image.fromarray(rgb).quantize(16)
files = {
    "rgb.png": saved(rgb, "PNG"),
    "transparent.png": saved(noise, "PNG"),
    "grey.png": saved(np.ascontiguousarray(noise[..., 0]), "PNG"),
    "grey-transparent.png": saved(np.ascontiguousarray(noise[..., :2]), "PNG"),
    "one-bit.png": saved(Image.fromarray(noise[..., 0] > 127), "PNG"),
    "palette.png": saved(palette, "PNG"),
    "palette-transparent.png": saved(palette, "PNG", transparency=3),
    "one-clear-colour.png": saved(rgb, "PNG", transparency=tuple(int(value) for value in rgb[2, 3])),
    "turned.png": saved(turned(noise), "PNG", exif=exif),
    "turned.jpg": saved(turned(rgb), "JPEG", exif=exif, quality=92),
    "grey.jpg": saved(np.ascontiguousarray(rgb[..., 0]), "JPEG", quality=92),
    "lossless.webp": saved(rgb, "WEBP", lossless=True),
    "a.gif": saved(rgb, "GIF"),
    "a.bmp": saved(rgb, "BMP"),
    "a.tiff": saved(rgb, "TIFF"),
    "deep.png": png16(deep[..., :3], 2),
    "deep-transparent.png": png16(deep, 6),
    "deep-grey.png": png16(deep[..., 0], 0),
    "larger.png": saved(natural(90, 123), "PNG"),
    "larger-transparent.png": saved(np.concatenate([natural(61, 47), 255 - natural(61, 47, 1) // 2], -1), "PNG"),
    "larger.jpg": saved(natural(120, 90), "JPEG", quality=92),
    "smaller.png": saved(natural(11, 12), "PNG"),
}

golden = {"preprocess.py": np.array(hashlib.sha256(SOURCE.read_bytes()).hexdigest())}
cases = []
for name, content in files.items():
    golden[f"files/{name}"] = np.frombuffer(content, np.uint8)
    for channels in (3, 1):
        for fit, background in (("crop", "white"), ("contain", "black")):
            target = {"height": HEIGHT, "width": WIDTH, "channels": channels, "fit": fit, "background": background}
            golden[f"pixels/{len(cases)}"] = preprocess.picture(io.BytesIO(content), **target)
            cases.append({"file": name, "target": target})
golden["cases"] = np.array(json.dumps(cases))
path = HERE / "golden" / "preprocess.npz"
np.savez_compressed(path, **golden)
print("wrote", path, path.stat().st_size, "bytes")
