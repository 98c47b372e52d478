"""Golden numbers of PyTorch's optimizers over ten steps of a small network.

Decoupled decay is for the matrices alone (two parameter groups). The averages are torch's AveragedModel with a decay that
warms up, begun from the first weights. Clipping is `clip_grad_norm_`, which adds 1e-6 to the norm.
"""

import pathlib

import numpy as np
import torch

STEPS, ITEMS, MICRO = 10, 12, 4
generator = np.random.default_rng(7)
x = generator.normal(size=(STEPS, ITEMS, 4)).astype(np.float32)
y = generator.normal(size=(STEPS, ITEMS, 3)).astype(np.float32)
start = {
    "a/kernel": generator.normal(size=(4, 8)), "a/bias": generator.normal(size=8),
    "b/kernel": generator.normal(size=(8, 3)), "b/bias": generator.normal(size=3),
}
start = {name: value.astype(np.float32) * 0.5 for name, value in start.items()}
golden = {"x": x, "y": y, **{f"start/{name}": value for name, value in start.items()}}


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = torch.nn.ParameterDict(
            {name.replace("/", "_"): torch.nn.Parameter(torch.tensor(value)) for name, value in start.items()}
        )

    def forward(self, inputs):
        w = self.weights
        return torch.tanh(inputs @ w["a_kernel"] + w["a_bias"]) @ w["b_kernel"] + w["b_bias"]


def decay(step, most):
    return min(most, (1 + step) / (10 + step))


def train(name, optimizer, rate=lambda step: 1.0, clip=None, micro=1, average=None):
    network = Network()
    made = optimizer(network)
    schedule = torch.optim.lr_scheduler.LambdaLR(made, lambda done: rate(done + 1))
    averages = None
    if average is not None:
        averages = torch.optim.swa_utils.AveragedModel(
            network, avg_fn=lambda held, now, count: held + (1 - decay(int(count), average)) * (now - held)
        )
        averages.update_parameters(network)
    losses, norms = [], []
    for step in range(1, STEPS + 1):
        made.zero_grad()
        loss = 0
        for part in range(micro):
            items = slice(part * ITEMS // micro, (part + 1) * ITEMS // micro)
            term = ((network(torch.tensor(x[step - 1, items])) - torch.tensor(y[step - 1, items])) ** 2).mean() / micro
            term.backward()
            loss += term.item()
        if clip is not None:
            norms.append(torch.nn.utils.clip_grad_norm_(network.parameters(), clip).item())
        made.step()
        schedule.step()
        if averages is not None:
            averages.update_parameters(network)
        losses.append(loss)
    golden[f"{name}/losses"] = np.array(losses, np.float32)
    if norms:
        golden[f"{name}/norms"] = np.array(norms, np.float32)
    for key in start:
        golden[f"{name}/{key}"] = network.weights[key.replace("/", "_")].detach().numpy()
        if averages is not None:
            golden[f"{name}/average/{key}"] = averages.module.weights[key.replace("/", "_")].detach().numpy()


def adamw(network):
    matrices = [value for name, value in network.weights.items() if name.endswith("kernel")]
    others = [value for name, value in network.weights.items() if not name.endswith("kernel")]
    groups = [{"params": matrices, "weight_decay": 0.2}, {"params": others, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=0.02, betas=(0.8, 0.95), eps=1e-3)


def adam(network):
    return torch.optim.Adam(network.parameters(), lr=0.02, betas=(0.8, 0.95), eps=1e-3)


def sgd(nesterov):
    return lambda network: torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9, nesterov=nesterov)


def halving(step):
    return 0.5 ** ((step) // 3)


train("adam", adam)
train("adamw", adamw)
train("momentum", sgd(False), rate=halving)
train("nesterov", sgd(True), rate=halving)
train("clip", adam, clip=0.4)
train("accumulate", adam, micro=ITEMS // MICRO)
train("average", adam, average=0.7)

path = pathlib.Path(__file__).parent / "golden" / "torch-optimisers.npz"
np.savez_compressed(path, **golden)
print(path, path.stat().st_size, golden["clip/norms"], golden["adam/losses"])
