import { latentSize } from '@shared/specs';
import type { HowDrawn, PriorDescription } from './description';
import { aboutLatents, aboutItems, oneLine } from './readme';

/** README.md beside the SavedModel of a prior. */
export function priorSavedModelReadme(prior: PriorDescription): string {
  return `${heading(prior)}
## Use it in Python

This folder is a SavedModel of the prior, \`autoencoder/\` one of the autoencoder whose latents it knows: together they make pictures,
with \`tensorflow\` and \`numpy\` and nothing of Tessera. Try it:

\`\`\`
python sample.py --count 4 --seed 1${prior.classes.length > 0 ? ' --label 0' : ''} --out pictures
\`\`\`

| signature | takes | gives |
| --- | --- | --- |
${rows[prior.drawn](prior)}

N is any batch size. ${explained[prior.drawn](prior)}
No call remembers anything: there is no cache to keep. \`autoencoder/README.md\` says how to decode, \`description.json\` is the run’s whole
configuration.
`;
}

/** README.md beside the weights of a prior. */
export function priorSafetensorsReadme(prior: PriorDescription): string {
  return `${heading(prior)}
## What lies here

\`model.safetensors\` holds the prior’s weights, which any safetensors library reads. They are stored as TensorFlow orders them: matrices
[in, out], convolutions [rows, columns, in, out], tables [entries, components]. The file’s metadata \`tessera\` is JSON with the run’s whole
configuration, the shapes above and the hash that identifies the weights; \`description.json\` is the same. How the network is made of them
is in the paper that the manual names under Priors. To run it in Python without writing it anew, export the run as a SavedModel.

\`autoencoder/\` is the autoencoder whose latents the prior knows, with its model in PyTorch: it decodes what the prior draws.
`;
}

type Say = (prior: PriorDescription) => string;

const rows: Record<HowDrawn, Say> = {
  'by-position': (prior) => `${logitsRow(prior)} of each code, given those before it |
| \`sample_step\` | \`codes\`, \`labels\`, \`position\` int32, \`temperature\` float32, \`seed\` int32 | \`codes\`, of which the one at that position is drawn, if it was open |`,
  'by-round': (prior) => `${logitsRow(prior)} of each code, given all that are not open |
| \`sample_step\` | \`codes\`, \`labels\`, \`counts\` int32 [N], \`round\` int32, \`temperature\` float32, \`choice_temperature\` float32, \`seed\` int32 | \`codes\`, of which \`counts\` more of each item are settled |`,
  'by-component': (prior) => `${densityRow(prior)}
| \`sample_step\` | \`vectors\`, \`position\` int32, \`normal\` float32 [N], \`uniform\` float32 [N] | \`vectors\`, of which the component at that position is drawn |`,
  'at-once': (prior) => `${densityRow(prior)}
| \`sample\` | \`normal\` float32 [N, ${latentSize(prior.latent)}], \`uniform\` float32 [N] | \`vectors\` |`,
};

const explained: Record<HowDrawn, Say> = {
  'by-position': (prior) => `${aboutCodes(prior)}

\`position\` goes from 0 on through the order that was learnt: level by level, of each its cells ${orderOf(prior)}, at each cell its codes one
after the other. ${aboutDraws}`,
  'by-round': (prior) => `${aboutCodes(prior)}

In each round all open codes are drawn, and those settled that the prior is surest of, with Gumbel noise of the scale
\`choice_temperature\`; \`sample.py\` shows how counts and that scale fall from round to round. ${aboutDraws}`,
  'by-component': () => `\`position\` goes from 0 on. ${aboutNoise}`,
  'at-once': () => aboutNoise,
};

function logitsRow(prior: PriorDescription): string {
  const size = latentSize(prior.latent);
  const most = prior.latent.kind === 'codes' ? Math.max(...prior.latent.levels.map(({ codes }) => codes)) : 0;
  return `| \`logits\` | \`codes\` int32 [N, ${size}], \`labels\` int32 [N] | \`logits\` float32 [N, ${size}, ${most}]:`;
}

const densityRow: Say = ({ latent }) =>
  `| \`log_prob\` | \`vectors\` float32 [N, ${latentSize(latent)}] | \`log_prob\` float32 [N]: log p(z), nats |`;

const aboutCodes: Say = (prior) =>
  `\`codes\` are those of the latents above one after the other, each row by row${stages(prior)}; −1 where one is open.
\`logits\` stand in the same order, entry k of a code for code k; −10⁹ is what can’t be there. ${labels(prior)}`;
const aboutDraws =
  'The same seed draws what Tessera draws. Each call computes all logits anew. To narrow the choice (top-k, top-p) or to guide by a class, draw from `logits` yourself.';
const aboutNoise =
  'What is random is fed: `normal` are draws from N(0, 1), times a temperature if you like, `uniform` are draws from [0, 1), which decide on the Gaussian of a mixture.';

const orders = { raster: 'row by row', 'z-curve': 'along a Z-curve', spiral: 'in a spiral from the middle outwards' };
const orderOf: Say = ({ spec }) => ('order' in spec.model ? orders[spec.model.order] : orders.raster);

const heading: Say = (prior) => {
  const { name, dataset, step, weightsHash, spec, autoencoder } = prior;
  return `# ${oneLine(name)}

A prior of the kind ${spec.model.kind}, trained by Tessera over the latents that “${oneLine(autoencoder.name)}” (step ${autoencoder.step}) gives “${oneLine(dataset)}”, after ${step} steps.

${[aboutItems(prior), ...aboutLatents(prior)].join('\n')}
- weights: SHA-256 ${weightsHash}
- of the autoencoder: SHA-256 ${autoencoder.weightsHash}
`;
};

const labels: Say = ({ classes }) => {
  if (classes.length === 0) return '`labels` have no say: this prior is unconditional.';
  return `\`labels\` are numbers of classes, −1 for none: ${classes.map((name, at) => `${at} ${oneLine(name)}`).join(', ')}.`;
};

const stages: Say = ({ latent }) => {
  const isDeep = latent.kind === 'codes' && latent.levels.some(({ depth }) => depth > 1);
  return isDeep ? ', the codes of a place side by side' : '';
};
