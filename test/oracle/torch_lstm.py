"""Golden numbers of PyTorch's LSTM and GRU, and of the prior made of them: logits, loss and its gradients.

The network is that of Zaremba et al. 2014, written with torch.nn.LSTM / GRU: embedding of the token before (V + given at first), layers,
a linear head. Arrays `<cell>/…` in Tessera's names and layouts: kernels [in, out], gates in PyTorch's order, PyTorch's second bias 0
but for the GRU's candidate.
"""

import pathlib

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(17)
V, L, N, CLASSES, H, LAYERS = 7, 6, 3, 2, 5, 2
golden = {}

for cell, make, gates in [("lstm", nn.LSTM, 4), ("gru", nn.GRU, 3)]:
    embed, rnn, head = nn.Embedding(V + 1 + CLASSES, H), make(H, H, LAYERS, batch_first=True), nn.Linear(H, V)
    with torch.no_grad():
        for parameter in [*embed.parameters(), *rnn.parameters(), *head.parameters()]:
            parameter.copy_(torch.randn_like(parameter) * 0.6)
        for layer in range(LAYERS):
            getattr(rnn, f"bias_hh_l{layer}")[: (4 if cell == "lstm" else 2) * H] = 0
    tokens, given = torch.randint(V, (N, L)), torch.tensor([0, 2, 1])
    before = torch.cat([(V + given)[:, None], tokens[:, :-1]], 1)
    logits = head(rnn(embed(before))[0])
    loss = F.cross_entropy(logits.flatten(0, 1), tokens.flatten())
    loss.backward()
    golden |= {f"{cell}/tokens": tokens, f"{cell}/given": given, f"{cell}/logits": logits, f"{cell}/loss": loss}
    weights = {
        "codes/table": (embed.weight, lambda w: w),
        "head/kernel": (head.weight, lambda w: w.t()),
        "head/bias": (head.bias, lambda w: w),
    }
    for layer in range(LAYERS):
        weights[f"layer{layer}/kernel"] = (getattr(rnn, f"weight_ih_l{layer}"), lambda w: w.t())
        weights[f"layer{layer}/recurrent"] = (getattr(rnn, f"weight_hh_l{layer}"), lambda w: w.t())
        weights[f"layer{layer}/bias"] = (getattr(rnn, f"bias_ih_l{layer}"), lambda w: w)
        if cell == "gru":
            weights[f"layer{layer}/candidate-bias"] = (getattr(rnn, f"bias_hh_l{layer}"), lambda w: w[2 * H :])
    for name, (parameter, layout) in weights.items():
        golden[f"{cell}/w/{name}"], golden[f"{cell}/d/{name}"] = layout(parameter), layout(parameter.grad)

arrays = {key: np.ascontiguousarray(value.detach().numpy()) for key, value in golden.items()}
arrays = {key: value.astype(np.float32 if value.dtype.kind == "f" else np.int32) for key, value in arrays.items()}
path = pathlib.Path(__file__).parent / "golden" / "torch-lstm.npz"
np.savez_compressed(path, **arrays)
print(path, path.stat().st_size, len(arrays), "arrays, PyTorch", torch.__version__)
