import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { AppError } from '@shared/errors';
import { binaries, packageFolder } from './installation';

const run = promisify(execFile);

const answerSchema = z.object({ tensorflow: z.string(), gpu: z.boolean(), product: z.array(z.number()) });

export interface CheckedEngine {
  tensorflow: string;
  gpu: boolean;
}

/** Runs in a child process, since a broken library can take its process down. */
const SCRIPT = `
const [binding, shapeGraph, home] = process.argv.slice(1);
const util = require('util');
util.isNullOrUndefined ??= (value) => value === null || value === undefined;
util.isArray = Array.isArray;
const from = require('module').createRequire(home);
const preGyp = from.resolve('@mapbox/node-pre-gyp');
require.cache[preGyp] = { id: preGyp, filename: preGyp, loaded: true, exports: { find: () => binding } };
const tf = from('@tensorflow/tfjs-node-gpu');
const product = tf.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([5, 6, 7, 8], [2, 2]));
from(shapeGraph).createGraph();
const { binding: native, isUsingGpuDevice: gpu } = tf.backend();
process.stdout.write(JSON.stringify({ tensorflow: native.TF_Version, gpu, product: [...product.dataSync()] }));
`;

/**
 * Loads the compiled binaries in a folder and multiplies two matrices with them.
 * @throws SETUP_FAILED if they don't load, crash or get it wrong
 */
export async function checkBindings(folder: string, signal?: AbortSignal): Promise<CheckedEngine> {
  const home = path.join(packageFolder('@tensorflow/tfjs-node-gpu'), 'package.json');
  const files = [binaries.binding, binaries.shapeGraph].map((name) => path.join(folder, name));
  try {
    const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' };
    const { stdout } = await run(process.execPath, ['-e', SCRIPT, ...files, home], {
      env,
      timeout: 120_000,
      ...(signal ? { signal } : {}),
    });
    const { tensorflow, gpu, product } = answerSchema.parse(JSON.parse(stdout));
    if (product.join() !== '19,22,43,50') throw new Error(`it computed ${product.join()}`);
    return { tensorflow, gpu };
  } catch (error) {
    signal?.throwIfAborted();
    throw new AppError(
      'SETUP_FAILED',
      `TensorFlow does not run: ${reason(error)}`,
      'Run "tessera setup --force"; if that does not help, the machine may lack a library TensorFlow needs.',
      { cause: error },
    );
  }
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { signal, stderr } = error as Error & { signal?: string; stderr?: string };
  const line = stderr?.split('\n').find((text) => /Error|cannot open|undefined symbol|GLIBC|Illegal/.test(text));
  if (line !== undefined) return line.trim();
  return signal ? `its process ended with ${signal}` : (error.message.split('\n')[0] ?? error.message);
}
