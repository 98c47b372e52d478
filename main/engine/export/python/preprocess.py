"""Picture files as Tessera reads them: upright, over the background, grey or RGB, at the model's size, bytes / 255.

    images = load("a.png", "b.jpg")    # float32 [N, height, width, channels], 0 to 1

`description.json` beside this file says how (`preprocessing`). A picture that has the model's size already becomes the very bytes
that Tessera makes of it (with 16 bits and a grey model, or a colour profile: to within a few levels of 255; CMYK is converted by
other tables, so convert it to RGB first). Another one is resized by another library: measured on pictures like photographs, on
average 0.3 to 1.7 levels apart when made smaller, less than 0.5 when made larger, up to 5 for a JPEG of more than twice the
size, which Tessera's decoder makes smaller itself. A few codes may differ then.
"""

import io
import json
import math
import pathlib
import sys

import numpy as np
from PIL import Image, ImageCms, ImageOps

BACKGROUNDS = {"white": 255, "black": 0, "grey": 128}


def description():
    return json.loads((pathlib.Path(__file__).parent / "description.json").read_text(encoding="utf-8"))


def load(*files, about=None):
    """Pictures of files (or of open binary files), float32 [N, height, width, channels] in [0, 1]."""
    about = about or description()
    return np.stack([picture(file, **about["image"], **about["preprocessing"]) for file in files]).astype(np.float32) / 255


def picture(file, height, width, channels, fit="crop", background="white", **_):
    """A picture file as bytes [height, width, channels]."""
    level = BACKGROUNDS[background]
    image = upright(file)
    if image.size == (width, height) and channels == 3:
        pixels = np.asarray(image).astype(np.int64)
        alpha = pixels[..., 3:]
        return np.floor((pixels[..., :3] * alpha + level * (255 - alpha)) / 255 + 0.5).astype(np.uint8)
    image = over(image, level)
    if image.size != (width, height):
        image = (cropped if fit == "crop" else contained)(image, width, height, level)
    pixels = np.asarray(image)
    return pixels if channels == 3 else grey(pixels)[..., None]


def upright(file):
    """The first picture of a file as RGBA in sRGB, turned as its EXIF data says; of 16 bits the upper 8."""
    image = Image.open(file)
    profile, mode = image.info.get("icc_profile"), image.mode
    if mode.startswith("I"):
        clear = image.info.get("transparency")
        values = np.asarray(image).astype(np.int64)
        alpha = np.where(values == clear, 0, 255) if isinstance(clear, int) else np.full_like(values, 255)
        shade = (values >> 8).clip(0, 255)
        turned = ImageOps.exif_transpose(image)
        image = Image.fromarray(np.stack([shade, shade, shade, alpha], -1).astype(np.uint8), "RGBA")
        return image if turned.size == image.size else ImageOps.exif_transpose(image)
    image = ImageOps.exif_transpose(image)
    if profile and mode in ("RGB", "RGBA", "CMYK"):
        image = in_srgb(image, profile)
    return image.convert("RGBA")


def in_srgb(image, profile):
    try:
        source, target = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
        alpha = image.getchannel("A") if image.mode == "RGBA" else None
        colours = image if image.mode == "CMYK" else image.convert("RGB")
        colours = ImageCms.profileToProfile(colours, source, target, outputMode="RGB")
        if alpha is not None:
            colours.putalpha(alpha)
        return colours
    except ImageCms.PyCMSError:
        return image


def over(image, level):
    """RGBA over a grey level, as RGB: bytes are cut off, not rounded."""
    pixels = np.asarray(image).astype(np.int64)
    alpha = pixels[..., 3:]
    return Image.fromarray(((pixels[..., :3] * alpha + level * (255 - alpha)) // 255).astype(np.uint8), "RGB")


def linear(value):
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def encoded(value):
    return np.where(value <= 0.0031308, value * 12.92, 1.055 * np.maximum(value, 1e-9) ** (1 / 2.4) - 0.055)


TO_LINEAR = linear(np.arange(256) / 255).astype(np.float32)
FROM_LINEAR = np.rint(255 * encoded(np.arange(257) / 255)).clip(0, 255).astype(np.int64)


def grey(pixels):
    """RGB bytes as grey of the same luminance, by way of linear light, with the tables and weights of libvips."""
    if (pixels == pixels[..., :1]).all():
        return pixels[..., 0]
    red, green, blue = np.moveaxis(TO_LINEAR[pixels], -1, 0)
    luminance = np.float32(0.2126) * red + np.float32(0.7152) * green + np.float32(0.0722) * blue
    at = np.clip(luminance * np.float32(255), 0, 255)
    low = at.astype(np.int64)
    value = FROM_LINEAR[low] + (FROM_LINEAR[low + 1] - FROM_LINEAR[low]) * (at - low)
    return np.rint(value).astype(np.uint8)


def sides(image, factor):
    return [max(1, math.floor(side * factor + 0.5)) for side in image.size]


def resized(image, factor, left, top, width, height):
    """The part [left, left + width) x [top, top + height) of the image at `factor` times its size, where libvips puts it."""
    if factor <= 1:  # about the same centre
        whole = sides(image, factor)
        place = lambda at, axis: (at - whole[axis] / 2) / factor + image.size[axis] / 2
    else:  # half a pixel of the larger one to the left and up
        place = lambda at, axis: (at - 0.5) / factor
    box = [place(left, 0), place(top, 1), place(left + width, 0), place(top + height, 1)]
    beyond = max(0, math.ceil(max(-box[0], -box[1], box[2] - image.width, box[3] - image.height))) + 2
    continued = np.pad(np.asarray(image), ((beyond, beyond), (beyond, beyond), (0, 0)), mode="edge")
    kernel = Image.Resampling.LANCZOS if factor <= 1 else Image.Resampling.BICUBIC
    box = [side + beyond for side in box]
    return Image.fromarray(continued).resize((width, height), kernel, box=box, reducing_gap=2.0)


def cropped(image, width, height, _):
    """Resized to fill the size, and what sticks out cut off on both sides."""
    factor = max(width / image.width, height / image.height)
    across, down = sides(image, factor)
    return resized(image, factor, (across - width + 1) // 2, (down - height + 1) // 2, width, height)


def contained(image, width, height, level):
    """Resized to lie within the size, in its middle, on the background."""
    factor = min(width / image.width, height / image.height)
    across, down = sides(image, factor)
    whole = Image.new("RGB", (width, height), (level,) * 3)
    whole.paste(resized(image, factor, 0, 0, across, down), ((width - across) // 2, (height - down) // 2))
    return whole


if __name__ == "__main__":
    images = load(*sys.argv[1:])
    print("images", list(images.shape), "from", float(images.min()), "to", float(images.max()))
