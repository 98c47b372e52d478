"""Golden numbers of PyTorch for VAE and IWAE: bounds, their terms and the gradient of every weight, with noise given.

Everything is computed in double precision and written down from the papers, with torch.distributions for densities and
divergences; nothing here knows how Tessera arranges the same terms. The doubly reparameterised gradient of the encoder is built by
hand: each draw's own derivative, times its squared weight (Tucker et al. 2019, equation 8).
"""

import math
import pathlib

import numpy as np
import torch
from torch.distributions import Bernoulli, Normal, kl_divergence

torch.set_default_dtype(torch.float64)
HEIGHT, WIDTH, BATCH, HIDDEN, LATENT, DRAWS = 4, 5, 6, 7, 3, 4
SIZE, STEP, DEVIATION = HEIGHT * WIDTH, 1 / 255, 0.15
generator = torch.Generator().manual_seed(5)
golden = {}


def draw(*shape, scale=1.0):
    return (torch.randn(*shape, generator=generator) * scale).float().double()


pixels = torch.randint(0, 256, (BATCH, HEIGHT, WIDTH, 1), generator=generator)
noise, uniform = draw(DRAWS, BATCH, LATENT), torch.rand(BATCH, HEIGHT, WIDTH, 1, generator=generator).float().double()
sizes = {
    "encoder/dense1": (SIZE, HIDDEN), "encoder/dense2": (HIDDEN, HIDDEN),
    "posterior/mean": (HIDDEN, LATENT), "posterior/log-deviation": (HIDDEN, LATENT),
    "decoder/dense1": (LATENT, HIDDEN), "decoder/dense2": (HIDDEN, HIDDEN), "decoder/pixels": (HIDDEN, SIZE),
}
weights = {}
for name, (inputs, units) in sizes.items():
    weights[f"{name}/kernel"] = draw(inputs, units, scale=0.6)
    weights[f"{name}/bias"] = draw(units, scale=0.2)
golden.update({"pixels": pixels.numpy().astype(np.uint8), "noise": noise.numpy().astype(np.float32)})
golden["uniform"] = uniform.numpy().astype(np.float32)
golden.update({f"weights/{name}": value.numpy().astype(np.float32) for name, value in weights.items()})


def linear(p, name, x):
    return x @ p[f"{name}/kernel"] + p[f"{name}/bias"]


def posterior(p, x):
    h = torch.tanh(linear(p, "encoder/dense2", torch.tanh(linear(p, "encoder/dense1", x.reshape(BATCH, SIZE)))))
    return linear(p, "posterior/mean", h), linear(p, "posterior/log-deviation", h).exp()


def decode(p, z):
    h = torch.tanh(linear(p, "decoder/dense2", torch.tanh(linear(p, "decoder/dense1", z))))
    return linear(p, "decoder/pixels", h)


def log_likelihood(p, kind, outputs, x):
    """log p(x|z), [draws, N]."""
    x = x.reshape(BATCH, SIZE)
    if kind == "gaussian":
        deviation = p["likelihood/log-deviation"].exp()
        # Uniform noise as wide as a step of brightness: its expected effect on the log density.
        dequantisation = -SIZE * STEP**2 / 12 / (2 * deviation**2)
        return Normal(outputs, deviation).log_prob(x).sum(-1) + dequantisation
    if kind == "binary":
        return Bernoulli(logits=outputs, validate_args=False).log_prob(x + 0.5).sum(-1)
    probability = torch.sigmoid(outputs)
    return ((x + 0.5) * probability.log() + (0.5 - x) * (1 - probability).log()).sum(-1)


def parameters(kind):
    p = {name: value.clone().requires_grad_() for name, value in weights.items()}
    if kind == "gaussian":
        p["likelihood/log-deviation"] = torch.tensor(math.log(DEVIATION), requires_grad=True)
    return p


def observe(kind):
    x = pixels.double() / 255 - 0.5
    return (uniform < x + 0.5).double() - 0.5 if kind == "binary" else x


def keep(case, p, loss, **numbers):
    for name, gradient in zip(p, torch.autograd.grad(loss, list(p.values())), strict=True):
        golden[f"{case}/gradient/{name}"] = gradient.numpy().astype(np.float32)
    for name, value in {"loss": loss, **numbers}.items():
        golden[f"{case}/{name}"] = np.array(value.detach().numpy(), dtype=np.float64).reshape(-1)


def vae(case, kind, beta=1.0, free_bits=0.0):
    p, x = parameters(kind), observe(kind)
    mean, deviation = posterior(p, x)
    z = mean + deviation * noise[:1]
    likelihood = log_likelihood(p, kind, decode(p, z), x)[0]
    kl = kl_divergence(Normal(mean, deviation), Normal(torch.zeros(()), torch.ones(())))
    held = torch.clamp(kl.mean(0), min=free_bits) if free_bits > 0 else kl.mean(0)
    keep(
        case, p, -likelihood.mean() + beta * held.sum(),
        reconstruction=-likelihood.mean(), kl=beta * held.sum(), elbos=likelihood - kl.sum(1), components=kl,
    )


def log_weights(p, q, z, kind, x):
    prior = Normal(torch.zeros(()), torch.ones(())).log_prob(z).sum(-1)
    return log_likelihood(p, kind, decode(p, z), x) + prior - Normal(*q).log_prob(z).sum(-1)


def iwae(case, kind):
    p, x = parameters(kind), observe(kind)
    mean, deviation = posterior(p, x)
    w = log_weights(p, (mean, deviation), mean + deviation * noise, kind, x)
    bounds = torch.logsumexp(w, 0) - math.log(DRAWS)
    keep(case, p, -bounds.mean(), bounds=bounds, weights=w)


def dreg(case, kind):
    p, x = parameters(kind), observe(kind)
    mean, deviation = posterior(p, x)
    # Decoder: the usual gradient. Encoder: through z alone, each draw by the square of its weight.
    z = (mean + deviation * noise).detach().requires_grad_()
    q = (mean.detach(), deviation.detach())
    w = log_weights(p, q, z, kind, x)
    shares = torch.softmax(w, 0).detach()
    of_z = torch.autograd.grad(-(w.sum()) / BATCH, z, retain_graph=True)[0]
    loss = -(torch.logsumexp(w, 0) - math.log(DRAWS)).mean()
    decoder = [name for name in p if name.startswith(("decoder", "likelihood"))]
    encoder = [name for name in p if name not in decoder]
    found = dict(zip(decoder, torch.autograd.grad(loss, [p[name] for name in decoder])))
    path = (mean + deviation * noise) * (shares**2).unsqueeze(-1) * of_z
    found |= dict(zip(encoder, torch.autograd.grad(path.sum(), [p[name] for name in encoder])))
    for name, gradient in found.items():
        golden[f"{case}/gradient/{name}"] = gradient.numpy().astype(np.float32)
    golden[f"{case}/loss"] = loss.detach().numpy().reshape(-1)


vae("vae-gaussian", "gaussian")
vae("vae-beta", "gaussian", beta=0.4, free_bits=0.25)
vae("vae-binary", "binary")
vae("vae-probabilities", "probabilities")
for kind in ("gaussian", "binary", "probabilities"):
    iwae(f"iwae-{kind}", kind)
    dreg(f"dreg-{kind}", kind)
np.savez_compressed(pathlib.Path(__file__).parent / "golden" / "torch-variational.npz", **golden)
