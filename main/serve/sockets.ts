import type { MessagePipe } from '@shared/wire';
import { WebSocket } from 'ws';

/** Above this many unsent bytes reading pauses: a client that doesn't take its answers can't ask for more. */
export const PAUSE_BYTES = 16 * 1024 * 1024;
/**
 * Above this many unsent bytes a client counts as dead and is cut off: once reading has paused only events still
 * pile up.
 */
export const DROP_BYTES = 256 * 1024 * 1024;
const DRAINED_CHECK_MS = 50;
const PING_MS = 30_000;

/** Close codes of RFC 6455 and its registry. */
const UNSUPPORTED_DATA = 1003;
const TRY_AGAIN_LATER = 1013;

/** A WebSocket as the pipe of a peer: binary messages only, with backpressure both ways and a heartbeat. */
export function socketPipe(socket: WebSocket): MessagePipe {
  let drained: NodeJS.Timeout | null = null;
  const resumeOnceDrained = (): void => {
    drained ??= setInterval(() => {
      if (socket.bufferedAmount > PAUSE_BYTES / 2) return;
      if (drained) clearInterval(drained);
      drained = null;
      socket.resume();
    }, DRAINED_CHECK_MS);
  };

  let alive = true;
  const heartbeat = setInterval(() => {
    // while paused, a pong can't be read
    if (!alive && drained === null) return socket.terminate();
    alive = false;
    socket.ping();
  }, PING_MS);
  heartbeat.unref();
  socket.on('pong', () => (alive = true));
  socket.on('error', () => socket.terminate());
  socket.on('close', () => {
    clearInterval(heartbeat);
    if (drained) clearInterval(drained);
  });

  return {
    send: (message) => {
      if (socket.readyState !== WebSocket.OPEN) return;
      if (socket.bufferedAmount > DROP_BYTES) return socket.close(TRY_AGAIN_LATER, 'The client reads too slowly.');
      socket.send(message, { binary: true });
      if (socket.bufferedAmount > PAUSE_BYTES && drained === null) {
        socket.pause();
        resumeOnceDrained();
      }
    },
    onMessage: (listener) => {
      socket.on('message', (data, isBinary) => {
        alive = true;
        if (!isBinary) return socket.close(UNSUPPORTED_DATA, 'Messages are binary.');
        listener(data as Buffer);
      });
    },
    onClose: (listener) => {
      socket.on('close', (code) => listener(`closed with ${code}`));
    },
    close: () => socket.close(),
  };
}
