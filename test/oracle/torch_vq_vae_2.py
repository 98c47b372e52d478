"""Golden numbers of VQ-VAE-2 in PyTorch: the modules of rosinality/vq-vae-2-pytorch (vqvae.py) written anew for any number of
levels, one forward pass and the gradients of all weights. Two levels as there, and three with codes of other lengths on top.
"""

import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

GOLDEN = pathlib.Path(__file__).parent / "golden"
BETA = 0.25
CASES = {
    "two": dict(height=16, width=16, channels=3, levels=2, hidden=8, layers=2, inner=4, codes=16, top=4, dimension=4),
    "three": dict(height=18, width=13, channels=1, levels=3, hidden=6, layers=1, inner=3, codes=12, top=2, dimension=3),
}


class ResBlock(nn.Module):
    def __init__(self, channels, inner):
        super().__init__()
        self.conv3 = nn.Conv2d(channels, inner, 3, padding=1)
        self.conv1 = nn.Conv2d(inner, channels, 1)

    def forward(self, x):
        return x + self.conv1(F.relu(self.conv3(F.relu(x))))


class Encoder(nn.Module):
    """Stride 4: two halvings, the first with half the channels; stride 2: one."""

    def __init__(self, inputs, c, stride):
        super().__init__()
        half = c["hidden"] // 2
        widths = [half, c["hidden"]] if stride == 4 else [half]
        self.down = nn.ModuleList(
            nn.Conv2d(before, after, 4, stride=2, padding=1) for before, after in zip([inputs, *widths], widths)
        )
        self.conv = nn.Conv2d(widths[-1], c["hidden"], 3, padding=1)
        self.residual = nn.ModuleList(ResBlock(c["hidden"], c["inner"]) for _ in range(c["layers"]))

    def forward(self, x):
        for down in self.down:
            x = F.relu(down(x))
        x = self.conv(x)
        for block in self.residual:
            x = block(x)
        return F.relu(x)


class Decoder(nn.Module):
    def __init__(self, inputs, outputs, c, stride):
        super().__init__()
        half = c["hidden"] // 2
        widths = [half, outputs] if stride == 4 else [outputs]
        self.conv = nn.Conv2d(inputs, c["hidden"], 3, padding=1)
        self.residual = nn.ModuleList(ResBlock(c["hidden"], c["inner"]) for _ in range(c["layers"]))
        self.up = nn.ModuleList(
            nn.ConvTranspose2d(before, after, 4, stride=2, padding=1) for before, after in zip([c["hidden"], *widths], widths)
        )

    def forward(self, x):
        x = self.conv(x)
        for block in self.residual:
            x = block(x)
        for up in self.up:
            x = up(F.relu(x))
        return x


class VqVae2(nn.Module):
    """`enc[0]` is the top's; as in the reference for two levels: enc_t, enc_b, dec_t, dec, upsample_t."""

    def __init__(self, c):
        super().__init__()
        self.c = c
        levels = c["levels"]
        dims = [c["top"]] + [c["dimension"]] * (levels - 1)
        known, self.above = [dims[0]], [None]
        for level in range(1, levels):
            self.above.append(dims[level - 1])
            known.append(dims[level - 1] + dims[level])
        self.enc = nn.ModuleList(
            Encoder(c["channels"] if level == levels - 1 else c["hidden"], c, 4 if level == levels - 1 else 2)
            for level in range(levels)
        )
        self.conv = nn.ModuleList(
            nn.Conv2d(c["hidden"] + (self.above[level] or 0), dims[level], 1) for level in range(levels)
        )
        self.dec_above = nn.ModuleList(Decoder(known[level - 1], self.above[level], c, 2) for level in range(1, levels))
        self.upsample = nn.ModuleList(
            nn.ConvTranspose2d(known[level - 1], self.above[level], 4, stride=2, padding=1) for level in range(1, levels)
        )
        self.dec = Decoder(known[-1], c["channels"], c, 4)
        self.books = []

    def draw_book(self, z):
        """Codes near some of the latents, so that many are in use."""
        flat = z.detach().reshape(-1, z.shape[-1])
        chosen = flat[torch.randint(len(flat), [self.c["codes"]])]
        self.books.append(chosen + 0.3 * flat.std(0) * torch.randn(chosen.shape))

    def forward(self, x):
        features = [x]
        for enc in reversed(self.enc):
            features.insert(0, enc(features[0]))
        known, indices, latents, commitments = None, [], [], []
        for level in range(self.c["levels"]):
            h = features[level]
            if known is not None:
                h = torch.cat([self.dec_above[level - 1](known), h], 1)
            z = self.conv[level](h).permute(0, 2, 3, 1)
            if len(self.books) == level:
                self.draw_book(z)
            book = self.books[level]
            index = torch.cdist(z.reshape(-1, book.shape[1]), book).argmin(1).view(z.shape[:-1])
            e = book[index]
            commitments.append(BETA * F.mse_loss(z, e))
            latents.append(z)
            indices.append(index)
            q = (z + (e - z).detach()).permute(0, 3, 1, 2)
            known = q if known is None else torch.cat([self.upsample[level - 1](known), q], 1)
        return self.dec(known), indices, latents, commitments


