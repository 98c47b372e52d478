"""Golden numbers of the priors over grids of codes in PyTorch, each written from its paper with masks laid over full kernels: the
mean −log p a code of given tokens, and the gradients of all weights. Weights are named and shaped as Tessera's; a masked kernel is
put into the full one here.
"""

import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

GOLDEN = pathlib.Path(__file__).parent / "golden"
C = dict(
    height=3, width=4, codes=5, batch=3, classes=2, channels=4, head=6, blocks=2, layers=3, kernel=3, first_kernel=5,
    residuals=1, residual_channels=3, heads=2, above=3, above_blocks=1, top_height=2, top_width=2, top_codes=4,
)
H, W, K, N, CH = C["height"], C["width"], C["codes"], C["batch"], C["channels"]
random = np.random.default_rng(8)
tokens = random.integers(0, K, [N, H, W])
top = random.integers(0, C["top_codes"], [N, C["top_height"], C["top_width"]])
given = np.array([0, 1, 2])
out = {
    "configuration": np.array(json.dumps(C)),
    "codes": np.concatenate([top.reshape(N, -1), tokens.reshape(N, -1)], 1).astype(np.int32),
    "given": given.astype(np.int32),
}


class Weights(dict):
    """Weights by name, drawn at their first use."""

    def __call__(self, name, *shape):
        if name not in self:
            size = int(np.prod(shape))
            values = random.uniform(-1, 1, size).reshape(shape) * min(1.0, 1.4 * (np.prod(shape[:-1]) ** -0.5))
            self[name] = torch.tensor(values.astype(np.float32), requires_grad=True)
        assert tuple(self[name].shape) == tuple(shape), name
        return self[name]


def dense(w, name, x, units, bias=True):
    """1 x 1 convolution of x [N, C, H, W]."""
    y = torch.einsum("nchw,cf->nfhw", x, w(f"{name}/kernel", x.shape[1], units))
    return y + w(f"{name}/bias", units)[None, :, None, None] if bias else y


