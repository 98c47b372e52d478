import { closeSync, openSync, readSync, statSync } from 'node:fs';
import type { Evaluation, Metrics, RunSummary } from '@shared/contract';
import { isScore, scoreIn } from '@shared/metrics';
import type { MetricLine } from '@shared/specs';
import { parseMetricLine } from './metrics-file';

/** Bytes read from the end first; four times as many until an evaluation is found or MOST_BYTES were read. */
const FIRST_BYTES = 64 * 1024;
const MOST_BYTES = 16 * 1024 * 1024;
/** Rows from the end that are searched for one with finite values. */
const MOST_ROWS = 1000;
const EVALUATION_PREFIX = 'test/';
const EVALUATION_MARK = `"${EVALUATION_PREFIX}`;

/** Measures without which an evaluation says nothing, besides its score. */
const decisive = new Set(['psnr', 'perplexity', 'usage', 'dead-codes']);

export type LatestMetrics = NonNullable<RunSummary['latest']>;
export type LatestEvaluation = Omit<Evaluation, 'items' | 'split'>;

export interface Latest {
  training: LatestMetrics | null;
  evaluation: LatestEvaluation | null;
  /** False if the file has content but no line of metrics. */
  isReadable: boolean;
}

/**
 * Reads the newest training row and the newest evaluation from the end of a metrics file. Results are kept: of a
 * file that has grown only the new part is searched.
 */
export function createLatestReader(): (file: string) => Latest {
  const kept = new Map<string, { ino: number; size: number; mtimeMs: number; latest: Latest }>();
  return (file) => {
    const stat = statSync(file, { throwIfNoEntry: false });
    if (!stat) return { training: null, evaluation: null, isReadable: true };
    const { ino, size, mtimeMs } = stat;
    const known = kept.get(file);
    if (known?.ino === ino && known.size === size && known.mtimeMs === mtimeMs) return known.latest;
    const searched = known?.ino === ino && known.size <= size ? known : null;
    // a line that was torn at the last look is read again
    const latest = readEnd(file, size, searched ? Math.max(0, searched.size - FIRST_BYTES) : 0);
    if (searched) {
      latest.training ??= searched.latest.training;
      latest.evaluation ??= searched.latest.evaluation;
    }
    kept.set(file, { ino, size, mtimeMs, latest });
    return latest;
  };
}

function readEnd(file: string, size: number, floor: number): Latest {
  for (let span = FIRST_BYTES; ; span *= 4) {
    const start = Math.max(floor, size - span);
    // the first line of the piece may lack its beginning; it then fails to parse and is skipped
    const bytes = readBytes(file, start, size - start);
    const training = lastTraining(bytes);
    const evaluation = lastEvaluation(bytes);
    if ((training && evaluation) || start === floor || span >= MOST_BYTES)
      return { training, evaluation, isReadable: training !== null || evaluation !== null || hasLine(bytes) };
  }
}

function lastTraining(bytes: Buffer): LatestMetrics | null {
  let end = bytes.length;
  for (let row = 0; row < MOST_ROWS && end > 0; row++) {
    const start = bytes.lastIndexOf('\n', end - 1) + 1;
    const line = parseMetricLine(bytes.toString('utf8', start, end));
    const found = line && trainingOf(line);
    if (found) return found;
    end = start - 1;
  }
  return null;
}

function lastEvaluation(bytes: Buffer): LatestEvaluation | null {
  for (let end = bytes.length; end > 0;) {
    const mark = bytes.lastIndexOf(EVALUATION_MARK, end - 1);
    if (mark === -1) return null;
    const start = bytes.lastIndexOf('\n', mark) + 1;
    const stop = bytes.indexOf('\n', mark);
    const line = parseMetricLine(bytes.toString('utf8', start, stop === -1 ? bytes.length : stop));
    const found = line && evaluationOf(line);
    if (found) return found;
    end = start;
  }
  return null;
}

/** Whether `bytes` holds a line of metrics; an empty file is fine as well. */
const hasLine = (bytes: Buffer): boolean =>
  bytes.length === 0 ||
  bytes
    .toString('utf8')
    .split('\n')
    .some((text) => parseMetricLine(text) !== null);

function readBytes(file: string, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  const descriptor = openSync(file, 'r');
  try {
    return bytes.subarray(0, readSync(descriptor, bytes, 0, length, position));
  } finally {
    closeSync(descriptor);
  }
}

/** What a row of training says, if all of it is finite. A model without codes has no perplexity, one that fills masked codes in no nats. */
function trainingOf({ step, values }: MetricLine): LatestMetrics | null {
  const { nmse, nats, 'masked-nats': masked, perplexity, 'items-per-second': itemsPerSecond = 0 } = values;
  const known = [nmse, nats, masked, perplexity].filter((value) => value !== undefined);
  if ([nmse, nats, masked].every((value) => value === undefined) || !known.every(isFinite)) return null;
  return {
    step,
    nmse: nmse ?? null,
    nats: nats ?? null,
    perplexity: perplexity ?? null,
    itemsPerSecond: itemsPerSecond ?? 0,
  };
}

/** What a row of an evaluation says, if all that any model measures is finite; its own measures are what else there is. */
function evaluationOf({ step, values }: MetricLine): LatestEvaluation | null {
  const measures: Record<string, number> = {};
  for (const [key, value] of Object.entries(values)) {
    if (!key.startsWith(EVALUATION_PREFIX)) continue;
    const name = key.slice(EVALUATION_PREFIX.length);
    if (isFinite(value)) measures[name] = value;
    else if (decisive.has(name) || isScore(name)) return null;
  }
  if (!Object.keys(measures).some(isScore)) return null;
  return { step, score: scoreIn(measures), measures };
}

/** The newest training row among rows that have just come in, as `createLatestReader` would find it. */
export function latestOf({ step, series }: Metrics): LatestMetrics | null {
  for (let row = step.length - 1; row >= 0; row--) {
    const value = (name: string): number | undefined => series[name]?.[row];
    const found = trainingOf({
      step: step[row]!,
      wall: 0,
      values: {
        ...Object.fromEntries(
          ['nmse', 'nats', 'masked-nats', 'perplexity'].flatMap((name) =>
            name in series ? [[name, value(name) ?? null]] : [],
          ),
        ),
        'items-per-second': finite(value('items-per-second')),
      },
    });
    if (found) return found;
  }
  return null;
}

const isFinite = (value: number | null | undefined): value is number => Number.isFinite(value);
const finite = (value: number | undefined): number | null => (isFinite(value) ? value : null);
