import { AppError } from '@shared/errors';
import type { AdversarialSpec, Signal } from '@shared/specs';
import { type Layer, batchNormLayer, conv2dLayer, groupNormLayer, normalInit } from '../nn';
import type { VariableUpdate } from '../tensorflow/graph';
import type { Program, Variable } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';

export interface Discriminator {
  readonly variables: readonly Variable[];
  /**
   * A batch as a training step sees it: images [N, H, W, C] in [−1, 1] → a logit a patch, [N, h, w, 1], high for what looks
   * like an original. `updates` are of the norms' running statistics, continuing those `before`.
   */
  judge(images: Tensor, before?: readonly VariableUpdate[]): { logits: Tensor; updates: readonly VariableUpdate[] };
}

type Norm = (x: Tensor, before?: readonly VariableUpdate[]) => { y: Tensor; updates: readonly VariableUpdate[] };

const KERNEL = 4;
/** Pixels of zeros around what is convolved. */
const PAD = 1;
/** Channels of a later layer, as a multiple of the first one's. */
const MOST_MULTIPLE = 8;

/**
 * The PatchGAN discriminator (Isola et al. 2017, section 3.2.2; as in pix2pix and VQGAN): 4 × 4 convolutions padded by 1, `layers`
 * of them with stride 2, then two with stride 1 down to one channel; leaky ReLU of slope 0.2 between, and norms after all
 * but the first and the last. Kernels are drawn from N(0, 0.02²), scales of batch norms from N(1, 0.02²).
 * @throws BAD_REQUEST naming the field where nothing is left of the picture
 */
export function patchDiscriminator(
  program: Program,
  name: string,
  { layers, channels, norm }: Pick<AdversarialSpec, 'layers' | 'channels' | 'norm'>,
  signal: Signal,
): Discriminator {
  requireRoom(signal, layers);
  const begin = program.variables.length;
  const conv = (at: string, inChannels: number, filters: number, stride: number, bias = true): Layer => {
    const initialiser = normalInit(0.02);
    const options = { inChannels, filters, kernel: KERNEL, stride, padding: 'valid', bias, initialiser } as const;
    const layer = conv2dLayer(program, `${name}/${at}`, options);
    return (x) => layer(ops.zeroPad2d(x, PAD));
  };
  const widths = Array.from({ length: layers + 1 }, (_, layer) => channels * Math.min(2 ** layer, MOST_MULTIPLE));
  const first = conv('conv0', signal.channels, channels, 2);
  const middle = widths.slice(1).map((width, index) => {
    const layer = index + 1;
    return {
      conv: conv(`conv${layer}`, widths[index] ?? channels, width, layer < layers ? 2 : 1, norm !== 'batch'),
      norm: normOf(program, `${name}/norm${layer}`, norm, width),
    };
  });
  const last = conv(`conv${layers + 1}`, widths.at(-1) ?? channels, 1, 1);

  return {
    variables: program.variables.slice(begin),
    judge(images, before) {
      const updates: VariableUpdate[] = [];
      const features = middle.reduce(
        (x, part) => {
          const normal = part.norm(part.conv(x), before);
          updates.push(...normal.updates);
          return ops.leakyRelu(normal.y, 0.2);
        },
        ops.leakyRelu(first(images), 0.2),
      );
      return { logits: last(features), updates };
    },
  };
}

function normOf(program: Program, name: string, kind: AdversarialSpec['norm'], channels: number): Norm {
  if (kind === 'batch') return batchNormLayer(program, name, { channels, initialiser: normalInit(0.02, 1) }).train;
  if (kind === 'none') return (y) => ({ y, updates: [] });
  const layer = groupNormLayer(program, name, { channels, groups: groupsOf(channels) });
  return (x) => ({ y: layer(x), updates: [] });
}

/** As many groups as there can be of equal size and at least 4 channels, up to 32. */
function groupsOf(channels: number): number {
  let groups = Math.max(1, Math.min(32, Math.floor(channels / 4)));
  while (channels % groups !== 0) groups--;
  return groups;
}

function requireRoom({ height, width }: Signal, layers: number): void {
  let side = Math.min(height, width);
  for (let layer = 0; layer < layers; layer++) side = Math.floor((side + 2 * PAD - KERNEL) / 2) + 1;
  if (side + 2 * (2 * PAD - KERNEL + 1) >= 1) return;
  throw new AppError(
    'BAD_REQUEST',
    `Pictures of ${width} × ${height} px are too small for a discriminator of ${layers} layers.`,
    'Take fewer layers, or weight 0 for no discriminator.',
    { field: 'model.adversarial.layers' },
  );
}
