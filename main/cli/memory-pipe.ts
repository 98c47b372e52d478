import type { MessagePipe } from '@shared/wire';

/** Two ends of a pipe inside one process. A message sent at one end arrives at the other in a later turn, in order. */
export function memoryPipe(): [MessagePipe, MessagePipe] {
  const messages = [new Set<(message: Uint8Array) => void>(), new Set<(message: Uint8Array) => void>()] as const;
  const closings = new Set<(reason: string) => void>();
  let isClosed = false;
  const end = (mine: 0 | 1, other: 0 | 1): MessagePipe => ({
    send: (message) => {
      if (isClosed) return;
      queueMicrotask(() => {
        for (const listener of messages[other]) listener(message);
      });
    },
    onMessage: (listener) => void messages[mine].add(listener),
    onClose: (listener) => void closings.add(listener),
    close: () => {
      if (isClosed) return;
      isClosed = true;
      queueMicrotask(() => {
        for (const listener of closings) listener('closed');
      });
    },
  });
  return [end(0, 1), end(1, 0)];
}
