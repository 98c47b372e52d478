import { closeSync, openSync, readSync, statSync } from 'node:fs';
import type { Evaluation, Metrics, RunSummary } from '@shared/contract';
import type { MetricLine } from '@shared/specs';
import { parseMetricLines } from './metrics-file';

/** First how much of the end is read; four times as much until an evaluation is found, or this much was read. */
const FIRST_BYTES = 64 * 1024;
const MOST_BYTES = 16 * 1024 * 1024;

export type LatestMetrics = NonNullable<RunSummary['latest']>;
export type LatestEvaluation = Omit<Evaluation, 'items' | 'split'>;

export interface Latest {
  training: LatestMetrics | null;
  evaluation: LatestEvaluation | null;
}

/** The newest training row and the newest evaluation in metrics files, from their ends; kept while a file stays the same. */
export function createLatestReader(): (file: string) => Latest {
  const kept = new Map<string, { stamp: string; latest: Latest }>();
  return (file) => {
    const stat = statSync(file, { throwIfNoEntry: false });
    if (!stat) return { training: null, evaluation: null };
    const stamp = `${stat.ino} ${stat.size} ${stat.mtimeMs}`;
    const known = kept.get(file);
    if (known?.stamp === stamp) return known.latest;
    const latest = readEnd(file, stat.size);
    kept.set(file, { stamp, latest });
    return latest;
  };
}

function readEnd(file: string, size: number): Latest {
  for (let span = FIRST_BYTES; ; span *= 4) {
    const start = Math.max(0, size - span);
    // the first line of the piece may lack its beginning: it then parses as nothing
    const lines = [...parseMetricLines(readBytes(file, start, size - start))].reverse();
    const training = firstOf(lines, trainingOf);
    const evaluation = firstOf(lines, evaluationOf);
    if ((training && evaluation) || start === 0 || span >= MOST_BYTES) return { training, evaluation };
  }
}

function readBytes(file: string, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  const descriptor = openSync(file, 'r');
  try {
    return bytes.subarray(0, readSync(descriptor, bytes, 0, length, position));
  } finally {
    closeSync(descriptor);
  }
}

function firstOf<T>(lines: readonly MetricLine[], read: (line: MetricLine) => T | null): T | null {
  for (const line of lines) {
    const found = read(line);
    if (found) return found;
  }
  return null;
}

/** What a row of training says, if all of it is finite. */
function trainingOf({ step, values }: MetricLine): LatestMetrics | null {
  const { nmse, perplexity, 'images-per-second': imagesPerSecond = 0 } = values;
  if (!isFinite(nmse) || !isFinite(perplexity)) return null;
  return { step, nmse, perplexity, imagesPerSecond: imagesPerSecond ?? 0 };
}

function evaluationOf({ step, values }: MetricLine): LatestEvaluation | null {
  const {
    'test/nmse': nmse,
    'test/psnr': psnr,
    'test/perplexity': perplexity,
    'test/usage': usage,
    'test/dead-codes': deadCodes,
  } = values;
  if (!isFinite(nmse) || !isFinite(psnr) || !isFinite(perplexity) || !isFinite(usage) || !isFinite(deadCodes))
    return null;
  return { step, nmse, psnr, perplexity, usage, deadCodes };
}

/** The newest training row among rows that have just come in, as `createLatestReader` would find it. */
export function latestOf({ step, series }: Metrics): LatestMetrics | null {
  for (let row = step.length - 1; row >= 0; row--) {
    const value = (name: string): number | undefined => series[name]?.[row];
    const found = trainingOf({
      step: step[row]!,
      wall: 0,
      values: {
        nmse: value('nmse') ?? null,
        perplexity: value('perplexity') ?? null,
        'images-per-second': finite(value('images-per-second')),
      },
    });
    if (found) return found;
  }
  return null;
}

const isFinite = (value: number | null | undefined): value is number => Number.isFinite(value);
const finite = (value: number | undefined): number | null => (isFinite(value) ? value : null);
