import { createFrameReader, frame } from './framing';
import type { MessagePipe } from './peer';

/**
 * The part of Node's duplex streams that a pipe needs; written out, since this folder knows neither Node nor a browser.
 */
export interface ByteStream {
  readonly writable: boolean;
  on(event: 'data', listener: (chunk: Uint8Array) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'end' | 'close', listener: () => void): unknown;
  write(bytes: Uint8Array): unknown;
  end(done: () => void): unknown;
  destroy(error?: Error): unknown;
}

/** A byte stream as the pipe of a peer: each message framed by its length. */
export function streamPipe(stream: ByteStream): MessagePipe {
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
      stream.on('data', (chunk) => {
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
