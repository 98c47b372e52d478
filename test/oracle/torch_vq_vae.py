"""Golden numbers of the whole VQ-VAE in PyTorch: same weights, same batches, ten Adam steps; EMA codebook as in Sonnet.

Two models: sides that the downsampling divides, in colour, with an EMA codebook; and sides that it doesn't, in grey, with a
codebook learnt by gradient.
"""

import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

GOLDEN = pathlib.Path(__file__).parent / "golden"
BATCH, STEPS, RATE, EPSILON, DECAY, BETA = 4, 10, 1e-3, 1e-5, 0.99, 0.25
CASES = {
    "ema": dict(height=12, width=16, channels=3, hidden=8, layers=2, inner=4, downs=2, codes=16, dimension=4),
    "gradient": dict(height=10, width=13, channels=1, hidden=6, layers=1, inner=3, downs=3, codes=8, dimension=3),
}


def draw_weights(c, random):
    """Every variable by our name, in our layout: kernels [kh, kw, in, out], transposed ones [kh, kw, out, in]."""
    weights = {}

    def conv(name, kernel, inputs, outputs, transposed=False):
        shape = [kernel, kernel, outputs, inputs] if transposed else [kernel, kernel, inputs, outputs]
        weights[f"{name}/kernel"] = random.normal(size=shape) / np.sqrt(kernel * kernel * inputs)
        weights[f"{name}/bias"] = 0.05 * random.normal(size=[outputs])

    def stack(name):
        for block in range(c["layers"]):
            conv(f"{name}/block{block}/conv3", 3, c["hidden"], c["inner"])
            conv(f"{name}/block{block}/conv1", 1, c["inner"], c["hidden"])

    hidden, half = c["hidden"], c["hidden"] // 2
    down = [half] + [hidden] * (c["downs"] - 1)
    for level, outputs in enumerate(down):
        conv(f"encoder/down{level + 1}", 4, down[level - 1] if level else c["channels"], outputs)
    conv("encoder/conv", 3, down[-1], hidden)
    stack("encoder/residual")
    conv("pre-vq", 1, hidden, c["dimension"])
    weights["pre-vq/kernel"] *= 8  # latents as far apart as the codes are
    weights["quantizer/codebook"] = random.uniform(-1, 1, size=[c["codes"], c["dimension"]]) * np.sqrt(0.3 / c["dimension"])
    conv("decoder/conv", 3, c["dimension"], hidden)
    stack("decoder/residual")
    up = [hidden] * (c["downs"] - 2) + [half] + [c["channels"]]
    for level, outputs in enumerate(up):
        conv(f"decoder/up{level + 1}", 4, up[level - 1] if level else hidden, outputs, transposed=True)
    return {name: torch.tensor(value, dtype=torch.float32) for name, value in weights.items()}


