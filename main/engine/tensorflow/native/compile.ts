import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '@shared/errors';
import type { Environment } from './cache';
import { packageFolder } from './installation';

const run = promisify(execFile);

/** Where TensorFlow's libraries lie relative to the binding. */
export const LIBRARY_FOLDER = path.join('site', 'tensorflow');

/**
 * Compiles the binding sources that tfjs-node-gpu ships against the unpacked TensorFlow. Node-API makes one binary fit
 * every Node; the run path makes it find its libraries wherever the folder is moved.
 * @param folder holds `site/` and gets `tfjs_binding.node`
 * @throws SETUP_FAILED with the compiler's first error
 */
export async function compileBinding(
  compiler: string,
  folder: string,
  environment: Environment,
  signal?: AbortSignal,
): Promise<void> {
  const sources = packageFolder('@tensorflow/tfjs-node-gpu');
  const libraries = path.join(folder, LIBRARY_FOLDER);
  const args = ['-O2', '-shared', '-fPIC', '-std=c++17', '-w', '-DNAPI_VERSION=8', '-DBUILDING_NODE_EXTENSION'];
  for (const include of [
    path.join(packageFolder('node-api-headers'), 'include'),
    path.join(libraries, 'include'),
    sources,
  ]) {
    args.push('-I', include);
  }
  args.push(path.join(sources, 'binding', 'tfjs_backend.cc'), path.join(sources, 'binding', 'tfjs_binding.cc'));
  args.push(
    '-o',
    path.join(folder, 'tfjs_binding.node'),
    '-L',
    libraries,
    '-l:libtensorflow_cc.so.2',
    '-l:libtensorflow_framework.so.2',
  );
  args.push(`-Wl,-rpath,$ORIGIN/${LIBRARY_FOLDER}`);
  try {
    await run(compiler, args, {
      env: environment as NodeJS.ProcessEnv,
      maxBuffer: 1 << 26,
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    signal?.throwIfAborted();
    const output = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    const first = output.split('\n').find((line) => /error|cannot|not found/i.test(line)) ?? output.slice(0, 300);
    throw new AppError(
      'SETUP_FAILED',
      `The C++ compiler ${compiler} failed: ${first.trim()}`,
      'A compiler with C++17 is needed: "apt-get install g++" or "dnf install gcc-c++".',
      { cause: error },
    );
  }
}
