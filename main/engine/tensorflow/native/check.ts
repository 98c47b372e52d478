import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { AppError } from '@shared/errors';
import { checkGraph, checkedFeeds, checkedOutputs, checkedPorts, wrongOutput } from './check-graph';
import { deviceLines } from './device-log';
import { binaries, packageFolder } from './installation';
import type { Device } from './pins';

const run = promisify(execFile);

const answerSchema = z.object({
  tensorflow: z.string(),
  gpu: z.boolean(),
  product: z.array(z.number()),
  outputs: z.record(z.string(), z.array(z.number())),
});

export interface CheckedEngine {
  tensorflow: string;
  /** Whether the check was computed on a card. */
  gpu: boolean;
  /** What TensorFlow's log says about cards that it doesn't use. */
  deviceLines: string[];
}

/** Runs in a child process, since a broken library can take its process down. */
const SCRIPT = `
const [binding, shapeGraph, home, check] = process.argv.slice(1);
const util = require('util');
util.isNullOrUndefined ??= (value) => value === null || value === undefined;
util.isArray = Array.isArray;
const from = require('module').createRequire(home);
const preGyp = from.resolve('@mapbox/node-pre-gyp');
require.cache[preGyp] = { id: preGyp, filename: preGyp, loaded: true, exports: { find: () => binding } };
const tf = from('@tensorflow/tfjs-node-gpu');
const product = tf.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([5, 6, 7, 8], [2, 2]));
from(shapeGraph).createGraph();
const backend = tf.backend();
const { binding: native, isUsingGpuDevice: gpu } = backend;
const { graph, feeds, ports, names } = JSON.parse(check);
const { mkdtempSync, rmSync, writeFileSync } = require('fs');
const folder = mkdtempSync(require('path').join(require('os').tmpdir(), 'tessera-check-'));
let session;
try {
  writeFileSync(require('path').join(folder, 'saved_model.pb'), Buffer.from(graph, 'base64'));
  session = native.loadSavedModel(folder, 'serve');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const inputs = feeds.map(({ values, shape, dtype }) => tf.tensor(values, shape, dtype));
const inputNames = feeds.map(({ name }) => name + ':0').join(',');
const found = native.runSavedModel(session, backend.getInputTensorIds(inputs), inputNames, ports);
const outputs = Object.fromEntries(found.map(({ id }, at) => [names[at], [...native.tensorDataSync(id)]]));
process.stdout.write(JSON.stringify({ tensorflow: native.TF_Version, gpu, product: [...product.dataSync()], outputs }));
`;

/**
 * Memory of a card is allocated as needed, since a run may be training; products use the whole float32, so that they
 * compare.
 */
const CHECKING = { TF_FORCE_GPU_ALLOW_GROWTH: 'true', NVIDIA_TF32_OVERRIDE: '0' };
/** For a build that looks for a card: makes it log the libraries that it can't load. */
const TELLING = { TF_CPP_MIN_LOG_LEVEL: '0', TF_CPP_VMODULE: 'dso_loader=2' };

/**
 * Loads the compiled binaries in a folder and computes everything that a training step consists of: see `checkGraph`.
 * @throws SETUP_FAILED if they don't load, crash, or compute something else than a processor does
 */
export async function checkBindings(
  folder: string,
  { device = 'cpu', signal }: { device?: Device; signal?: AbortSignal | undefined } = {},
): Promise<CheckedEngine> {
  const home = path.join(packageFolder('@tensorflow/tfjs-node-gpu'), 'package.json');
  const files = [binaries.binding, binaries.shapeGraph].map((name) => path.join(folder, name));
  const graph = Buffer.from(checkGraph()).toString('base64');
  const check = JSON.stringify({ graph, feeds: checkedFeeds, ports: checkedPorts, names: checkedOutputs });
  try {
    const env = { ...process.env, ...CHECKING, ...(device === 'cuda' ? TELLING : { TF_CPP_MIN_LOG_LEVEL: '2' }) };
    const { stdout, stderr } = await run(process.execPath, ['-e', SCRIPT, ...files, home, check], {
      env,
      timeout: 120_000,
      maxBuffer: MOST_LOG_BYTES,
      ...(signal ? { signal } : {}),
    });
    const { tensorflow, gpu, product, outputs } = answerSchema.parse(JSON.parse(stdout));
    if (product.join() !== '19,22,43,50') throw new Error(`it computed ${product.join()}`);
    const wrong = wrongOutput(outputs);
    if (wrong !== null) throw new Error(`it computes something else: ${wrong}`);
    return { tensorflow, gpu, deviceLines: deviceLines(stderr) };
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

const MOST_LOG_BYTES = 64 * 1024 * 1024;

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { signal, stderr } = error as Error & { signal?: string; stderr?: string };
  const line = stderr?.split('\n').find((text) => /Error|cannot open|undefined symbol|GLIBC|Illegal/.test(text));
  const ofDevices = deviceLines(stderr ?? '').join(' · ');
  if (line !== undefined) return [line.trim(), ofDevices].filter(Boolean).join(' · ');
  if (ofDevices !== '') return ofDevices;
  return signal ? `its process ended with ${signal}` : (error.message.split('\n')[0] ?? error.message);
}
