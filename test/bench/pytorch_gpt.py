"""A GPT over codes in PyTorch, for `tessera bench` to compare with: the shape of karpathy/minGPT, trained and sampled from.

Settings (a JSON object as the only argument): `mode` "train" (milliseconds a step of Adam, eager, default threads)
or "sample" (milliseconds a token with a preallocated key/value cache, under inference_mode), `batch`, `steps`, `length`, `threads`.
Speaks the bench's protocol: a JSON line once it is ready, then a JSON line of values for each line it is sent.
"""

import json
import resource
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

CODES, LAYERS, DIMENSION, HEADS = 512, 4, 256, 8


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.qkv = nn.Linear(DIMENSION, 3 * DIMENSION)
        self.out = nn.Linear(DIMENSION, DIMENSION)

    def forward(self, x):
        batch, length, _ = x.shape
        q, k, v = self.qkv(x).view(batch, length, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.out(y.transpose(1, 2).reshape(batch, length, DIMENSION))

    def step(self, x, position):
        batch = x.shape[0]
        q, k, v = self.qkv(x).view(batch, 3, HEADS, 1, -1).unbind(1)
        self.keys[:, :, position : position + 1] = k
        self.values[:, :, position : position + 1] = v
        y = F.scaled_dot_product_attention(q, self.keys[:, :, : position + 1], self.values[:, :, : position + 1])
        return self.out(y.view(batch, DIMENSION))

    def open(self, batch, length):
        self.keys = torch.zeros(batch, HEADS, length, DIMENSION // HEADS)
        self.values = torch.zeros_like(self.keys)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.attention = nn.LayerNorm(DIMENSION), Attention()
        self.norm2 = nn.LayerNorm(DIMENSION)
        self.mlp = nn.Sequential(nn.Linear(DIMENSION, 4 * DIMENSION), nn.GELU(), nn.Linear(4 * DIMENSION, DIMENSION))

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.mlp(self.norm2(x))

    def step(self, x, position):
        x = x + self.attention.step(self.norm1(x), position)
        return x + self.mlp(self.norm2(x))


class Gpt(nn.Module):
    def __init__(self, length):
        super().__init__()
        self.codes = nn.Embedding(CODES + 1, DIMENSION)
        self.positions = nn.Parameter(torch.randn(length, DIMENSION) * 0.02)
        self.blocks = nn.ModuleList(Block() for _ in range(LAYERS))
        self.norm = nn.LayerNorm(DIMENSION)
        self.head = nn.Linear(DIMENSION, CODES, bias=False)
        for module in self.modules():
            if isinstance(module, (nn.Linear, nn.Embedding)):
                nn.init.normal_(module.weight, std=0.02)

    def loss(self, tokens):
        before = F.pad(tokens[:, :-1], (1, 0), value=CODES)
        h = self.codes(before) + self.positions
        for block in self.blocks:
            h = block(h)
        return F.cross_entropy(self.head(self.norm(h)).view(-1, CODES), tokens.reshape(-1))

    def step(self, last, position):
        h = self.codes(last) + self.positions[position]
        for block in self.blocks:
            h = block.step(h, position)
        return self.head(self.norm(h))


def answer(values):
    scale = 1 if sys.platform == "darwin" else 1024
    resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale
    print(json.dumps({"values": values, "memory": {"resident": resident, "private": private_bytes() or resident}}), flush=True)


def private_bytes():
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("RssAnon"))
    except (OSError, StopIteration):
        return None


def training(model, settings):
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-4)
    tokens = torch.randint(0, CODES, (settings["batch"], settings["length"]))

    def step():
        since = time.perf_counter()
        optimizer.zero_grad()
        loss = model.loss(tokens)
        loss.backward()
        optimizer.step()
        loss.item()
        return (time.perf_counter() - since) * 1000

    return lambda: [step() for _ in range(settings["steps"])]


def sampling(model, settings):
    batch, length = settings["batch"], settings["length"]
    model.eval()
    for block in model.blocks:
        block.attention.open(batch, length)

    @torch.inference_mode()
    def sequence():
        since = time.perf_counter()
        last, drawn = torch.full((batch,), CODES), []
        for position in range(length):
            probabilities = F.softmax(model.step(last, position), -1)
            last = torch.multinomial(probabilities, 1).view(batch)
            drawn.append(last)
        torch.stack(drawn, 1).tolist()
        return (time.perf_counter() - since) * 1000 / length

    return lambda: [sequence() for _ in range(settings["steps"])]


def main():
    settings = json.loads(sys.argv[1])
    if settings.get("threads"):
        torch.set_num_threads(settings["threads"])
    torch.manual_seed(1)
    work = {"train": training, "sample": sampling}[settings["mode"]](Gpt(settings["length"]), settings)
    answer([])
    for _ in sys.stdin:
        answer(work())


main()
