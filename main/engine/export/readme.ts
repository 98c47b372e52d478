import { latentSize } from '@shared/specs';
import type { ModelDescription } from './description';
import { latentArguments } from './latent-arguments';
import type { PythonModel } from './python-model';

/** README.md beside a SavedModel. */
export function savedModelReadme(model: ModelDescription): string {
  const latents = latentArguments(model.latent);
  const names = latents.map(({ name }) => `\`${name}\``).join(', ');
  return `${heading(model)}
## Use it in Python

\`\`\`python
import numpy as np
import tensorflow as tf

model = tf.saved_model.load("this folder")
encode, decode = model.signatures["encode"], model.signatures["decode"]

images = np.zeros([1, ${shape(model)}], np.float32)  # your pictures, pixel values / 255
latents = encode(images=tf.constant(images))  # ${latents.map(({ name }) => name).join(', ')}
pictures = decode(**latents)["images"]  # float32 [N, ${shape(model)}], 0 to 1
\`\`\`

| signature | takes | gives |
| --- | --- | --- |
| \`encode\` | \`images\` float32 [N, ${shape(model)}] in [0, 1] | ${latents.map(({ name, type, sides }) => `\`${name}\` ${type} [N, ${sides.join(', ')}]`).join(', ')} |
| \`decode\` | ${names} | \`images\`, limited to [0, 1] |
| \`reconstruct\` | \`images\` | \`images\` and ${names} |

N is any batch size. Axes are batch, row, column, channel.
`;
}

/** README.md beside model.safetensors. */
export function safetensorsReadme(model: ModelDescription, python: PythonModel | undefined): string {
  return `${heading(model)}
## Use it in Python

${python ? usage(model, python) : readTensors}

Weights are stored as TensorFlow orders them: convolutions [rows, columns, in, out], transposed convolutions [rows, columns,
out, in], the codebook [codes, dimension]. The file’s metadata \`tessera\` is JSON with the run’s whole configuration, the
shapes below and the hash that identifies the weights.
`;
}

function usage(model: ModelDescription, { file, className }: PythonModel): string {
  const [latent] = latentArguments(model.latent);
  const isCodes = model.latent.kind === 'codes';
  const name = isCodes ? 'codes' : 'vectors';
  return `\`${file}\` is the model in PyTorch; it needs \`torch\` and \`safetensors\`.

\`\`\`python
import torch
from ${file.replace(/\.py$/, '')} import ${className}

model = ${className}("model.safetensors")
images = torch.zeros(1, ${model.image.channels}, ${model.image.height}, ${model.image.width})  # your pictures, pixel values / 255
${name} = model.encode(images)  # ${isCodes ? 'int64' : 'float32'} [N, ${latent?.sides.join(', ')}]
pictures = model.decode(${name})  # [N, ${model.image.channels}, ${model.image.height}, ${model.image.width}], 0 to 1
\`\`\``;
}

const readTensors = `\`\`\`python
from safetensors import safe_open

with safe_open("model.safetensors", framework="np") as file:
    weights = {name: file.get_tensor(name) for name in file.keys()}
\`\`\`

The model itself, ready to run, is what the SavedModel export holds.`;

function heading({ name, dataset, step, weightsHash, image, latent, spec, trainVariance }: ModelDescription): string {
  return `# ${name.replace(/\s+/g, ' ')}

A model of the kind ${spec.model.kind}, trained by Tessera on “${dataset.replace(/\s+/g, ' ')}”, after ${step} steps.

- pictures: ${image.width} × ${image.height} px, ${image.channels === 1 ? 'grey' : 'RGB'}
${latentLines(latent).join('\n')}
- variance of the training pixels, the divisor of NMSE: ${trainVariance}
- weights: SHA-256 ${weightsHash}
`;
}

function latentLines(latent: ModelDescription['latent']): string[] {
  if (latent.kind === 'vector') return [`- latent: a vector of ${latentSize(latent)} numbers`];
  return latent.levels.map(({ width, height, depth, codes, dimension }) => {
    const places = `${width} × ${height}${depth > 1 ? ` × ${depth}` : ''}`;
    return `- codes: a grid of ${places}, each one of ${codes} (${dimension} numbers a place)`;
  });
}

function shape({ image }: ModelDescription): string {
  return `${image.height}, ${image.width}, ${image.channels}`;
}
