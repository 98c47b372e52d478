import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { type MetricLine, metricLineSchema, runFolder } from '@shared/specs';
import { onDisk, replaceFile } from '../../../files';

export interface MetricsWriter {
  /** Adds a line; it reaches the file within a second as long as lines keep coming. */
  append(line: MetricLine): void;
  /** Puts what was added into the file, and with `durably` onto the disk. */
  flush(durably?: boolean): void;
  close(): void;
}

const FLUSH_AFTER_MS = 1000;

/**
 * Opens metrics.jsonl to go on after `step`: lines of later steps, which a crash left behind, and a torn last line are
 * dropped first. The file is replaced for that, not cut, so that whoever follows it notices.
 */
export function openMetrics(runDirectory: string, step: number): MetricsWriter {
  const file = path.join(runDirectory, runFolder.metrics);
  dropAfter(file, step);
  const descriptor = onDisk(file, () => openSync(file, 'a'));
  let waiting: Uint8Array[] = [];
  let flushedAt = performance.now();

  const flush = (durably = false): void => {
    let bytes = Buffer.concat(waiting);
    flushedAt = performance.now();
    try {
      onDisk(file, () => {
        while (bytes.length > 0) bytes = bytes.subarray(writeSync(descriptor, bytes));
        if (durably) fsyncSync(descriptor);
      });
    } finally {
      waiting = bytes.length > 0 ? [bytes] : []; // what a full disk did not take is written by the next flush
    }
  };
  return {
    append(line) {
      waiting.push(Buffer.from(`${JSON.stringify({ ...line, values: finiteOrNull(line.values) })}\n`));
      if (performance.now() - flushedAt >= FLUSH_AFTER_MS) flush();
    },
    flush,
    close() {
      try {
        flush(true);
      } finally {
        closeSync(descriptor);
      }
    },
  };
}

function finiteOrNull(values: MetricLine['values']): MetricLine['values'] {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      value !== null && Number.isFinite(value) ? shorten(value) : null,
    ]),
  );
}

/** Seven digits are all that float32 has. */
function shorten(value: number): number {
  return Number(value.toPrecision(7));
}

function dropAfter(file: string, step: number): void {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return;
  }
  const kept = text
    .split('\n')
    .filter((line) => isAtMost(line, step))
    .map((line) => `${line}\n`);
  const remaining = kept.join('');
  if (remaining !== text) replaceFile(file, remaining);
}

function isAtMost(line: string, step: number): boolean {
  try {
    const parsed = metricLineSchema.safeParse(JSON.parse(line));
    return parsed.success && parsed.data.step <= step;
  } catch {
    return false;
  }
}
