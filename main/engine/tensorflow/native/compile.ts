import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '@shared/errors';
import type { Environment } from './cache';
import { binaries, packageFolder } from './installation';
import shapeGraphSource from './shape-graph.cc?raw';

const run = promisify(execFile);

/** Where TensorFlow's libraries lie relative to the binding. */
export const LIBRARY_FOLDER = path.join('site', 'tensorflow');

/**
 * Compiles against the unpacked TensorFlow the binding whose sources tfjs-node-gpu ships, and our `shape-graph.cc`.
 * Node-API makes one binary fit every Node; the run path makes it find its libraries wherever the folder is moved.
 * @param folder holds `site/` and gets the binaries
 * @throws SETUP_FAILED with the compiler's first error
 */
export async function compileBindings(
  compiler: string,
  folder: string,
  environment: Environment,
  signal?: AbortSignal,
): Promise<void> {
  const shipped = path.join(packageFolder('@tensorflow/tfjs-node-gpu'), 'binding');
  const ours = path.join(folder, 'shape-graph.cc');
  await writeFile(ours, shapeGraphSource);
  const build = (sources: string[], name: string) => compile(compiler, folder, { sources, name }, environment, signal);
  await build([path.join(shipped, 'tfjs_backend.cc'), path.join(shipped, 'tfjs_binding.cc')], binaries.binding);
  await build([ours], binaries.shapeGraph);
}

async function compile(
  compiler: string,
  folder: string,
  { sources, name }: { sources: string[]; name: string },
  environment: Environment,
  signal: AbortSignal | undefined,
): Promise<void> {
  const libraries = path.join(folder, LIBRARY_FOLDER);
  const includes = [
    path.join(packageFolder('node-api-headers'), 'include'),
    path.join(libraries, 'include'),
    packageFolder('@tensorflow/tfjs-node-gpu'),
  ];
  const args = [
    ...['-O2', '-shared', '-fPIC', '-std=c++17', '-w', '-DNAPI_VERSION=8', '-DBUILDING_NODE_EXTENSION'],
    ...includes.flatMap((include) => ['-I', include]),
    ...sources,
    ...['-o', path.join(folder, name), '-L', libraries],
    ...['-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2', `-Wl,-rpath,$ORIGIN/${LIBRARY_FOLDER}`],
  ];
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
