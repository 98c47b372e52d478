import { createRequire } from 'node:module';
import path from 'node:path';
import util from 'node:util';
import { AppError } from '@shared/errors';
import type { NativeBackend } from './binding';
import { type Installation, installationOf, packageFolder, readStamp } from './installation';
import { chooseBuild } from './pins';
import type { Tfjs } from './tfjs';

/**
 * Loads tfjs on the TensorFlow that was set up for this user.
 * @throws ENGINE_NOT_SET_UP where there is none
 */
export function loadNative(): { tf: Tfjs; backend: NativeBackend } {
  const tf = requireTfjsNode(installed());
  const backend = tf.backend() as unknown as NativeBackend & { kind: NativeBackend['kind'] };
  Object.defineProperty(backend, 'kind', { value: 'native' });
  return { tf, backend };
}

function installed(): Installation {
  const installation = installationOf(chooseBuild());
  if (readStamp(installation)) return installation;
  throw new AppError(
    'ENGINE_NOT_SET_UP',
    'TensorFlow is not set up on this machine yet.',
    'Run "tessera setup" (in a checkout: npm run setup).',
  );
}

/**
 * Requires tfjs-node-gpu with our binding. The package asks node-pre-gyp where its binding lies; a stand-in for that
 * one module answers with the cached file, so nothing is written into node_modules.
 */
function requireTfjsNode(installation: Installation): Tfjs {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  restoreRemovedUtilities();
  const require = createRequire(path.join(packageFolder('@tensorflow/tfjs-node-gpu'), 'package.json'));
  const preGyp = require.resolve('@mapbox/node-pre-gyp');
  const before = require.cache[preGyp];
  const standIn = { id: preGyp, filename: preGyp, loaded: true, exports: { find: () => installation.binding } };
  require.cache[preGyp] = standIn as unknown as NodeJS.Module;
  try {
    return require('@tensorflow/tfjs-node-gpu') as Tfjs;
  } finally {
    if (before) require.cache[preGyp] = before;
    else delete require.cache[preGyp];
  }
}

/** tfjs-node 4.22 calls functions of `util` that Node 23 removed. */
function restoreRemovedUtilities(): void {
  const utilities = util as unknown as Record<string, unknown>;
  utilities.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  // Still there in Node 24, but with a warning.
  utilities.isArray = Array.isArray;
}
