/** The models whose latent is one vector, in PyTorch: the class `VectorModel`. */
export const pythonVectors = `"""PCA, autoencoder, VAE or IWAE with the weights of model.safetensors. Needs torch and safetensors."""

import json

import torch
import torch.nn.functional as F
from safetensors import safe_open


class VectorModel:
    """encode: images [N, C, H, W] in [0, 1] -> vectors [N, length], of a VAE or IWAE the posterior's means; decode: vectors -> images."""

    def __init__(self, path="model.safetensors"):
        with safe_open(path, framework="pt") as file:
            self.info = json.loads(file.metadata()["tessera"])
            self.weights = {name: file.get_tensor(name) for name in file.keys()}
        self.spec, self.image = self.info["spec"]["model"], self.info["image"]
        self.network = self.spec.get("network")

    @torch.no_grad()
    def encode(self, images):
        x = images - 0.5
        if self.spec["kind"] == "pca":
            return (self._flat(x) - self.weights["pca/mean"]) @ self.weights["pca/components"].T
        features = self._hidden("encoder", self._flat(x)) if self.network["kind"] == "dense" else self._convolve(x)
        return self._dense("latent" if self.spec["kind"] == "ae" else "posterior/mean", features)

    @torch.no_grad()
    def decode(self, vectors):
        height, width, channels = (self.image[side] for side in ("height", "width", "channels"))
        if self.spec["kind"] != "pca" and self.network["kind"] == "convolutional":
            x = self._deconvolve(vectors)[:, :, :height, :width]
        else:
            if self.spec["kind"] == "pca":
                x = vectors @ self.weights["pca/components"] + self.weights["pca/mean"]
            else:
                x = self._dense("decoder/pixels", self._hidden("decoder", vectors))
            x = x.view(-1, height, width, channels).permute(0, 3, 1, 2)
        if self.spec.get("likelihood", {}).get("kind") == "bernoulli":
            return torch.sigmoid(x)
        return (x + 0.5).clamp(0, 1)

    def _flat(self, x):
        return x.permute(0, 2, 3, 1).flatten(1)

    def _dense(self, name, x):
        return x @ self.weights[f"{name}/kernel"] + self.weights[f"{name}/bias"]

    def _hidden(self, name, x):
        activate = {"tanh": torch.tanh, "relu": F.relu}[self.network["activation"]]
        for layer in range(self.network["layers"]):
            x = activate(self._dense(f"{name}/dense{layer + 1}", x))
        return x

    def _convolve(self, x):
        factor = 2 ** self.network["downsamplings"]
        right, bottom = -self.image["width"] % factor, -self.image["height"] % factor
        x = F.pad(x, (0, right, 0, bottom), mode="replicate")
        for level in range(self.network["downsamplings"]):
            x = F.relu(self._conv(f"encoder/down{level + 1}", x, stride=2))
        return self._flat(self._residual("encoder/residual", F.relu(self._conv("encoder/conv", x))))

    def _deconvolve(self, vectors):
        factor = 2 ** self.network["downsamplings"]
        rows, columns = -(-self.image["height"] // factor), -(-self.image["width"] // factor)
        grid = self._dense("decoder/grid", vectors).view(-1, rows, columns, self.network["hidden"])
        x = self._residual("decoder/residual", self._conv("decoder/conv", grid.permute(0, 3, 1, 2)))
        for level in range(self.network["downsamplings"]):
            x = self._double(f"decoder/up{level + 1}", x if level == 0 else F.relu(x))
        return x

    def _residual(self, name, x):
        for block in range(self.network["residualLayers"]):
            h = F.relu(self._conv(f"{name}/block{block}/conv3", F.relu(x)))
            x = x + self._conv(f"{name}/block{block}/conv1", h)
        return F.relu(x)

    def _conv(self, name, x, stride=1):
        kernel = self.weights[f"{name}/kernel"].permute(3, 2, 0, 1)  # stored [kh, kw, in, out]
        return F.conv2d(x, kernel, self.weights[f"{name}/bias"], stride, padding=(kernel.shape[-1] - 1) // 2)

    def _double(self, name, x):
        kernel = self.weights[f"{name}/kernel"].permute(3, 2, 0, 1)  # stored [kh, kw, out, in]
        return F.conv_transpose2d(x, kernel, self.weights[f"{name}/bias"], stride=2, padding=1)
`;
