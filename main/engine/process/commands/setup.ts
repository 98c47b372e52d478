import { parseArgs } from 'node:util';
import { AppError, type ErrorData, asAppError } from '@shared/errors';
import { printable } from '@shared/printable';
import { type FetchedTrunk, installOwnTrunk, setUpTrunk, trunkPins } from '../../perceptual/weights';
import { progressLine, setUp, type SetUpProgress } from '../../tensorflow/native';

const LOG_EVERY_MS = 5000;

const ONE_DAY = 24 * 3600 * 1000;

/**
 * `setup [--force] [--json] [--start]`: installs TensorFlow for this user, and the perceptual trunk if it can be
 * fetched; with `--start`, as part of starting Tessera, the trunk isn't tried again on the day it failed. `--trunk
 * vgg16-hed` also fetches that trunk; `--own-trunk FILE --name NAME` installs the user's own weights. Returns the exit
 * code: 0; 1 where TensorFlow, or what was asked for by name, could not be installed; 130 if it was stopped.
 */
export async function runSetup(args: readonly string[]): Promise<number> {
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt.abort());
  const report = args.includes('--json') ? jsonReport() : terminalReport();
  try {
    const stamp = await setUp({
      force: args.includes('--force'),
      onProgress: report.progress,
      signal: interrupt.signal,
    });
    const own = await setUpAsked(args, report, interrupt.signal);
    const missing = await setUpOptional(args, report, interrupt.signal);
    report.done({ tensorflow: stamp.tensorflow, device: stamp.device, missing, own });
    return 0;
  } catch (thrown) {
    const error = asAppError(thrown);
    report.failed(error.toData());
    return error.code === 'CANCELLED' ? 130 : 1;
  }
}

/** Installs the trunks asked for by name; returns what the user's own weights are, or null. */
async function setUpAsked(args: readonly string[], report: Report, signal: AbortSignal): Promise<Own | null> {
  const { trunk, 'own-trunk': file, name } = namedOf(args);
  if (trunk !== undefined) {
    if (!isFetched(trunk))
      throw new AppError(
        'BAD_REQUEST',
        `There is no trunk "${trunk}".`,
        `There are ${Object.keys(trunkPins).join(', ')}.`,
      );
    await setUpTrunk({ trunk, force: args.includes('--force'), onProgress: report.progress, signal });
  }
  if (file === undefined && name === undefined) return null;
  if (file === undefined || name === undefined)
    throw new AppError(
      'BAD_REQUEST',
      'Weights of one’s own need a file and a name.',
      'Use --own-trunk FILE --name NAME.',
    );
  return { name, ...installOwnTrunk(file, name) };
}

type Own = { name: string } & ReturnType<typeof installOwnTrunk>;

function isFetched(trunk: string): trunk is FetchedTrunk {
  return trunk in trunkPins;
}

function namedOf(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const named = { trunk: text, 'own-trunk': text, name: text };
  const flags = { force: { type: 'boolean' }, json: { type: 'boolean' }, start: { type: 'boolean' } } as const;
  try {
    return parseArgs({ args: [...args], options: { ...flags, ...named } }).values;
  } catch (cause) {
    throw new AppError('BAD_REQUEST', cause instanceof Error ? cause.message : String(cause), '', { cause });
  }
}

/** Tries to install what Tessera can do without; returns why it failed, or null. Throws only CANCELLED. */
async function setUpOptional(args: readonly string[], report: Report, signal: AbortSignal): Promise<ErrorData | null> {
  const force = args.includes('--force');
  try {
    await setUpTrunk({
      force,
      ...(args.includes('--start') ? { notSince: ONE_DAY } : {}),
      onProgress: report.progress,
      signal,
    });
    return null;
  } catch (thrown) {
    const error = asAppError(thrown);
    if (error.code === 'CANCELLED') throw error;
    return error.toData();
  }
}

interface Report {
  progress(progress: SetUpProgress): void;
  done(found: { tensorflow: string; device: string; missing: ErrorData | null; own: Own | null }): void;
  failed(error: { code: string; message: string; hint: string }): void;
}

function jsonReport(): Report {
  const print = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);
  return { progress: print, done: (found) => print({ ok: true, ...found }), failed: (error) => print({ error }) };
}

/**
 * Shows progress: a terminal gets one line that changes; a log gets a line for each phase and one every few seconds.
 */
function terminalReport(): Report {
  const { stderr } = process;
  let phase: SetUpProgress['phase'] | null = null;
  let last = -Infinity;
  const endLine = (): void => void (stderr.isTTY && phase !== null && stderr.write('\n'));
  return {
    progress: (progress) => {
      if (stderr.isTTY) stderr.write(`\r\x1b[K${progressLine(progress)}`);
      else if (progress.phase !== phase || performance.now() - last > LOG_EVERY_MS) {
        stderr.write(`${progressLine(progress)}\n`);
        last = performance.now();
      }
      phase = progress.phase;
    },
    done: ({ tensorflow, device, missing, own }) => {
      endLine();
      if (phase === null) stderr.write(`TensorFlow ${tensorflow} (${device}) is set up.\n`);
      if (own)
        stderr.write(`The perceptual weights "${printable(own.name)}" are ${own.network}, SHA-256 ${own.sha256}.\n`);
      if (missing) {
        const without = 'without it there is no perceptual loss, and no perceptual metrics';
        stderr.write(
          `The perceptual trunk (${trunkPins['efficientnet-lite0'].name}) could not be set up; ${without}. ${printable(missing.message)}\n`,
        );
        if (missing.hint) stderr.write(`${missing.hint}\n`);
      }
    },
    failed: ({ message, hint }) => {
      endLine();
      stderr.write(`${printable(message)}\n${hint ? `${printable(hint)}\n` : ''}`);
    },
  };
}
