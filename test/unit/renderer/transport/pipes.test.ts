import { afterEach, describe, expect, it, vi } from 'vitest';
import type { DesktopBridge } from '@shared/contract';
import { desktopPipe, socketAddress, webSocketPipe } from '@/transport';

/** A socket whose other end is the test. */
class TestSocket extends EventTarget {
  static last: TestSocket;
  binaryType = '';
  sent: Uint8Array[] = [];
  closed = false;
  constructor(readonly address: string) {
    super();
    TestSocket.last = this;
  }
  send(bytes: Uint8Array): void {
    this.sent.push(bytes);
  }
  close(): void {
    this.closed = true;
  }
}

describe('the pipe of a browser tab', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('is the socket beside the page', () => {
    expect(socketAddress(new URL('http://127.0.0.1:4173/?token=x') as unknown as Location)).toBe(
      'ws://127.0.0.1:4173/socket',
    );
    expect(socketAddress(new URL('https://box.example/') as unknown as Location)).toBe('wss://box.example/socket');
  });

  it('opens, carries bytes both ways, and tells why it closed', async () => {
    vi.stubGlobal('WebSocket', TestSocket);
    const opening = webSocketPipe('ws://here/socket');
    const socket = TestSocket.last;
    socket.dispatchEvent(new Event('open'));
    const pipe = await opening;
    expect(socket).toMatchObject({ address: 'ws://here/socket', binaryType: 'arraybuffer' });

    const heard: Uint8Array[] = [];
    const reasons: string[] = [];
    pipe.onMessage((message) => heard.push(message));
    pipe.onClose((reason) => reasons.push(reason));
    pipe.send(Uint8Array.of(1, 2));
    socket.dispatchEvent(new MessageEvent('message', { data: Uint8Array.of(3, 4).buffer }));
    socket.dispatchEvent(Object.assign(new Event('close'), { reason: 'The server ended.' }));
    expect(socket.sent).toEqual([Uint8Array.of(1, 2)]);
    expect(heard).toEqual([Uint8Array.of(3, 4)]);
    expect(reasons).toEqual(['The server ended.']);
    pipe.close();
    expect(socket.closed).toBe(true);
  });

  it('says that the workbench could not be reached', async () => {
    vi.stubGlobal('WebSocket', TestSocket);
    const opening = webSocketPipe('ws://here/socket');
    TestSocket.last.dispatchEvent(new Event('error'));
    await expect(opening).rejects.toThrow('could not be reached');
  });
});

describe('the pipe of the desktop window', () => {
  it('relays through the bridge, and stops listening when it is closed', () => {
    const listeners = new Set<(message: Uint8Array) => void>();
    const closers = new Set<() => void>();
    const sent: Uint8Array[] = [];
    const bridge = {
      send: (message: Uint8Array) => void sent.push(message),
      onMessage: (listener: (message: Uint8Array) => void) => (
        listeners.add(listener),
        () => listeners.delete(listener)
      ),
      onClosed: (listener: () => void) => (closers.add(listener), () => closers.delete(listener)),
    } as unknown as DesktopBridge;
    const pipe = desktopPipe(bridge);
    const heard: Uint8Array[] = [];
    const reasons: string[] = [];
    pipe.onMessage((message) => heard.push(message));
    pipe.onClose((reason) => reasons.push(reason));
    pipe.send(Uint8Array.of(7));
    listeners.forEach((listener) => listener(Uint8Array.of(9)));
    closers.forEach((listener) => listener());
    expect([sent, heard, reasons]).toEqual([[Uint8Array.of(7)], [Uint8Array.of(9)], ['The workbench ended.']]);
    pipe.close();
    expect(listeners.size + closers.size).toBe(0);
  });
});
