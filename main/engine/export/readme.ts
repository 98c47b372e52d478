import type { CodeLevel } from '@shared/specs';
import type { CommonDescription, ModelDescription } from './description';
import type { LatentArgument } from './latent-arguments';

/** README.md beside a SavedModel. */
export function savedModelReadme(model: ModelDescription): string {
  const { latents } = model;
  const names = latents.map(({ name }) => `\`${name}\``).join(', ');
  return `${heading(model)}
## Use it in Python

\`\`\`python
import numpy as np
import tensorflow as tf

model = tf.saved_model.load("this folder")
encode, decode = model.signatures["encode"], model.signatures["decode"]

images = np.zeros([1, ${lastShape(model)}], np.float32)  # your pictures, pixel values / 255
latents = encode(images=tf.constant(images))  # by name: ${latents.map(({ name }) => name).join(', ')}
pictures = decode(**latents)["images"]  # float32 [N, ${lastShape(model)}], 0 to 1
\`\`\`

| signature | takes | gives |
| --- | --- | --- |
| \`encode\` | \`images\` float32 [N, ${lastShape(model)}] in [0, 1] | ${latents.map((one) => `\`${one.name}\` ${one.type} ${shapeOf(one)}`).join(', ')} |
| \`decode\` | ${names} | \`images\`, limited to [0, 1] |
| \`reconstruct\` | \`images\` | \`images\` and ${names} |

N is any batch size. Axes are batch, row, column, channel. \`description.json\` is the run’s whole configuration.
`;
}

/** README.md beside model.safetensors. */
export function safetensorsReadme(model: ModelDescription): string {
  const { channels, height, width } = model.image;
  return `${heading(model)}
## Use it in Python

\`model.py\` is the model in PyTorch; it needs \`torch\` and \`safetensors\`, and nothing of Tessera. Try it: \`python model.py\`.

\`\`\`python
import torch
from model import Model

model = Model()  # with model.safetensors beside it, or Model("where it is")
images = torch.zeros(1, ${channels}, ${height}, ${width})  # your pictures, pixel values / 255
latents = model.encode(images)  # ${inTorch(model.latents)}
pictures = model.decode(latents)  # float32 [N, ${channels}, ${height}, ${width}], 0 to 1
\`\`\`

\`Model\` is a \`torch.nn.Module\`: \`model.to("cuda")\` moves it. Its buffers have the names of the file’s tensors, which any safetensors
library reads. They are stored as TensorFlow orders them: convolutions [rows, columns, in, out], transposed convolutions [rows,
columns, out, in], other matrices [in, out], codebooks [codes, dimension]. The file’s metadata \`tessera\` is JSON with the run’s whole
configuration, the shapes above and the hash that identifies the weights; \`description.json\` is the same.
`;
}

/** What `encode` gives in PyTorch, where indices are int64. */
function inTorch(latents: readonly LatentArgument[]): string {
  const each = latents.map((one) => `${one.type === 'int32' ? 'int64' : one.type} ${shapeOf(one)}`);
  return each.length === 1 ? each.join() : `a list, the coarsest first: ${each.join(', ')}`;
}

function heading(model: ModelDescription): string {
  const { name, dataset, step, weightsHash, spec, trainVariance } = model;
  return `# ${oneLine(name)}

A model of the kind ${spec.model.kind}, trained by Tessera on “${oneLine(dataset)}”, after ${step} steps.

${[aboutPictures(model), ...aboutLatents(model)].join('\n')}
- variance of the training pixels, the divisor of NMSE: ${trainVariance}
- weights: SHA-256 ${weightsHash}
`;
}

export const aboutPictures = ({ image }: CommonDescription): string =>
  `- pictures: ${image.width} × ${image.height} px, ${image.channels === 1 ? 'grey' : 'RGB'}`;

/** A line a latent: its shape, what its axes and its numbers are. */
export function aboutLatents({ latent, latents }: CommonDescription): string[] {
  if (latent.kind === 'vector') return latents.map((one) => `- latent: a vector a picture, ${shapeOf(one)}`);
  return latent.levels.map((level, at) => {
    const which = latent.levels.length === 1 ? 'latent' : `latent ${at + 1} of ${latent.levels.length}`;
    const order = latent.levels.length > 1 && at === 0 ? ', the coarsest' : '';
    return `- ${which}${order}: ${shapeOf(latents[at]!)}, ${axesOf(level)}, each from 0 to ${level.codes - 1}`;
  });
}

function axesOf({ depth }: CodeLevel): string {
  return depth === 1 ? 'rows and columns of codes' : `rows, columns and the ${depth} codes of a place, in order`;
}

const shapeOf = ({ sides }: LatentArgument): string => `[N, ${sides.join(', ')}]`;
const lastShape = ({ image }: ModelDescription): string => `${image.height}, ${image.width}, ${image.channels}`;
export const oneLine = (text: string): string => text.replace(/\s+/g, ' ');