def our_name(name, levels):
    parts = name.split(".")
    top = {"enc": "encoder", "dec": "decoder", "dec_above": "above", "upsample": "up", "conv": "pre-vq"}
    first = parts[0]
    if first == "dec":
        prefix, rest = "decoder", parts[1:]
    else:
        level = int(parts[1]) + (2 if first in ("dec_above", "upsample") else 1)
        prefix, rest = f"level{level}/{top[first]}", parts[2:]
    out = [prefix]
    while len(rest) > 1:
        if rest[0] in ("down", "up"):
            out.append(f"{rest[0]}{int(rest[1]) + 1}")
            rest = rest[2:]
        elif rest[0] == "residual":
            out += ["residual", f"block{rest[1]}"]
            rest = rest[2:]
        else:
            out.append(rest[0])
            rest = rest[1:]
    return "/".join(out + [{"weight": "kernel", "bias": "bias"}[rest[0]]])


def ours(value):
    """Kernels in our layout: [kh, kw, in, out], transposed ones [kh, kw, out, in] — the same permutation of PyTorch's."""
    value = value.detach()
    return (value.permute(2, 3, 1, 0) if value.dim() == 4 else value).numpy().copy()


def make(name, c):
    torch.manual_seed(7)
    random = np.random.default_rng(3)
    model = VqVae2(c)
    with torch.no_grad():
        for conv in model.conv:
            conv.weight *= 6  # latents as far apart as the codes are
    coarse = random.uniform(0, 255, size=[3, 4, 4, c["channels"]])
    fine = coarse.repeat(-(-c["height"] // 4), 1).repeat(-(-c["width"] // 4), 2)[:, : c["height"], : c["width"]]
    pixels = np.clip(fine + random.normal(0, 12, fine.shape), 0, 255).round().astype(np.uint8)
    c["variance"] = float((pixels / 255).var())
    images = torch.tensor(pixels, dtype=torch.float32).permute(0, 3, 1, 2) / 255 - 0.5
    factor = 4 * 2 ** (c["levels"] - 1)
    x = F.pad(images, (0, -c["width"] % factor, 0, -c["height"] % factor), mode="replicate")
    decoded, indices, _, commitments = model(x)
    reconstruction = decoded[:, :, : c["height"], : c["width"]]
    nmse = F.mse_loss(reconstruction, images) / c["variance"]
    (nmse + sum(commitments)).backward()
    out = {"pixels": pixels, "nmse": nmse.item(), "reconstruction": reconstruction.permute(0, 2, 3, 1).detach().numpy()}
    for level in range(c["levels"]):
        out[f"indices{level + 1}"] = indices[level].numpy().astype(np.int32)
        out[f"commitment{level + 1}"] = commitments[level].item()
        out[f"weight/level{level + 1}/quantizer/codebook"] = model.books[level].numpy()
    for key, value in model.named_parameters():
        out[f"weight/{our_name(key, c['levels'])}"] = ours(value)
        out[f"gradient/{our_name(key, c['levels'])}"] = ours(value.grad)
    path = GOLDEN / f"torch-vq-vae-2-{name}.npz"
    np.savez_compressed(path, configuration=np.array(json.dumps(c)), **{k: np.asarray(v, np.float32) if isinstance(v, float) else v for k, v in out.items()})
    print(path, path.stat().st_size, out["nmse"], [len(np.unique(one)) for one in indices])


for name, configuration in CASES.items():
    make(name, configuration)
