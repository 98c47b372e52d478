import { createWriteStream, mkdirSync } from 'node:fs';
import path from 'node:path';

const TAIL = 4000;

/** The workbench's output: a file that starts anew with each start of the app, and its end in memory for messages. */
export function openLog(file: string): { write(text: string): void; tail(): string } {
  mkdirSync(path.dirname(file), { recursive: true });
  const stream = createWriteStream(file);
  stream.on('error', () => undefined); // a full disk must not end the app
  let kept = '';
  return {
    write: (text) => {
      stream.write(text);
      kept = (kept + text).slice(-TAIL);
    },
    tail: () => kept,
  };
}
