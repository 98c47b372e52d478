"""The training step of Tessera's `cifar10` preset in PyTorch, for `tessera bench` to compare with.

The network, quantizer (EMA codebook) and optimizer of DeepMind Sonnet's VQ-VAE example, eager, default memory layout, all
threads. Speaks the bench's protocol: a JSON line once it is ready, then a JSON line of milliseconds for each line it is sent.
"""

import json
import resource
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

HIDDEN, RESIDUAL, CODES, DIMENSION = 128, 32, 512, 64
DECAY, EPSILON, COMMITMENT, TRAIN_VARIANCE = 0.99, 1e-5, 0.25, 0.0632703981


class Residuals(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList(
            nn.Sequential(
                nn.ReLU(), nn.Conv2d(HIDDEN, RESIDUAL, 3, padding=1), nn.ReLU(), nn.Conv2d(RESIDUAL, HIDDEN, 1)
            )
            for _ in range(2)
        )

    def forward(self, x):
        for block in self.blocks:
            x = x + block(x)
        return F.relu(x)


class VqVae(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Conv2d(3, HIDDEN // 2, 4, 2, 1),
            nn.ReLU(),
            nn.Conv2d(HIDDEN // 2, HIDDEN, 4, 2, 1),
            nn.ReLU(),
            nn.Conv2d(HIDDEN, HIDDEN, 3, padding=1),
            Residuals(),
            nn.Conv2d(HIDDEN, DIMENSION, 1),
        )
        self.decoder = nn.Sequential(
            nn.Conv2d(DIMENSION, HIDDEN, 3, padding=1),
            Residuals(),
            nn.ConvTranspose2d(HIDDEN, HIDDEN // 2, 4, 2, 1),
            nn.ReLU(),
            nn.ConvTranspose2d(HIDDEN // 2, 3, 4, 2, 1),
        )
        limit = (3 / DIMENSION) ** 0.5
        self.register_buffer("codebook", torch.empty(CODES, DIMENSION).uniform_(-limit, limit))
        self.register_buffer("counts", torch.zeros(CODES))
        self.register_buffer("sums", torch.zeros(CODES, DIMENSION))
        self.steps = 0

    def loss(self, images):
        latents = self.encoder(images).permute(0, 2, 3, 1)
        flat = latents.reshape(-1, DIMENSION)
        with torch.no_grad():
            distances = torch.addmm(self.codebook.square().sum(1), flat, self.codebook.t(), alpha=-2)
            codes = distances.argmin(1)
        vectors = F.embedding(codes, self.codebook).reshape(latents.shape)
        quantized = latents + (vectors - latents).detach()
        reconstruction = self.decoder(quantized.permute(0, 3, 1, 2))
        self.move_codebook(flat.detach(), codes)
        used = torch.bincount(codes, minlength=CODES) / codes.numel()
        perplexity = torch.exp(-(used * torch.log(used + 1e-10)).sum())
        return F.mse_loss(reconstruction, images) / TRAIN_VARIANCE + COMMITMENT * F.mse_loss(latents, vectors), perplexity

    @torch.no_grad()
    def move_codebook(self, flat, codes):
        self.steps += 1
        counts = torch.bincount(codes, minlength=CODES).float()
        self.counts.mul_(DECAY).add_(counts, alpha=1 - DECAY)
        sums = torch.zeros(CODES, DIMENSION).index_add_(0, codes, flat)
        self.sums.mul_(DECAY).add_(sums, alpha=1 - DECAY)
        unbiased = 1 - DECAY**self.steps
        sizes = self.counts / unbiased
        total = sizes.sum()
        smoothed = (sizes + EPSILON) / (total + CODES * EPSILON) * total
        self.codebook.copy_(self.sums / unbiased / smoothed.unsqueeze(1))


def answer(values):
    scale = 1 if sys.platform == "darwin" else 1024
    resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale
    memory = {"resident": resident, "private": private_bytes() or resident}
    print(json.dumps({"values": values, "memory": memory}), flush=True)


def private_bytes():
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("RssAnon"))
    except (OSError, StopIteration):
        return None


def main():
    settings = json.loads(sys.argv[1])
    torch.manual_seed(1)
    model = VqVae()
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-4)
    pixels = torch.randint(0, 256, (settings["batch"], 3, 32, 32), dtype=torch.uint8)

    def step():
        since = time.perf_counter()
        optimizer.zero_grad()
        loss, perplexity = model.loss(pixels.float() / 255 - 0.5)
        loss.backward()
        optimizer.step()
        loss.item(), perplexity.item()
        return (time.perf_counter() - since) * 1000

    answer([])
    for _ in sys.stdin:
        answer([step() for _ in range(settings["steps"])])


main()
