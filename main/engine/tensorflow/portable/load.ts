import { createRequire } from 'node:module';
import path from 'node:path';
import { AppError } from '@shared/errors';
import type { NativeBackend } from '../native/binding';
import { packageFolder } from '../native/installation';
import type { Tfjs } from '../native/tfjs';
import { portableBackend } from './backend';

/**
 * Starts tfjs on its WebAssembly backend (one thread, SIMD): everywhere that Node runs, with nothing to compile.
 * @throws SETUP_FAILED where WebAssembly doesn't start
 */
export async function loadPortable(): Promise<{ tf: Tfjs; backend: NativeBackend }> {
  const home = packageFolder('@tensorflow/tfjs-backend-wasm');
  const require = createRequire(path.join(home, 'package.json'));
  const tf = require('@tensorflow/tfjs') as Tfjs;
  const { setWasmPaths } = require('@tensorflow/tfjs-backend-wasm') as { setWasmPaths(prefix: string): void };
  setWasmPaths(path.join(home, 'dist', path.sep));
  if (!(await tf.setBackend('wasm'))) {
    throw new AppError('SETUP_FAILED', 'The WebAssembly engine does not start here.', 'Install Tessera anew.');
  }
  return { tf, backend: portableBackend(tf) };
}
