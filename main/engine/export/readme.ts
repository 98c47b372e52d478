import type { ModelDescription } from './description';

/** README.md beside a SavedModel. */
export function savedModelReadme(model: ModelDescription): string {
  return `${heading(model)}
## Use it in Python

\`\`\`python
import numpy as np
import tensorflow as tf

model = tf.saved_model.load("this folder")
encode, decode = model.signatures["encode"], model.signatures["decode"]

images = np.zeros([1, ${shape(model)}], np.float32)  # your pictures, pixel values / 255
indices = encode(images=tf.constant(images))["indices"]  # int32 [N, ${model.grid.height}, ${model.grid.width}], 0 to ${model.codes - 1}
pictures = decode(indices=indices)["images"]  # float32 [N, ${shape(model)}], 0 to 1
\`\`\`

| signature | takes | gives |
| --- | --- | --- |
| \`encode\` | \`images\` float32 [N, ${shape(model)}] in [0, 1] | \`indices\` int32 [N, ${model.grid.height}, ${model.grid.width}] |
| \`decode\` | \`indices\` | \`images\`, limited to [0, 1] |
| \`reconstruct\` | \`images\` | \`images\` and \`indices\` |

N is any batch size. Axes are batch, row, column, channel.
`;
}

/** README.md beside model.safetensors. */
export function safetensorsReadme(model: ModelDescription): string {
  return `${heading(model)}
## Use it in Python

\`vq_vae.py\` is the model in PyTorch; it needs \`torch\` and \`safetensors\`.

\`\`\`python
import torch
from vq_vae import VqVae

model = VqVae("model.safetensors")
images = torch.zeros(1, ${model.image.channels}, ${model.image.height}, ${model.image.width})  # your pictures, pixel values / 255
codes = model.encode(images)  # int64 [N, ${model.grid.height}, ${model.grid.width}], 0 to ${model.codes - 1}
pictures = model.decode(codes)  # [N, ${model.image.channels}, ${model.image.height}, ${model.image.width}], 0 to 1
\`\`\`

Weights are stored as TensorFlow orders them: convolutions [rows, columns, in, out], transposed convolutions [rows, columns,
out, in], the codebook [codes, dimension]. The file’s metadata \`tessera\` is JSON with the run’s whole configuration, the
shapes below and the hash that identifies the weights.
`;
}

function heading({
  name,
  dataset,
  step,
  weightsHash,
  image,
  grid,
  codes,
  dimension,
  trainVariance,
}: ModelDescription): string {
  return `# ${name.replace(/\s+/g, ' ')}

A VQ-VAE trained by Tessera on “${dataset.replace(/\s+/g, ' ')}”, after ${step} steps.

- pictures: ${image.width} × ${image.height} px, ${image.channels === 1 ? 'grey' : 'RGB'}
- codes: a grid of ${grid.width} × ${grid.height}, each one of ${codes} (${dimension} numbers each)
- variance of the training pixels, the divisor of NMSE: ${trainVariance}
- weights: SHA-256 ${weightsHash}
`;
}

function shape({ image }: ModelDescription): string {
  return `${image.height}, ${image.width}, ${image.channels}`;
}
