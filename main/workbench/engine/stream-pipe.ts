import type { Duplex } from 'node:stream';
import { createFrameReader, frame, type MessagePipe } from '@shared/wire';

/** A byte stream as the pipe of a peer: each message framed by its length. */
export function streamPipe(stream: Duplex): MessagePipe {
  let endedBy: string | null = null;
  const listeners = new Set<(reason: string) => void>();
  const end = (reason: string): void => {
    if (endedBy !== null) return;
    endedBy = reason;
    for (const listener of listeners) listener(reason);
  };
  stream.on('error', (error) => {
    end(error.message);
    stream.destroy();
  });
  stream.on('end', () => end('the other end closed the pipe'));
  stream.on('close', () => end('the pipe was closed'));
  return {
    send: (message) => {
      if (endedBy === null && stream.writable) stream.write(frame(message));
    },
    onMessage: (listener) => {
      const read = createFrameReader(listener);
      stream.on('data', (chunk: Buffer) => {
        try {
          read(chunk);
        } catch (error) {
          stream.destroy(error as Error);
        }
      });
    },
    onClose: (listener) => {
      if (endedBy === null) listeners.add(listener);
      else listener(endedBy);
    },
    // what was sent is flushed; the other end is not waited for
    close: () => void stream.end(() => stream.destroy()),
  };
}
