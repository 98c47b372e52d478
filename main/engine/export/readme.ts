import { type CodeLevel, type Signal, describeSignal, mediumOf, shapeOf as shapeOfSignal } from '@shared/specs';
import type { CommonDescription, ModelDescription } from './description';
import type { LatentArgument } from './latent-arguments';

/** README.md beside a SavedModel. */
export function savedModelReadme(model: ModelDescription): string {
  const { latents, preprocessing } = model;
  const names = latents.map(({ name }) => `\`${name}\``).join(', ');
  return `${heading(model)}
## Use it in Python

\`\`\`python
import tensorflow as tf
${preprocessing ? 'from preprocess import load\n' : ''}
model = tf.saved_model.load("this folder")
encode, decode = model.signatures["encode"], model.signatures["decode"]

images = ${preprocessing ? 'load("picture.png")' : '…'}  # float32 [N, ${lastShape(model)}], 0 to 1
latents = encode(images=tf.constant(images))  # by name: ${latents.map(({ name }) => name).join(', ')}
pictures = decode(**latents)["images"]  # float32 [N, ${lastShape(model)}], 0 to 1
\`\`\`

| signature | takes | gives |
| --- | --- | --- |
| \`encode\` | \`images\` float32 [N, ${lastShape(model)}] in [0, 1] | ${latents.map((one) => `\`${one.name}\` ${one.type} ${shapeOf(one)}`).join(', ')} |
| \`decode\` | ${names} | \`images\`, limited to [0, 1] |
| \`reconstruct\` | \`images\` | \`images\` and ${names} |

N is any batch size. Axes are batch, ${axesOfItems(model)}, channel. \`description.json\` is the run’s whole configuration.

${aboutPreprocessing(model)}
`;
}

/** README.md beside model.safetensors. */
export function safetensorsReadme(model: ModelDescription): string {
  return `${heading(model)}
${model.preprocessing ? inPyTorch(model) : ONLY_WEIGHTS}

${aboutPreprocessing(model)}
`;
}

const ONLY_WEIGHTS = `## Use it

\`model.safetensors\` has the weights by name, which any safetensors library reads. The model in PyTorch is written for pictures only: export
a SavedModel to run this one outside Tessera. The file’s metadata \`tessera\` is JSON with the run’s whole configuration and the hash
that identifies the weights; \`description.json\` is the same.`;

function inPyTorch(model: ModelDescription): string {
  const { channels, height, width } = model.image;
  return `## Use it in Python

\`model.py\` is the model in PyTorch; it needs \`torch\` and \`safetensors\`, and nothing of Tessera. Try it: \`python model.py\`.

\`\`\`python
import torch
from model import Model
from preprocess import load

model = Model()  # with model.safetensors beside it, or Model("where it is")
images = torch.from_numpy(load("picture.png")).permute(0, 3, 1, 2)  # float32 [N, ${channels}, ${height}, ${width}], 0 to 1
latents = model.encode(images)  # ${inTorch(model.latents)}
pictures = model.decode(latents)  # float32 [N, ${channels}, ${height}, ${width}], 0 to 1
\`\`\`

\`Model\` is a \`torch.nn.Module\`: \`model.to("cuda")\` moves it. Its buffers have the names of the file’s tensors, which any safetensors
library reads. They are stored as TensorFlow orders them: convolutions [rows, columns, in, out], transposed convolutions [rows,
columns, out, in], other matrices [in, out], codebooks [codes, dimension]. The file’s metadata \`tessera\` is JSON with the run’s whole
configuration, the shapes above and the hash that identifies the weights; \`description.json\` is the same.`;
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

${[aboutItems(model), ...aboutLatents(model)].join('\n')}
- variance of the training values, the divisor of NMSE: ${trainVariance}
- weights: SHA-256 ${weightsHash}
`;
}

/** What a plain load of a picture gets wrong; of other media, the range that values are brought to. */
function aboutPreprocessing({ image, preprocessing }: CommonDescription): string {
  if (!preprocessing) {
    const [low, high] = mediumOf(image).range;
    return `## Your data

Values from ${low} to ${high} are brought to 0 to 1: (value − ${low}) / ${high - low}.`;
  }
  const { background, fit } = preprocessing;
  const brought = fit === 'crop' ? 'cut to the centre' : `shown whole on ${background}`;
  return `## Your pictures

\`preprocess.py\` reads picture files as the model learnt them (it needs \`numpy\` and \`Pillow\`): turned as EXIF says, transparent parts
over ${background}, ${image.channels === 1 ? 'grey' : 'RGB'}, ${brought}, bytes / 255. Loaded otherwise, a transparent or turned picture becomes other codes. A picture of ${image.width} × ${image.height} px becomes
the very bytes that Tessera makes of it; one of another size is resized by another library, and a few codes may differ.
\`preprocessing\` in \`description.json\` says the same; \`python preprocess.py FILE…\` tries it.`;
}

export const aboutItems = ({ image }: CommonDescription): string =>
  image.kind === 'picture'
    ? `- pictures: ${image.width} × ${image.height} px, ${image.channels === 1 ? 'grey' : 'RGB'}`
    : `- items: ${describeSignal(image).en}`;

/** The axes of an item, the outermost first. */
const axesOfItems = ({ image }: CommonDescription): string =>
  image.kind === 'picture' ? 'row, column' : mediumOf(image).axes.join(', ');

/** A line a latent: its shape, what its axes and its numbers are. */
export function aboutLatents({ image, latent, latents }: CommonDescription): string[] {
  if (latent.kind === 'vector') return latents.map((one) => `- latent: a vector per item, ${shapeOf(one)}`);
  return latent.levels.map((level, at) => {
    const which = latent.levels.length === 1 ? 'latent' : `latent ${at + 1} of ${latent.levels.length}`;
    const order = latent.levels.length > 1 && at === 0 ? ', the coarsest' : '';
    return `- ${which}${order}: ${shapeOf(latents[at]!)}, ${axesOfCodes(image, level)}, each from 0 to ${level.codes - 1}`;
  });
}

function axesOfCodes(image: Signal, { depth }: CodeLevel): string {
  if (image.kind === 'picture')
    return depth === 1 ? 'rows and columns of codes' : `rows, columns and the ${depth} codes of a place, in order`;
  const axes = mediumOf(image).axes.join(', ');
  return depth === 1 ? `codes along ${axes}` : `${axes} and the ${depth} codes of a place, in order`;
}

const shapeOf = ({ sides }: LatentArgument): string => `[N, ${sides.join(', ')}]`;
const lastShape = ({ image }: ModelDescription): string => shapeOfSignal(image).join(', ');
export const oneLine = (text: string): string => text.replace(/\s+/g, ' ');
