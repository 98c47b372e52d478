import { createWriteStream, renameSync, statSync, type WriteStream } from 'node:fs';
import path from 'node:path';
import { makeFolder } from '../../files';

const TAIL_BYTES = 16 * 1024;
const ROTATE_BYTES = 8 * 1024 * 1024;

/** A process's output: all of it in a file, and its end in memory. */
export interface Log {
  write(chunk: Uint8Array): void;
  /** The last 16 KiB since this log was opened. */
  tail(): string;
  close(): Promise<void>;
}

/**
 * Appends to `file`; one larger than 8 MiB is first renamed to `<file>.1`. A log that can't be written is no
 * failure: output then goes to `tail` only, and the file continues when it can.
 */
export function createLog(file: string): Log {
  prepare(file);
  let stream = open(file);
  let tail = Buffer.alloc(0);
  let closed = false;
  return {
    write: (chunk) => {
      tail = Buffer.concat([tail, chunk]);
      if (tail.length > TAIL_BYTES) tail = tail.subarray(tail.length - TAIL_BYTES);
      if (closed) return;
      if (stream.destroyed) stream = open(file);
      stream.write(chunk);
    },
    tail: () => tail.toString('utf8'),
    close: () =>
      new Promise((resolve) => {
        closed = true;
        if (stream.destroyed) return resolve();
        stream.once('close', () => resolve());
        stream.end();
      }),
  };
}

function prepare(file: string): void {
  try {
    makeFolder(path.dirname(file));
    if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > ROTATE_BYTES) renameSync(file, `${file}.1`);
  } catch {
    // as above
  }
}

function open(file: string): WriteStream {
  const stream = createWriteStream(file, { flags: 'a' });
  stream.on('error', () => stream.destroy());
  return stream;
}
