"""Golden numbers of MaskGIT's transformer in PyTorch, written from Chang et al. 2022 and google-research/maskgit (maskgit/nets/
maskgit_transformer.py), with the norms inside the branches: logits, the loss on masked codes with label smoothing, its gradients.

Arrays in Tessera's names and layouts (kernels [in, out]).
"""

import pathlib

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(19)
V, L, N, CLASSES, D, HEADS, LAYERS, SMOOTHING = 9, 6, 3, 2, 8, 2, 2, 0.1
MASK, NOTHING = V, V + 1
golden, weights = {}, {}


def linear(name, i, o):
    layer = nn.Linear(i, o)
    weights[f"{name}/kernel"], weights[f"{name}/bias"] = (layer.weight, True), (layer.bias, False)
    return layer


def norm(name):
    layer = nn.LayerNorm(D)
    weights[f"{name}/scale"], weights[f"{name}/offset"] = (layer.weight, False), (layer.bias, False)
    return layer


class Block(nn.Module):
    def __init__(self, name):
        super().__init__()
        self.norm1, self.norm2 = norm(f"{name}/norm1"), norm(f"{name}/norm2")
        self.qkv, self.out = linear(f"{name}/attention/qkv", D, 3 * D), linear(f"{name}/attention/out", D, D)
        self.wide, self.narrow = linear(f"{name}/mlp/in", D, 4 * D), linear(f"{name}/mlp/out", 4 * D, D)

    def forward(self, x):
        q, k, v = (t.unflatten(2, (HEADS, -1)).transpose(1, 2) for t in self.qkv(self.norm1(x)).chunk(3, -1))
        x = x + self.out(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2))
        return x + self.narrow(F.gelu(self.wide(self.norm2(x))))


table, positions = nn.Embedding(V + 2 + CLASSES, D), nn.Embedding(L + 1, D)
weights["codes/table"], weights["positions/table"] = (table.weight, False), (positions.weight, False)
norm_input, blocks = norm("input"), [Block(f"block{index}") for index in range(LAYERS)]
last, mix, norm_head, project = norm("norm"), linear("head/mix", D, D), norm("head/norm"), linear("head/codes", D, V)
with torch.no_grad():
    for name, (parameter, _) in weights.items():
        parameter.copy_(torch.randn_like(parameter) * 0.4 + (0.5 if name.endswith("scale") else 0))

tokens, given, mask = torch.randint(V, (N, L)), torch.tensor([0, 2, 1]), torch.rand(N, L) < 0.6
shown = torch.where(mask, MASK, tokens)
h = norm_input(table(torch.cat([(NOTHING + given)[:, None], shown], 1)) + positions.weight)
for block in blocks:
    h = block(h)
logits = project(norm_head(F.gelu(mix(last(h[:, 1:])))))
loss = F.cross_entropy(logits[mask], tokens[mask], label_smoothing=SMOOTHING)
loss.backward()

golden = {"tokens": tokens, "given": given, "mask": mask.int(), "logits": logits, "loss": loss}
for name, (parameter, transposed) in weights.items():
    layout = (lambda w: w.t()) if transposed else (lambda w: w)
    golden[f"w/{name}"], golden[f"d/{name}"] = layout(parameter), layout(parameter.grad)

arrays = {key: np.ascontiguousarray(value.detach().numpy()) for key, value in golden.items()}
arrays = {key: value.astype(np.float32 if value.dtype.kind == "f" else np.int32) for key, value in arrays.items()}
path = pathlib.Path(__file__).parent / "golden" / "torch-maskgit.npz"
np.savez_compressed(path, **arrays)
print(path, path.stat().st_size, len(arrays), "arrays, PyTorch", torch.__version__)