def conv(w, name, x, filters, k):
    kernel = w(f"{name}/kernel", k, k, x.shape[1], filters).permute(3, 2, 0, 1)
    return F.conv2d(x, kernel, w(f"{name}/bias", filters), padding=k // 2)


def masked(w, name, x, filters, k, mask, field):
    """A convolution with a full k x k kernel in which what a cell may not see is 0."""
    own, half = (1 if mask == "B" else 0), k // 2
    rows, columns = {"raster": (half + 1, k), "vertical": (half + own, k), "horizontal": (1, half + own)}[field]
    small = w(f"{name}/kernel", rows, columns, x.shape[1], filters)
    first = half if field == "horizontal" else 0
    full = F.pad(small, (0, 0, 0, 0, 0, k - columns, first, k - rows - first))
    allowed = torch.zeros(k, k)
    if field != "horizontal":
        allowed[:half] = 1
    if field == "vertical":
        allowed[half] = own
    else:
        allowed[half, :half] = 1
        allowed[half, half] = own
    full = full * allowed[:, :, None, None]
    return F.conv2d(x, full.permute(3, 2, 0, 1), w(f"{name}/bias", filters), padding=half)


def told(w, name, x, above):
    channels = x.shape[1]
    y = x + torch.einsum("nchw,cf->nfhw", above, w(f"{name}/above/kernel", above.shape[1], channels))
    return y + w(f"{name}/classes", 1 + C["classes"], channels)[torch.tensor(given)][:, :, None, None]


def embed(w, name, indices, entries, dimension):
    return w(f"{name}/table", entries, dimension)[torch.tensor(indices)].permute(0, 3, 1, 2)


def gate(x):
    features, gates = x.chunk(2, 1)
    return torch.tanh(features) * torch.sigmoid(gates)


def pixelcnn(w, name, x, above):
    """van den Oord, Kalchbrenner and Kavukcuoglu 2016, figure 5 and table 1."""
    x = masked(w, f"{name}/first", x, 2 * CH, C["first_kernel"], "A", "raster")
    for block in range(C["blocks"]):
        b = f"{name}/block{block}"
        h = masked(w, f"{b}/conv", dense(w, f"{b}/in", x.relu(), CH).relu(), CH, C["kernel"], "B", "raster")
        x = x + dense(w, f"{b}/out", told(w, b, h, above).relu(), 2 * CH)
    return dense(w, f"{name}/logits", dense(w, f"{name}/before", x.relu(), C["head"]).relu(), K)


def gated_pixelcnn(w, name, x, above):
    """van den Oord et al. 2016b, figure 2 and equation 4."""
    v, h = x, x
    for layer in range(C["layers"]):
        one = f"{name}/layer{layer}"
        k, mask = (C["first_kernel"], "A") if layer == 0 else (C["kernel"], "B")
        vertical = masked(w, f"{one}/vertical", v, 2 * CH, k, mask, "vertical")
        horizontal = masked(w, f"{one}/horizontal", h, 2 * CH, k, mask, "horizontal")
        horizontal = horizontal + dense(w, f"{one}/across", vertical, 2 * CH)
        y = dense(w, f"{one}/out", gate(told(w, f"{one}/horizontal", horizontal, above)), CH)
        h = y if layer == 0 else h + y
        if layer < C["layers"] - 1:
            v = gate(told(w, f"{one}/vertical", vertical, above))
    return dense(w, f"{name}/logits", dense(w, f"{name}/before", h, C["head"]).relu(), K)


def point_residual(w, name, x, inside, other=None):
    h = dense(w, f"{name}/conv1", F.elu(x), inside)
    if other is not None:
        h = h + dense(w, f"{name}/other", F.elu(other), inside)
    return x + F.glu(dense(w, f"{name}/conv2", F.elu(h), 2 * x.shape[1]), 1)


def pixelsnail(w, name, x, above):
    """Chen et al. 2018, in the shape of rosinality/vq-vae-2-pytorch; keys know the token before."""
    n, channels, height, width = x.shape
    length = height * width
    flat = x.reshape(n, channels, length)
    before = torch.cat([torch.zeros(n, channels, 1), flat[:, :, :-1]], 2).reshape(x.shape)
    rows = ((torch.arange(height) - height / 2) / height)[None, None, :, None].expand(n, 1, height, width)
    columns = ((torch.arange(width) - width / 2) / width)[None, None, None, :].expand(n, 1, height, width)
    place = torch.cat([rows, columns], 1)
    x = masked(w, f"{name}/first", x, channels, C["first_kernel"], "A", "raster")
    for block in range(C["blocks"]):
        b = f"{name}/block{block}"
        y = x
        for residual in range(C["residuals"]):
            r = f"{b}/residual{residual}"
            h = masked(w, f"{r}/conv1", F.elu(y), C["residual_channels"], C["kernel"], "B", "raster")
            h = masked(w, f"{r}/conv2", F.elu(h), 2 * channels, C["kernel"], "B", "raster")
            y = y + F.glu(told(w, r, h, above), 1)
        keys = point_residual(w, f"{b}/keys", torch.cat([x, y, place, before], 1), channels)
        queries = point_residual(w, f"{b}/queries", torch.cat([y, place], 1), channels)
        half, heads = channels // 2, C["heads"]
        q = dense(w, f"{b}/attention/q", queries, half)
        k, v = dense(w, f"{b}/attention/kv", keys, 2 * half).chunk(2, 1)
        q, k, v = (t.reshape(n, heads, half // heads, length).transpose(2, 3) for t in (q, k, v))
        seen = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        seen = seen.transpose(2, 3).reshape(n, half, height, width)
        x = point_residual(w, f"{b}/out", y, channels, seen)
    return dense(w, f"{name}/logits", F.elu(x), K)


def above_of(w, name):
    """What the lower level is told of the upper one."""
    a = C["above"]
    h = conv(w, f"{name}/conv", embed(w, f"{name}/codes", top, C["top_codes"], a), a, 3)
    for block in range(C["above_blocks"]):
        b = f"{name}/blocks/block{block}"
        h = h + dense(w, f"{b}/conv1", conv(w, f"{b}/conv3", h.relu(), a, 3).relu(), a)
    return F.interpolate(h.relu(), size=(H, W), mode="nearest-exact")


for kind, network in {"pixelcnn": pixelcnn, "gated-pixelcnn": gated_pixelcnn, "pixelsnail": pixelsnail}.items():
    w = Weights()
    x = embed(w, "prior/level1/codes", tokens, K, CH)
    logits = network(w, "prior/level1", x, above_of(w, "prior/level1/above0"))
    loss = F.cross_entropy(logits, torch.tensor(tokens))
    loss.backward()
    out[f"{kind}/loss"] = loss.detach().numpy()
    # one array for all: hundreds of small ones would be mostly their own names
    out[f"{kind}/names"] = np.array(json.dumps({name: weight.numel() for name, weight in w.items()}))
    out[f"{kind}/weights"] = np.concatenate([weight.detach().numpy().ravel() for weight in w.values()])
    out[f"{kind}/gradients"] = np.concatenate([weight.grad.numpy().ravel() for weight in w.values()])

np.savez_compressed(GOLDEN / "torch-grid-priors.npz", **out)
