import { createWriteStream, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { makeFolder } from '../../files';

const TAIL_BYTES = 16 * 1024;
const ROTATE_BYTES = 8 * 1024 * 1024;

/** What a process printed: all of it in a file, its end at hand. */
export interface Log {
  write(chunk: Uint8Array): void;
  /** The last 16 KiB since this log was opened. */
  tail(): string;
  close(): Promise<void>;
}

/** Appends to `file`; one grown beyond 8 MiB is first put aside as `<file>.1`. A log that can't be written is no failure. */
export function createLog(file: string): Log {
  makeFolder(path.dirname(file));
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > ROTATE_BYTES) renameSync(file, `${file}.1`);
  const stream = createWriteStream(file, { flags: 'a' });
  stream.on('error', () => stream.destroy());
  let tail = Buffer.alloc(0);
  return {
    write: (chunk) => {
      tail = Buffer.concat([tail, chunk]);
      if (tail.length > TAIL_BYTES) tail = tail.subarray(tail.length - TAIL_BYTES);
      if (!stream.destroyed) stream.write(chunk);
    },
    tail: () => tail.toString('utf8'),
    close: () =>
      new Promise((resolve) => {
        if (stream.destroyed) return resolve();
        stream.once('close', () => resolve());
        stream.end();
      }),
  };
}
