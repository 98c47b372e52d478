import type { AutoencoderSpec } from '@shared/specs';
import { kindsInPython, pythonQuantizer } from './python-quantizer';
import { pythonVectors } from './python-vectors';

const vectorKinds: ReadonlySet<AutoencoderSpec['kind']> = new Set(['pca', 'ae', 'vae', 'iwae']);

/** A model in PyTorch, written beside model.safetensors: all that is needed to use the weights. */
export interface PythonModel {
  file: string;
  className: string;
  source: string;
}

/** The Python of a model; undefined where there is none yet. */
export function pythonModelOf(spec: AutoencoderSpec): PythonModel | undefined {
  if (vectorKinds.has(spec.kind)) return { file: 'vector_model.py', className: 'VectorModel', source: pythonVectors };
  if (spec.kind !== 'vq-vae' || !kindsInPython.has(spec.quantizer.kind)) return undefined;
  return { file: 'vq_vae.py', className: 'VqVae', source: vqVae };
}

const vqVae = `"""VQ-VAE (van den Oord et al. 2017) with the weights of model.safetensors. Needs torch and safetensors."""

import json

import torch
import torch.nn.functional as F
from safetensors import safe_open


${pythonQuantizer}

class VqVae:
    """encode: images [N, C, H, W] in [0, 1] -> codes [N, h, w]; decode: codes -> images."""

    def __init__(self, path="model.safetensors"):
        with safe_open(path, framework="pt") as file:
            self.info = json.loads(file.metadata()["tessera"])
            self.weights = {name: file.get_tensor(name) for name in file.keys()}
        self.spec = self.info["spec"]["model"]
        self.quantizer = Quantizer(self.weights, self.spec["quantizer"])

    @torch.no_grad()
    def encode(self, images):
        image, grid = self.info["image"], self.info["latent"]["levels"][0]
        factor = 2 ** self.spec["downsamplings"]
        right = grid["width"] * factor - image["width"]
        bottom = grid["height"] * factor - image["height"]
        x = F.pad(images - 0.5, (0, right, 0, bottom), mode="replicate")
        for level in range(self.spec["downsamplings"]):
            x = F.relu(self._conv(f"encoder/down{level + 1}", x, stride=2))
        x = self._residual("encoder/residual", F.relu(self._conv("encoder/conv", x)))
        latents = self._conv("pre-vq", x).permute(0, 2, 3, 1)
        return self.quantizer.codes(latents)

    @torch.no_grad()
    def decode(self, codes):
        x = self._conv("decoder/conv", self.quantizer.vectors(codes).permute(0, 3, 1, 2))
        x = self._residual("decoder/residual", x)
        for level in range(self.spec["downsamplings"]):
            x = self._double(f"decoder/up{level + 1}", x if level == 0 else F.relu(x))
        image = self.info["image"]
        return (x[:, :, : image["height"], : image["width"]] + 0.5).clamp(0, 1)

    def _residual(self, name, x):
        for block in range(self.spec["residualLayers"]):
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
