import type { QuantizerKind } from '@shared/specs';

/** Kinds of quantizer that `pythonQuantizer` knows. */
export const kindsInPython: ReadonlySet<QuantizerKind> = new Set(['vector', 'cosine', 'factorised', 'simvq', 'gumbel']);

/** The part of a model's Python that turns latents into codes and back: the class `Quantizer`. */
export const pythonQuantizer = `class Quantizer:
    """codes: latents [..., D] -> codes [...]; vectors: codes [...] -> [..., D]."""

    def __init__(self, weights, spec, name="quantizer"):
        self.weights, self.kind, self.name = weights, spec["kind"], name
        self.is_unit = self.kind == "cosine" or spec.get("normalised", False)
        if self.kind == "simvq":
            self.table = weights[f"{name}/frozen-codebook"] @ weights[f"{name}/transform/kernel"]
        else:
            self.table = self._unit(weights[f"{name}/codebook"])  # [K, D]

    def codes(self, latents):
        if self.kind == "gumbel":
            return self._dense("logits", latents).argmax(-1)
        if self.kind == "factorised":
            latents = self._dense("down", latents)
        if self.is_unit:
            return (self._unit(latents) @ self.table.T).argmax(-1)
        return torch.cdist(latents.flatten(0, -2), self.table).argmin(1).view(latents.shape[:-1])

    def vectors(self, codes):
        vectors = self.table[codes]
        return self._dense("up", vectors) if self.kind == "factorised" else vectors

    def _dense(self, layer, x):
        return x @ self.weights[f"{self.name}/{layer}/kernel"] + self.weights[f"{self.name}/{layer}/bias"]

    def _unit(self, x):
        return F.normalize(x, dim=-1, eps=1e-6) if self.is_unit else x
`;
