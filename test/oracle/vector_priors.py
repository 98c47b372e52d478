"""Golden numbers of SciPy and NumPy for priors over vectors: the closed-form Gaussian, and MADE with mixtures of Gaussians written out.

usage: vector_priors.py      needs scipy==1.17.1
"""

import pathlib

import numpy as np
from scipy.special import logsumexp
from scipy.stats import multivariate_normal, norm

generator = np.random.default_rng(11)
COUNT, LENGTH, WIDTH, GAUSSIANS = 60, 5, 12, 3
mixing = generator.normal(size=(LENGTH, LENGTH))
vectors = (generator.normal(size=(COUNT, LENGTH)) @ mixing + generator.normal(size=LENGTH)).astype(np.float32)
train, held_out = vectors[:40].astype(np.float64), vectors[40:].astype(np.float64)
golden = {"train": vectors[:40], "held-out": vectors[40:]}

# the Gaussian of largest likelihood, with a millionth of the mean variance added to every variance
regularisation = 1e-6 * train.var(axis=0).mean()
mean, covariance = train.mean(axis=0), np.cov(train.T, bias=True) + regularisation * np.eye(LENGTH)
golden["gaussian/full"] = multivariate_normal(mean, covariance).logpdf(held_out)
golden["gaussian/diagonal"] = norm(mean, np.sqrt(np.diag(covariance))).logpdf(held_out).sum(axis=1)

# MADE: degrees of inputs 1 … D, of hidden units, which are more, 1 … D − 1 in turn
degrees = [np.arange(1, LENGTH + 1), 1 + np.arange(WIDTH) % (LENGTH - 1), 1 + np.arange(WIDTH) % (LENGTH - 1)]
draw = lambda *shape: generator.normal(size=shape).astype(np.float32)
weights = {}
for layer in range(2):
    weights[f"layer{layer}/kernel"] = draw(len(degrees[layer]), WIDTH)
    weights[f"layer{layer}/bias"] = draw(WIDTH)
for name in ("logits", "means", "log-deviations"):
    weights[f"{name}/kernel"] = 0.3 * draw(WIDTH, LENGTH * GAUSSIANS)
    weights[f"{name}/bias"] = 0.3 * draw(LENGTH * GAUSSIANS)
moments = train.mean(axis=0), train.std(axis=0)


def log_density(rows):
    x = h = (rows - moments[0]) / moments[1]
    for layer in range(2):
        mask = degrees[layer][:, None] <= degrees[layer + 1][None]
        h = np.maximum(h @ (weights[f"layer{layer}/kernel"] * mask) + weights[f"layer{layer}/bias"], 0)
    mask = np.repeat(degrees[2][:, None] < degrees[0][None], GAUSSIANS, axis=1)
    logits, means, logs = (
        (h @ (weights[f"{name}/kernel"] * mask) + weights[f"{name}/bias"]).reshape(-1, LENGTH, GAUSSIANS)
        for name in ("logits", "means", "log-deviations")
    )
    shares = logits - logsumexp(logits, axis=-1, keepdims=True)
    each = logsumexp(shares + norm(means, np.exp(logs)).logpdf(x[..., None]), axis=-1)
    return each.sum(axis=-1) - np.log(moments[1]).sum()


golden["made"] = log_density(held_out)
golden |= {f"made/{name}": value.astype(np.float32) for name, value in weights.items()}
np.savez_compressed(pathlib.Path(__file__).parent / "golden" / "vector-priors.npz", **golden)
