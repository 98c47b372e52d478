import type { MessagePipe } from '@shared/wire';

/** Resolves once the socket is open; the server knows the page by its cookie. Rejects if it can't be opened. */
export function webSocketPipe(address: string): Promise<MessagePipe> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(address);
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('error', () => reject(new Error('The workbench could not be reached.')), { once: true });
    socket.addEventListener(
      'open',
      () =>
        resolve({
          send: (message) => socket.send(message as Uint8Array<ArrayBuffer>),
          onMessage: (listener) =>
            socket.addEventListener('message', (event) => listener(new Uint8Array(event.data as ArrayBuffer))),
          onClose: (listener) => socket.addEventListener('close', (event) => listener(event.reason || 'closed')),
          close: () => socket.close(),
        }),
      { once: true },
    );
  });
}

/** The socket beside this page. */
export const socketAddress = (location: Location): string =>
  `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/socket`;
