import { AppError } from '@shared/errors';
import type { NativeBackend } from './binding';
import { chooseBackend, isPortableAllowed } from './choice';
import type { Tfjs } from './tfjs';
import { loadNative } from './tfjs-node';

export type {
  DataType,
  Rank,
  Scalar,
  Tensor,
  Tensor1D,
  Tensor2D,
  Tensor3D,
  Tensor4D,
  TensorInfo,
  TensorLike,
} from '@tensorflow/tfjs';

const loaded = await load();

/** The whole of tfjs, running on the engine of this process. Loaded once, when this module is first imported. */
export const tf: Tfjs = loaded.tf;

/** The kernel backend; every kernel goes through `executeSingleOutput` or `executeMultipleOutputs`. */
export const backend: NativeBackend = loaded.backend;

/**
 * Loads the native engine, or the portable one if it was asked for or may replace a native one that is missing or
 * broken.
 */
async function load(): Promise<{ tf: Tfjs; backend: NativeBackend }> {
  const asked = process.env.TESSERA_ENGINE;
  if (chooseBackend().why === 'asked' && asked === 'portable') return portable();
  try {
    return loadNative();
  } catch (error) {
    if (!isPortableAllowed() || asked === 'native') throw error;
    if (!(error instanceof AppError)) console.error(error);
    console.error('TensorFlow could not be loaded; pictures are encoded and decoded without it.');
    return portable();
  }
}

async function portable(): Promise<{ tf: Tfjs; backend: NativeBackend }> {
  const { loadPortable } = await import('../portable');
  return loadPortable();
}
