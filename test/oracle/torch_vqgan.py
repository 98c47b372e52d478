"""Golden numbers of VQGAN and ViT-VQGAN in PyTorch: networks, losses, adaptive weight, R1 penalty, gradients, four Adam steps.

The networks and losses are written after the definitions of taming-transformers (modules/diffusionmodules/model.py,
modules/discriminator/model.py, modules/losses/vqperceptual.py) and enhancing-transformers (modules/stage1/layers.py). Where we
differ on purpose: β is on the commitment term (the paper; their code has it on the other), and both sides learn at once from the
same weights. The perceptual term has an oracle of its own.
"""

import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

GOLDEN = pathlib.Path(__file__).parent / "golden"
BATCH, STEPS, RATE, START, BETA, VARIANCE = 3, 4, 2e-3, 2, 0.25, 0.07
CASES = {
    "hinge": dict(
        model="vqgan", height=16, width=16, channels=3, multiples=[1, 2], base=4, groups=2, latent=6, codes=8, dimension=4,
        pixel="l1", loss="hinge", adaptive=True, weight=0.8, penalty=0, norm="batch", layers=2, ndf=4, attention=8,
    ),
    "non-saturating": dict(
        model="vqgan", height=14, width=18, channels=1, multiples=[1, 1, 2], base=4, groups=2, latent=4, codes=8, dimension=3,
        pixel="l2", loss="non-saturating", adaptive=False, weight=0.3, penalty=5, norm="group", layers=1, ndf=4, attention=0,
    ),
    "vit": dict(
        model="vit-vqgan", height=16, width=12, channels=3, patch=4, wide=8, heads=2, depth=1, codes=8, dimension=8, inner=4,
        loss="non-saturating", adaptive=True, weight=0.1, penalty=2, norm="none", layers=1, ndf=4, squared=1.0, laplace=0.1,
    ),
}


def some(gradient):
    """Of a large gradient every thirteenth number."""
    flat = gradient.numpy().ravel()
    return flat if len(flat) <= 64 else flat[::13]


