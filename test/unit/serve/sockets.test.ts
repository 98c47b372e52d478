import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { DROP_BYTES, PAUSE_BYTES, socketPipe } from '../../../main/serve/sockets';

/** What of a WebSocket the pipe uses, with the unsent bytes set by hand. */
class FakeSocket extends EventEmitter {
  readonly readyState = 1;
  bufferedAmount = 0;
  send = vi.fn();
  pause = vi.fn();
  resume = vi.fn();
  ping = vi.fn();
  close = vi.fn();
  terminate = vi.fn();
}

let socket: FakeSocket;
const open = () => socketPipe(socket as unknown as WebSocket);
const message = Uint8Array.of(1);

beforeEach(() => {
  vi.useFakeTimers();
  socket = new FakeSocket();
});
afterEach(() => {
  socket.emit('close', 1000);
  vi.useRealTimers();
});

describe('the pipe of a WebSocket', () => {
  it('stops reading while much is unsent and goes on once it has drained', () => {
    const pipe = open();
    pipe.send(message);
    expect(socket.pause).not.toHaveBeenCalled();
    socket.bufferedAmount = PAUSE_BYTES + 1;
    pipe.send(message);
    pipe.send(message);
    expect(socket.pause).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1000);
    expect(socket.resume).not.toHaveBeenCalled();
    socket.bufferedAmount = 0;
    vi.advanceTimersByTime(1000);
    expect(socket.resume).toHaveBeenCalledTimes(1);
  });

  it('cuts off a client that takes nothing', () => {
    const pipe = open();
    socket.bufferedAmount = DROP_BYTES + 1;
    pipe.send(message);
    expect(socket.send).not.toHaveBeenCalled();
    expect(socket.close).toHaveBeenCalledWith(1013, expect.any(String));
  });

  it('ends a connection that answers no ping, and keeps one that does', () => {
    open();
    vi.advanceTimersByTime(30_000);
    socket.emit('pong');
    vi.advanceTimersByTime(30_000);
    expect(socket.terminate).not.toHaveBeenCalled();
    vi.advanceTimersByTime(30_000);
    expect(socket.terminate).toHaveBeenCalled();
  });

  it('leaves no timer behind when it closes', () => {
    const pipe = open();
    socket.bufferedAmount = PAUSE_BYTES + 1;
    pipe.send(message);
    socket.emit('close', 1006);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('tells why it closed', () => {
    const listener = vi.fn();
    open().onClose(listener);
    socket.emit('close', 1006);
    expect(listener).toHaveBeenCalledWith('closed with 1006');
  });
});
