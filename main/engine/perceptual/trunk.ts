import { AppError } from '@shared/errors';
import type { TrunkChoice } from '@shared/specs';
import type { Program, Variable } from '../tensorflow/graph';
import { type Tensor, tf } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import { efficientNetLite0 } from './efficientnet-lite0';
import type { TrunkNetwork } from './trunk-network';
import { vgg16 } from './vgg16';
import { DEFAULT_TRUNK, readTrunk } from './weights';

/** A frozen network in a program. */
export interface Trunk {
  readonly strides: readonly number[];
  /** Identifies the weights: the trunk's name, and the beginning of the hash of weights that a person brought. */
  readonly label: string;
  /**
   * Images [N, H, W, 1 or 3] float32 in [−0.5, 0.5], of any size, grey as three equal channels → the features at the
   * wanted strides, [N, ceil(H / stride), ceil(W / stride), channels] each. Inside of the program's functions.
   */
  features(images: Tensor, strides: readonly number[]): Tensor[];
}

/** All weights of trunks have this before their name. They are never trained, and no checkpoint holds them. */
const PREFIX = 'perceptual-trunk/';

/** Whether a variable of a program is a weight of a perceptual trunk. */
export function isTrunkWeight(name: string): boolean {
  return name.startsWith(PREFIX);
}

const networks = { 'efficientnet-lite0': efficientNetLite0, vgg16 } as const;

/**
 * A trunk in a program; its weights are added to the program once, as variables that aren't trained. Call outside of
 * the program's functions.
 * @throws SETUP_FAILED where the trunk isn't set up, telling what to do
 */
export function trunkOf(program: Program, choice: TrunkChoice = DEFAULT_TRUNK): Trunk {
  const key = choice.kind === 'own' ? `own/${choice.name}` : choice.kind;
  return program.once(`trunk/${key}`, () => createTrunk(program, choice, key));
}

function createTrunk(program: Program, choice: TrunkChoice, key: string): Trunk {
  const stored = readTrunk(choice);
  const network: TrunkNetwork = networks[stored.network];
  const variables = new Map<string, Variable>();
  for (const name of network.weights) {
    const { data, shape } = stored.tensors[name] ?? lacking(name);
    const value = tf.tensor(data, shape);
    variables.set(name, program.variable(`${PREFIX}${key}/${name}`, value, { trainable: false }));
    value.dispose();
  }
  const weight = (name: string): Tensor => (variables.get(name) ?? lacking(name)).read();
  return {
    strides: network.strides,
    label: stored.label,
    features: (images, strides) => network.features(inColour(images), strides, weight),
  };
}

function lacking(name: string): never {
  throw new AppError(
    'BAD_FILE',
    `The perceptual trunk lacks "${name}".`,
    'Set it up again with "tessera setup --force".',
  );
}

function inColour(images: Tensor): Tensor {
  return images.shape[3] === 1 ? ops.concat([images, images, images], 3) : images;
}