class Weights(dict):
    """Draws a variable when it is first asked for: by our name, in our layout (kernels [kh, kw, in, out])."""

    def __init__(self, random):
        self.random, self.fixed = random, False

    def get(self, name, shape, scale, around=0.0):
        if name not in self:
            assert not self.fixed, name
            drawn = np.round(64 * (around + scale * self.random.normal(size=shape))) / 64  # small when compressed
            self[name] = torch.tensor(drawn, dtype=torch.float32).requires_grad_()
        return self[name]

    def conv(self, name, x, filters, kernel, stride=1, padding=None, bias=True):
        inputs = x.shape[1]
        k = self.get(f"{name}/kernel", [kernel, kernel, inputs, filters], (kernel * kernel * inputs) ** -0.5)
        b = self.get(f"{name}/bias", [filters], 0.05) if bias else None
        return F.conv2d(x, k.permute(3, 2, 0, 1), b, stride, (kernel - 1) // 2 if padding is None else padding)

    def dense(self, name, x, units):
        inputs = x.shape[-1]
        return x @ self.get(f"{name}/kernel", [inputs, units], inputs**-0.5) + self.get(f"{name}/bias", [units], 0.05)

    def affine(self, name, channels):
        return self.get(f"{name}/scale", [channels], 0.1, 1.0), self.get(f"{name}/offset", [channels], 0.1)

    def group_norm(self, name, x, groups, epsilon=1e-6):
        return F.group_norm(x, groups, *self.affine(name, x.shape[1]), epsilon)

    def layer_norm(self, name, x):
        return F.layer_norm(x, x.shape[-1:], *self.affine(name, x.shape[-1]), 1e-5)


def swish(x):
    return x * torch.sigmoid(x)


def resnet_block(w, name, x, filters, groups):
    h = w.conv(f"{name}/conv1", swish(w.group_norm(f"{name}/norm1", x, groups)), filters, 3)
    h = w.conv(f"{name}/conv2", swish(w.group_norm(f"{name}/norm2", h, groups)), filters, 3)
    return (x if x.shape[1] == filters else w.conv(f"{name}/shortcut", x, filters, 1)) + h


def attention_block(w, name, x, groups):
    b, c, height, width = x.shape
    q, k, v = w.conv(f"{name}/qkv", w.group_norm(f"{name}/norm", x, groups), 3 * c, 1).reshape(b, 3, c, height * width).unbind(1)
    scores = torch.softmax(torch.bmm(q.permute(0, 2, 1), k) * c**-0.5, dim=2)
    return x + w.conv(f"{name}/out", torch.bmm(v, scores.permute(0, 2, 1)).reshape(b, c, height, width), c, 1)


def middle(w, c, name, h):
    h = resnet_block(w, f"{name}/block0", h, h.shape[1], c["groups"])
    if c["attention"]:
        h = attention_block(w, f"{name}/attention", h, c["groups"])
    return resnet_block(w, f"{name}/block1", h, h.shape[1], c["groups"])


def encoder(w, c, x):
    h = w.conv("encoder/in", x, c["base"], 3)
    for level, multiple in enumerate(c["multiples"]):
        h = resnet_block(w, f"encoder/size{level}/block0", h, c["base"] * multiple, c["groups"])
        if max(h.shape[2:]) <= c["attention"]:
            h = attention_block(w, f"encoder/size{level}/attention0", h, c["groups"])
        if level < len(c["multiples"]) - 1:
            h = w.conv(f"encoder/size{level}/down", F.pad(h, (0, 1, 0, 1)), h.shape[1], 3, 2, 0)
    h = middle(w, c, "encoder/middle", h)
    return w.conv("encoder/out", swish(w.group_norm("encoder/norm", h, c["groups"])), c["latent"], 3)


def decoder(w, c, z):
    h = middle(w, c, "decoder/middle", w.conv("decoder/in", z, c["base"] * c["multiples"][-1], 3))
    for level in reversed(range(len(c["multiples"]))):
        for block in range(2):
            h = resnet_block(w, f"decoder/size{level}/block{block}", h, c["base"] * c["multiples"][level], c["groups"])
            if max(h.shape[2:]) <= c["attention"]:
                h = attention_block(w, f"decoder/size{level}/attention{block}", h, c["groups"])
        if level > 0:
            h = w.conv(f"decoder/size{level}/up", F.interpolate(h, scale_factor=2.0, mode="nearest"), h.shape[1], 3)
    return w.conv("decoder/out", swish(w.group_norm("decoder/norm", h, c["groups"])), c["channels"], 3)


def nearest(z, book):
    flat = z.reshape(-1, z.shape[-1])
    distance = (flat**2).sum(1, keepdim=True) + (book**2).sum(1) - 2 * flat @ book.T
    indices = distance.argmin(1)
    e = book[indices].view(z.shape)
    terms = {"commitment": BETA * F.mse_loss(z, e.detach()), "codebook": F.mse_loss(e, z.detach())}
    return z + (e - z).detach(), indices, terms


def vqgan(w, c, images):
    factor = 2 ** (len(c["multiples"]) - 1)
    x = F.pad(images, (0, -c["width"] % factor, 0, -c["height"] % factor), mode="replicate")
    z = w.conv("pre-vq", encoder(w, c, 2 * x), c["dimension"], 1).permute(0, 2, 3, 1)
    book = w.get("quantizer/codebook", [c["codes"], c["dimension"]], 0.6)
    q, indices, terms = nearest(z, book)
    out = decoder(w, c, w.conv("post-vq", q.permute(0, 3, 1, 2), c["latent"], 1))[:, :, : c["height"], : c["width"]] / 2
    off = 2 * (out - images)
    return out, indices, {"reconstruction": off.abs().mean() if c["pixel"] == "l1" else off.square().mean()}, terms


def sin_cos(height, width, dimension):
    """get_2d_sincos_pos_embed: the first half of the channels for the column."""

    def one(places):
        omega = 1 / 10000 ** (np.arange(dimension // 4) / (dimension / 4))
        return np.concatenate([np.sin(places[:, None] * omega), np.cos(places[:, None] * omega)], 1)

    rows, columns = np.meshgrid(np.arange(height), np.arange(width), indexing="ij")
    return torch.tensor(np.concatenate([one(columns.ravel()), one(rows.ravel())], 1), dtype=torch.float32)


def transformer(w, c, name, x, height, width):
    x = x + sin_cos(height, width, c["wide"])
    n, length, _ = x.shape
    for layer in range(c["depth"]):
        block = f"{name}/block{layer}"
        qkv = w.dense(f"{block}/attention/qkv", w.layer_norm(f"{block}/norm1", x), 3 * c["wide"])
        q, k, v = (part.reshape(n, length, c["heads"], -1).transpose(1, 2) for part in qkv.chunk(3, dim=-1))
        mixed = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(n, length, c["wide"])
        x = x + w.dense(f"{block}/attention/out", mixed, c["wide"])
        h = torch.tanh(w.dense(f"{block}/mlp/in", w.layer_norm(f"{block}/norm2", x), 4 * c["wide"]))
        x = x + w.dense(f"{block}/mlp/out", h, c["wide"])
    return w.layer_norm(f"{name}/norm", x)


def vit_vqgan(w, c, images):
    p, height, width = c["patch"], c["height"] // c["patch"], c["width"] // c["patch"]
    x = w.conv("encoder/patches", images, c["wide"], p, p, 0).flatten(2).transpose(1, 2)
    z = w.dense("quantizer/down", transformer(w, c, "encoder", x, height, width), c["inner"])
    book = F.normalize(w.get("quantizer/codebook", [c["codes"], c["inner"]], 0.5), dim=1)
    q, indices, terms = nearest(F.normalize(z, dim=-1), book)
    h = transformer(w, c, "decoder", w.dense("quantizer/up", q, c["wide"]), height, width)
    h = w.dense("decoder/pixels", h, p * p * 2 * c["channels"])
    h = h.reshape(-1, height, width, p, p, 2 * c["channels"]).permute(0, 5, 1, 3, 2, 4)
    location, log_scale = h.reshape(-1, 2 * c["channels"], c["height"], c["width"]).chunk(2, 1)
    out = ((torch.sigmoid(location) - 0.1) / 0.8).clamp(0, 1) - 0.5
    mapped = (images + 0.5) * 0.8 + 0.1
    laplace = torch.distributions.Laplace(location, log_scale.exp())
    likelihood = torch.distributions.TransformedDistribution(laplace, torch.distributions.SigmoidTransform()).log_prob(mapped)
    pixels = {"reconstruction": c["squared"] * F.mse_loss(out, images), "logit-laplace": -c["laplace"] * likelihood.mean()}
    return out, indices, pixels, terms


def discriminator(w, c, x, running=None):
    """NLayerDiscriminator; `running` statistics are moved as its BatchNorm2d moves them."""
    h = F.leaky_relu(w.conv("discriminator/conv0", x, c["ndf"], 4, 2, 1), 0.2)
    for layer in range(1, c["layers"] + 1):
        filters = c["ndf"] * min(2**layer, 8)
        stride = 2 if layer < c["layers"] else 1
        h = w.conv(f"discriminator/conv{layer}", h, filters, 4, stride, 1, bias=c["norm"] != "batch")
        name = f"discriminator/norm{layer}"
        if c["norm"] == "batch":
            stats = running.setdefault(name, (torch.zeros(filters), torch.ones(filters))) if running is not None else (None, None)
            h = F.batch_norm(h, *stats, *w.affine(name, filters), True, 0.1, 1e-5)
        elif c["norm"] == "group":
            h = w.group_norm(name, h, min(32, filters // 4))
        h = F.leaky_relu(h, 0.2)
    return w.conv(f"discriminator/conv{c['layers'] + 1}", h, 1, 4, 1, 1)


def losses(w, c, pixels, step, running):
    images = torch.tensor(pixels, dtype=torch.float32).permute(0, 3, 1, 2) / 255 - 0.5
    out, indices, pixel_terms, terms = (vqgan if c["model"] == "vqgan" else vit_vqgan)(w, c, images)
    likeness = sum(pixel_terms.values())
    hinge = c["loss"] == "hinge"
    persuaded = discriminator(w, c, 2 * out)
    generator = -persuaded.mean() if hinge else F.softplus(-persuaded).mean()
    onset = 1.0 if step > START else 0.0
    factor = torch.tensor(1.0)
    if c["adaptive"]:
        last = w["decoder/out/kernel" if c["model"] == "vqgan" else "decoder/pixels/kernel"]
        of_likeness = torch.autograd.grad(likeness, last, retain_graph=True)[0]
        of_generator = torch.autograd.grad(generator, last, retain_graph=True)[0]
        factor = torch.clamp(of_likeness.norm() / (of_generator.norm() + 1e-4), 0, 1e4).detach()
    weight = factor * c["weight"] * onset

    running = running if onset else None  # the discriminator isn't asked before
    originals = (2 * images).requires_grad_()
    real = discriminator(w, c, originals, running)
    fake = discriminator(w, c, 2 * out.detach(), running)
    if hinge:
        told = 0.5 * (F.relu(1 - real).mean() + F.relu(1 + fake).mean())
    else:
        told = 0.5 * (F.softplus(-real).mean() + F.softplus(fake).mean())
    if c["penalty"]:
        slope = torch.autograd.grad(real.mean(dim=(1, 2, 3)).sum(), originals, create_graph=True)[0]
        told = told + c["penalty"] / 2 * slope.square().sum(dim=(1, 2, 3)).mean()
    told = told * onset
    autoencoder = {**pixel_terms, "adversarial": weight * generator, **terms}
    metrics = {"discriminator": told, "discriminator-weight": weight, "logits-original": real.mean(), "logits-reconstruction": fake.mean()}
    return out, indices, autoencoder, metrics


def train(name, c):
    random = np.random.default_rng(7)
    coarse = random.uniform(0, 255, size=[STEPS, BATCH, 5, 5, c["channels"]])
    smooth = coarse.repeat(4, 2).repeat(4, 3)[:, :, : c["height"], : c["width"]]
    pixels = np.clip(smooth + random.normal(0, 8, smooth.shape), 0, 255).round().astype(np.uint8)
    w, running = Weights(random), {}
    losses(w, c, pixels[0], 1, None)
    w.fixed = True
    ours = [one for key, one in w.items() if not key.startswith("discriminator/")]
    theirs = [one for key, one in w.items() if key.startswith("discriminator/")]
    out = {"pixels": pixels, **{f"start/{key}": value.detach().numpy().copy() for key, value in w.items()}}

    # Gradients once with the adversary at work, from the first weights and batch.
    images, indices, terms, metrics = losses(w, c, pixels[0], START + 1, {})
    found = torch.autograd.grad(sum(terms.values()), ours, retain_graph=True)
    found += torch.autograd.grad(metrics["discriminator"], theirs)
    keys = [key for key in w if not key.startswith("discriminator/")] + [key for key in w if key.startswith("discriminator/")]
    out.update({f"gradient/{key}": some(value) for key, value in zip(keys, found)})
    out["reconstruction"] = images.detach().permute(0, 2, 3, 1).numpy()
    out["indices"] = indices.numpy().astype(np.int32)
    out.update({f"first/{key}": value.detach().numpy() for key, value in {**terms, **metrics}.items()})

    adams = [torch.optim.Adam(ours, lr=RATE, betas=(0.5, 0.9)), torch.optim.Adam(theirs, lr=RATE, betas=(0.5, 0.9))]
    for step in range(1, STEPS + 1):
        images, _, terms, metrics = losses(w, c, pixels[step - 1], step, running)
        found = torch.autograd.grad(sum(terms.values()), ours, retain_graph=True, allow_unused=True)
        found += torch.autograd.grad(metrics["discriminator"], theirs, retain_graph=True)
        for variable, gradient in zip(ours + theirs, found):
            variable.grad = gradient
        for adam in adams:
            adam.step()
        metrics["nmse"] = (images.permute(0, 2, 3, 1) - torch.tensor(pixels[step - 1]) / 255 + 0.5).square().mean() / VARIANCE
        for key, value in {**terms, **metrics}.items():
            out.setdefault(f"curve/{key}", []).append(float(value.detach()))
    for key, (mean, variance) in running.items():
        out[f"running/{key}/mean"], out[f"running/{key}/variance"] = mean.numpy(), variance.numpy()
    c.update(start=START, variance=VARIANCE, rate=RATE)
    path = GOLDEN / f"torch-vqgan-{name}.npz"
    arrays = {key: np.asarray(value, dtype=None if key in ("pixels", "indices") else np.float32) for key, value in out.items()}
    np.savez_compressed(path, configuration=np.array(json.dumps(c)), **arrays)
    print(path.name, path.stat().st_size, {key: [round(one, 4) for one in value] for key, value in out.items() if key.startswith("curve/")})


for name, configuration in CASES.items():
    train(name, configuration)