def forward(c, w, pixels, learnt):
    images = torch.tensor(pixels, dtype=torch.float32).permute(0, 3, 1, 2) / 255 - 0.5
    factor = 2 ** c["downs"]
    x = F.pad(images, (0, -c["width"] % factor, 0, -c["height"] % factor), mode="replicate")

    def conv(name, x, stride=1):
        kernel = w[f"{name}/kernel"].permute(3, 2, 0, 1)
        return F.conv2d(x, kernel, w[f"{name}/bias"], stride, padding=(kernel.shape[-1] - 1) // 2)

    def stack(name, x):
        for block in range(c["layers"]):
            x = x + conv(f"{name}/block{block}/conv1", F.relu(conv(f"{name}/block{block}/conv3", F.relu(x))))
        return F.relu(x)

    for level in range(c["downs"]):
        x = F.relu(conv(f"encoder/down{level + 1}", x, 2))
    z = conv("pre-vq", stack("encoder/residual", F.relu(conv("encoder/conv", x)))).permute(0, 2, 3, 1)
    book = w["quantizer/codebook"]
    flat = z.reshape(-1, c["dimension"])
    indices = torch.cdist(flat, book).argmin(1)
    e = book[indices].view(z.shape)
    terms = {"commitment": BETA * F.mse_loss(z, e.detach())}
    if learnt:
        terms["codebook"] = F.mse_loss(e, z.detach())
    x = stack("decoder/residual", conv("decoder/conv", (z + (e - z).detach()).permute(0, 3, 1, 2)))
    for level in range(c["downs"]):
        name = f"decoder/up{level + 1}"
        kernel = w[f"{name}/kernel"].permute(3, 2, 0, 1)
        x = F.conv_transpose2d(x if level == 0 else F.relu(x), kernel, w[f"{name}/bias"], stride=2, padding=1)
    x = x[:, :, : c["height"], : c["width"]]
    terms["reconstruction"] = F.mse_loss(x, images) / c["variance"]
    share = torch.bincount(indices, minlength=c["codes"]) / len(indices)
    perplexity = torch.exp(-(share * torch.log(share + 1e-10)).sum())
    return sum(terms.values()), terms, perplexity, flat.detach(), indices, x.permute(0, 2, 3, 1)


def train(name, c):
    random = np.random.default_rng(11)
    weights = draw_weights(c, random)
    # Smooth pictures with some noise: neighbouring pixels alike, as in photographs.
    coarse = random.uniform(0, 255, size=[STEPS, BATCH, 4, 4, c["channels"]])
    fine = coarse.repeat(-(-c["height"] // 4), 2).repeat(-(-c["width"] // 4), 3)[:, :, : c["height"], : c["width"]]
    pixels = np.clip(fine + random.normal(0, 8, fine.shape), 0, 255).round().astype(np.uint8)
    c["variance"] = float((pixels / 255).var())
    out = {"pixels": pixels, **{f"start/{key}": value.numpy().copy() for key, value in weights.items()}}

    learnt = name == "gradient"
    trained = {key: value.requires_grad_() for key, value in weights.items() if learnt or key != "quantizer/codebook"}
    adam = torch.optim.Adam(trained.values(), lr=RATE)
    counts, sums = torch.zeros(c["codes"]), torch.zeros(c["codes"], c["dimension"])
    for step in range(1, STEPS + 1):
        adam.zero_grad()
        total, terms, perplexity, flat, indices, images = forward(c, weights, pixels[step - 1], learnt)
        total.backward()
        if step == 1:
            out.update({f"gradient/{key}": value.grad.numpy().copy() for key, value in trained.items()})
            out["reconstruction"] = images.detach().numpy()
            out["indices"] = indices.numpy().astype(np.int32)
        for key, value in {"total": total, "perplexity": perplexity, **terms}.items():
            out.setdefault(f"curve/{key}", []).append(value.detach().numpy())
        adam.step()
        if not learnt:
            one_hot = F.one_hot(indices, c["codes"]).float()
            counts -= (counts - one_hot.sum(0)) * (1 - DECAY)
            sums -= (sums - one_hot.T @ flat) * (1 - DECAY)
            unbias = 1 - DECAY**step
            sizes = counts / unbias
            smoothed = (sizes + EPSILON) / (sizes.sum() + c["codes"] * EPSILON) * sizes.sum()
            weights["quantizer/codebook"] = sums / unbias / smoothed[:, None]
        if step in (1, 2, 10):
            for key in ["quantizer/codebook", "pre-vq/kernel", "encoder/down1/kernel", "decoder/up1/kernel"]:
                out[f"after{step}/{key}"] = weights[key].detach().numpy().copy()
            if not learnt:
                out[f"after{step}/counts"], out[f"after{step}/sums"] = counts.numpy().copy(), sums.numpy().copy()
    path = GOLDEN / f"torch-vq-vae-{name}.npz"
    np.savez_compressed(path, configuration=np.array(json.dumps(c)), **{key: np.asarray(value) for key, value in out.items()})
    print(path, path.stat().st_size, [round(float(one), 4) for one in out["curve/total"]], out["curve/perplexity"][-1])


for name, configuration in CASES.items():
    train(name, configuration)
