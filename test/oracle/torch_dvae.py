"""Golden numbers of DALL-E's dVAE in PyTorch: encoder, decoder, logit-Laplace loss and Gumbel-softmax written anew after
openai/DALL-E (encoder.py, decoder.py, utils.py) and the paper's appendix A; noise, weights and pixels are in the file.
"""

import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

GOLDEN = pathlib.Path(__file__).parent / "golden"
C = dict(height=14, width=12, channels=3, hidden=4, groups=3, blocks=2, codes=9, embedding=5, tau=0.7, beta=1.3)


class Block(nn.Module):
    def __init__(self, inputs, outputs, kernels, layers):
        super().__init__()
        inner = max(1, outputs // 4)
        widths = [inputs, inner, inner, inner, outputs]
        self.gain = 1 / layers**2
        self.identity = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else nn.Identity()
        self.convs = nn.ModuleList(
            nn.Conv2d(a, b, k, padding=(k - 1) // 2) for a, b, k in zip(widths, widths[1:], kernels)
        )

    def forward(self, x):
        h = x
        for conv in self.convs:
            h = conv(F.relu(h))
        return self.identity(x) + self.gain * h


class Network(nn.Module):
    def __init__(self, first, widths, kernels, between):
        super().__init__()
        layers = len(widths) * C["blocks"]
        self.between = between
        self.groups = nn.ModuleList()
        for width in widths:
            self.groups.append(nn.ModuleList(Block(first if i == 0 else width, width, kernels, layers) for i in range(C["blocks"])))
            first = width

    def forward(self, x):
        for at, group in enumerate(self.groups):
            x = x if at == 0 else self.between(x)
            for block in group:
                x = block(x)
        return F.relu(x)


class DVae(nn.Module):
    def __init__(self):
        super().__init__()
        widths = [C["hidden"] * 2**g for g in range(C["groups"])]
        self.enc_in = nn.Conv2d(C["channels"], C["hidden"], 7, padding=3)
        self.enc = Network(C["hidden"], widths, [3, 3, 3, 1], nn.MaxPool2d(2))
        self.enc_out = nn.Conv2d(widths[-1], C["codes"], 1)
        self.dec_in = nn.Conv2d(C["codes"], C["embedding"], 1)
        self.dec = Network(C["embedding"], widths[::-1], [1, 3, 3, 3], nn.Upsample(scale_factor=2, mode="nearest"))
        self.dec_out = nn.Conv2d(C["hidden"], 2 * C["channels"], 1)

    def logits(self, x):
        return self.enc_out(self.enc(self.enc_in(x)))

    def decode(self, z):
        return self.dec_out(self.dec(self.dec_in(z)))


def our_name(name):
    kind = {"weight": "kernel", "bias": "bias"}
    parts = name.split(".")
    top = {"enc_in": "encoder/input", "enc_out": "encoder/output", "dec_in": "decoder/input", "dec_out": "decoder/output"}
    if parts[0] in top:
        return f"{top[parts[0]]}/{kind[parts[1]]}"
    side = {"enc": "encoder", "dec": "decoder"}[parts[0]]
    where = f"{side}/group{int(parts[2]) + 1}/block{int(parts[3]) + 1}"
    if parts[4] == "identity":
        return f"{where}/identity/{kind[parts[5]]}"
    return f"{where}/conv{int(parts[5]) + 1}/{kind[parts[6]]}"


def ours(name, value):
    value = value.detach()
    if name == "dec_in.weight":
        return value[:, :, 0, 0].T.numpy().copy()
    return (value.permute(2, 3, 1, 0) if value.dim() == 4 else value).numpy().copy()


torch.manual_seed(5)
random = np.random.default_rng(9)
model = DVae()
coarse = random.uniform(0, 255, size=[2, 4, 4, C["channels"]])
pixels = np.clip(coarse.repeat(4, 1).repeat(3, 2)[:, : C["height"]] + random.normal(0, 9, [2, 14, 12, 3]), 0, 255)
pixels = pixels.round().astype(np.uint8)
x = torch.tensor(pixels, dtype=torch.float32).permute(0, 3, 1, 2) / 255
mapped = (1 - 2 * 0.1) * x + 0.1
factor = 2 ** (C["groups"] - 1)
whole = F.pad(mapped, (0, -C["width"] % factor, 0, -C["height"] % factor), mode="replicate")

with torch.no_grad():  # logits far enough apart that codes differ
    model.enc_out.weight *= 1.5 / model.logits(whole).std([0, 2, 3])[:, None, None, None]
    model.enc_out.bias -= model.logits(whole).mean([0, 2, 3])
logits = model.logits(whole)
n, k, h, w = logits.shape
noise = torch.distributions.Gumbel(0.0, 1.0).sample([n, h, w, k])
soft = F.softmax((logits + noise.permute(0, 3, 1, 2)) / C["tau"], 1)
location, log_scale = model.decode(soft)[:, :, : C["height"], : C["width"]].chunk(2, 1)
# The density of the paper's equation 2, as it stands there.
scale = log_scale.exp()
density = torch.exp(-(torch.logit(mapped) - location).abs() / scale) / (2 * scale * mapped * (1 - mapped))
cost = -density.log().mean()
q = F.softmax(logits, 1)
kl = torch.distributions.kl_divergence(
    torch.distributions.Categorical(logits=logits.permute(0, 2, 3, 1)),
    torch.distributions.Categorical(logits=torch.zeros(n, h, w, k)),
).sum([1, 2])
loss = cost + C["beta"] * kl.mean() / (C["height"] * C["width"] * C["channels"])
loss.backward()
codes = logits.argmax(1)
hard = model.decode(F.one_hot(codes, k).permute(0, 3, 1, 2).float())[:, : C["channels"], : C["height"], : C["width"]]
unmapped = ((torch.sigmoid(hard) - 0.1) / 0.8).clamp(0, 1).permute(0, 2, 3, 1)

out = {
    "pixels": pixels,
    "noise": noise.numpy(),
    "codes": codes.numpy().astype(np.int32),
    "hard": unmapped.detach().numpy(),
    "cost": cost.detach().numpy(),
    "kl": kl.detach().numpy(),
    "loss": loss.detach().numpy(),
}
for key, value in model.named_parameters():
    out[f"weight/{our_name(key)}"] = ours(key, value)
    out[f"gradient/{our_name(key)}"] = ours(key, value.grad)
path = GOLDEN / "torch-dvae.npz"
np.savez_compressed(path, configuration=np.array(json.dumps(C)), **out)
print(path, path.stat().st_size, cost.item(), len(codes.unique()))
