"""Golden numbers of NumPy and scikit-learn for what is fitted to pictures and latents in double precision: principal components and mixtures
of Gaussians. Pictures are made by whole-number arithmetic, the same here and in the test, so that large ones needn't be kept."""

import pathlib

import numpy as np
from sklearn.decomposition import PCA
from sklearn.mixture import GaussianMixture

golden = {}


def pictures(count, size, seed):
    """Bytes [count, size] of 12 directions, each weaker than the one before, and noise; as `pictures` in the test."""
    state = seed

    def draw(shape):
        nonlocal state
        values = np.empty(int(np.prod(shape)), dtype=np.int64)
        for at in range(values.size):
            state = (state * 1664525 + 1013904223) % 2**32
            values[at] = (state >> 16) % 128 - 64
        return values.reshape(shape)

    scores, directions = draw((count, 12)), draw((12, size))
    strength = np.array([64 >> (each // 2) for each in range(12)])
    mixed = (scores * strength) @ directions // 4096
    return np.clip(128 + mixed + draw((count, size)) // 32, 0, 255).astype(np.uint8)


for name, (count, size, components) in {"tall": (300, 60, 8), "wide": (40, 180, 8), "large": (900, 500, 10)}.items():
    rows = pictures(count, size, 7).astype(np.float64)
    mean = rows.mean(0)
    _, singular, directions = np.linalg.svd(rows - mean, full_matrices=False)
    fitted = PCA(components, svd_solver="full").fit(rows)
    # scikit-learn divides by one less.
    assert np.allclose(singular[:components] ** 2 / (count - 1), fitted.explained_variance_)
    directions = directions[:components]
    signs = np.sign(directions[np.arange(components), np.abs(directions).argmax(1)])
    golden[f"{name}/shape"] = np.array([count, size, components], dtype=np.int32)
    golden[f"{name}/checksum"] = np.array([rows.sum()])
    golden[f"{name}/mean"] = mean
    golden[f"{name}/components"] = directions * signs[:, None]
    golden[f"{name}/variances"] = singular[:components] ** 2 / count
    golden[f"{name}/share"] = np.array([fitted.explained_variance_ratio_.sum()])

generator = np.random.default_rng(3)
centres = np.array([[0.0, 0, 0], [3, 0, 1], [-2, 2, 0], [1, -3, 2]])
stretch = generator.normal(size=(4, 3, 3)) * 0.6
which = generator.integers(0, 4, 240)
vectors = (centres[which] + np.einsum("nij,nj->ni", stretch[which], generator.normal(size=(240, 3)))).astype(np.float32)
first = vectors[[3, 40, 90, 200]].astype(np.float64)
golden |= {"vectors": vectors, "first": first}
for covariance in ("full", "diag"):
    for rounds in (1, 5, 60):
        start = np.eye(3)[None].repeat(4, 0) if covariance == "full" else np.ones((4, 3))
        mixture = GaussianMixture(
            4, covariance_type=covariance, tol=1e-9, max_iter=rounds, reg_covar=1e-6,
            weights_init=np.full(4, 0.25), means_init=first, precisions_init=start,
        ).fit(vectors.astype(np.float64))
        key = f"{covariance}/{rounds}"
        golden |= {
            f"{key}/weights": mixture.weights_, f"{key}/means": mixture.means_,
            f"{key}/covariances": mixture.covariances_, f"{key}/bound": np.array([mixture.lower_bound_]),
            f"{key}/scores": mixture.score_samples(vectors.astype(np.float64)),
        }
np.savez_compressed(pathlib.Path(__file__).parent / "golden" / "linear-latents.npz", **golden)
