"""Golden numbers of the discrete VAE's gradient estimators in PyTorch, each written as its paper has it, draw by draw, with noise,
weights and pixels in the file: the loss, and the gradients of all weights.
"""

import json
import math
import pathlib

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

GOLDEN = pathlib.Path(__file__).parent / "golden"
C = dict(height=4, width=5, channels=1, variables=3, codes=4, width_hidden=6, samples=3, tau=0.6, baseline=-9.5, batch=5)
M, K, S, N = C["variables"], C["codes"], C["samples"], C["batch"]

torch.manual_seed(2)
random = np.random.default_rng(4)
pixels = random.integers(0, 256, [N, C["height"], C["width"], 1]).astype(np.uint8)
x = torch.tensor(pixels, dtype=torch.float32).reshape(N, -1) / 255
size = x.shape[1]
layers = nn.ModuleDict(
    {
        "encoder-dense1": nn.Linear(size, C["width_hidden"]),
        "encoder-logits": nn.Linear(C["width_hidden"], M * K),
        "decoder-dense1": nn.Linear(M * K, C["width_hidden"]),
        "decoder-pixels": nn.Linear(C["width_hidden"], size),
    }
)
with torch.no_grad():
    for layer in layers.values():
        layer.weight *= 3
noise = torch.distributions.Gumbel(0.0, 1.0).sample([S, N, M, K])
out = {"pixels": pixels, "noise": noise.numpy()}


def log_likelihood(z):
    """z [N, M, K] -> [N]"""
    output = layers["decoder-pixels"](torch.tanh(layers["decoder-dense1"](z.reshape(-1, M * K))))
    return -F.binary_cross_entropy_with_logits(output, x, reduction="none").sum(1)


for estimator in ["reinforce", "baseline", "rloo", "vimco", "gumbel", "gumbel-st", "straight-through"]:
    layers.zero_grad()
    logits = layers["encoder-logits"](torch.tanh(layers["encoder-dense1"](x - 0.5))).view(N, M, K)
    q = torch.distributions.Categorical(logits=logits)
    kl = (q.probs * (q.probs.log() + math.log(K))).sum([1, 2])
    indices = (logits + noise).argmax(-1)
    hard = F.one_hot(indices, K).float()
    log_q = torch.stack([q.log_prob(indices[s]).sum(1) for s in range(S)])
    if estimator.startswith("gumbel"):
        soft = F.softmax((logits + noise) / C["tau"], -1)
        top = F.one_hot(soft.argmax(-1), K).float()
        z = top + soft - soft.detach() if estimator == "gumbel-st" else soft
        objective = bound = torch.stack([log_likelihood(z[s]) for s in range(S)]).mean(0) - kl
    elif estimator == "straight-through":
        z = hard + (q.probs - q.probs.detach())
        objective = bound = torch.stack([log_likelihood(z[s]) for s in range(S)]).mean(0) - kl
    elif estimator == "vimco":
        log_w = torch.stack([log_likelihood(hard[s]) for s in range(S)]) - M * math.log(K) - log_q
        bound = torch.logsumexp(log_w, 0) - math.log(S)
        objective = bound
        for s in range(S):
            others = torch.stack([log_w[o] for o in range(S) if o != s])
            replaced = torch.cat([others, others.mean(0, keepdim=True)])
            without = torch.logsumexp(replaced, 0) - math.log(S)
            objective = objective + (bound - without).detach() * log_q[s]
    else:
        f = torch.stack([log_likelihood(hard[s]) for s in range(S)])
        bound = f.mean(0) - kl
        objective = bound
        for s in range(S):
            others = [f[o] for o in range(S) if o != s]
            b = {"reinforce": 0.0, "baseline": C["baseline"], "rloo": sum(others) / (S - 1)}[estimator]
            objective = objective + (f[s] - b).detach() * log_q[s] / S
    (-objective.mean()).backward()
    out[f"{estimator}/loss"] = (-bound.mean()).detach().numpy()
    for key, layer in layers.items():
        name = key.replace("-", "/")
        out[f"{estimator}/gradient/{name}/kernel"] = layer.weight.grad.T.numpy().copy()
        out[f"{estimator}/gradient/{name}/bias"] = layer.bias.grad.numpy().copy()
for key, layer in layers.items():
    name = key.replace("-", "/")
    out[f"weight/{name}/kernel"] = layer.weight.detach().T.numpy().copy()
    out[f"weight/{name}/bias"] = layer.bias.detach().numpy().copy()
path = GOLDEN / "torch-discrete-vae.npz"
np.savez_compressed(path, configuration=np.array(json.dumps(C)), **out)
print(path, path.stat().st_size, {k: float(v) for k, v in out.items() if k.endswith("/loss")})
