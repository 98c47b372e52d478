import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { Contract, SilentContract } from '@shared/contract';
import { silentContract } from '@shared/contract';
import { AppError } from '@shared/errors';
import {
  coalesce,
  createFrameReader,
  createPeer,
  decodeEnvelope,
  encodeEnvelope,
  frame,
  type MessagePipe,
} from '@shared/wire';

/** Two pipe ends in one process; messages arrive in a later microtask, as on a real pipe. */
function pipePair(): [MessagePipe, MessagePipe] {
  const listeners: [Array<(m: Uint8Array) => void>, Array<(m: Uint8Array) => void>] = [[], []];
  const closers: Array<(reason: string) => void> = [];
  const end = (mine: 0 | 1, other: 0 | 1): MessagePipe => ({
    send: (message) => queueMicrotask(() => listeners[other].forEach((listener) => listener(message))),
    onMessage: (listener) => listeners[mine].push(listener),
    onClose: (listener) => closers.push(listener),
    close: () => closers.forEach((closer) => closer('closed')),
  });
  return [end(0, 1), end(1, 0)];
}

const contract = {
  requests: {
    'sum.of': {
      params: z.object({ values: z.instanceof(Int32Array), scale: z.number().default(1) }),
      result: z.number(),
    },
    'count.to': { params: z.object({ n: z.number().int().max(1000) }), result: z.string(), progress: z.number() },
    'wait.forever': { params: z.object({}), result: z.object({}) },
    'wrong.answer': { params: z.object({}), result: z.object({ right: z.boolean() }) },
  },
  events: { tick: z.object({ n: z.number() }) },
} satisfies Contract;

function connect() {
  const [a, b] = pipePair();
  const aborted = vi.fn();
  const server = createPeer<SilentContract, typeof contract>(b, silentContract, contract, {
    'sum.of': ({ values, scale }) => values.reduce((sum, value) => sum + value, 0) * scale,
    'count.to': ({ n }, { progress }) => {
      for (let i = 1; i <= n; i++) progress(i);
      if (n === 13) throw new AppError('LIMIT', 'Not thirteen.', 'Use another number.', { field: 'n' });
      return `counted to ${n}`;
    },
    'wait.forever': (_, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          aborted();
          reject(new AppError('CANCELLED', 'Cancelled.'));
        });
      }),
    'wrong.answer': () => ({ right: 'maybe' }) as never,
  });
  const client = createPeer<typeof contract, SilentContract>(a, contract, silentContract, {});
  return { client, server, aborted, pipe: a };
}

describe('a peer', () => {
  it('answers a request with typed arrays whole and defaults filled in', async () => {
    const { client } = connect();
    expect(await client.request('sum.of', { values: Int32Array.of(1, -2, 300) })).toBe(299);
  });

  it('reports progress in order before the reply', async () => {
    const { client } = connect();
    const seen: number[] = [];
    const result = await client.request('count.to', { n: 3 }, { onProgress: (value) => seen.push(value) });
    expect([seen, result]).toEqual([[1, 2, 3], 'counted to 3']);
  });

  it('carries an error with code, message, hint and field', async () => {
    const { client } = connect();
    await expect(client.request('count.to', { n: 13 })).rejects.toMatchObject({
      code: 'LIMIT',
      message: 'Not thirteen.',
      hint: 'Use another number.',
      field: 'n',
    });
  });

  it('refuses wrong params by field before the handler runs', async () => {
    const { client } = connect();
    await expect(client.request('count.to', { n: 1001 })).rejects.toMatchObject({ code: 'BAD_REQUEST', field: 'n' });
  });

  it('refuses a request that is not in the contract', async () => {
    const { client } = connect();
    await expect(client.request('toString' as 'count.to', { n: 1 })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });

  it('refuses an answer that the contract does not allow', async () => {
    const { client } = connect();
    await expect(client.request('wrong.answer', {})).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  it('cancels a running request at the other end', async () => {
    const { client, aborted } = connect();
    const controller = new AbortController();
    const waiting = client.request('wait.forever', {}, { signal: controller.signal });
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(aborted).toHaveBeenCalledOnce();
  });

  it('delivers events of the contract and ignores others', async () => {
    const { client, server } = connect();
    const heard: number[] = [];
    client.on('tick', ({ n }) => heard.push(n));
    server.emit('tick', { n: 7 });
    server.emit('tock' as 'tick', { n: 8 });
    server.emit('tick', { n: 'nine' } as never);
    await client.request('count.to', { n: 1 });
    expect(heard).toEqual([7]);
  });

  it('rejects a request that can’t be sent, and forgets it', async () => {
    const aborted = new AbortController();
    const pipe: MessagePipe = {
      send: () => {
        throw new Error('The pipe is full.');
      },
      onMessage: () => undefined,
      onClose: () => undefined,
      close: () => undefined,
    };
    const client = createPeer<typeof contract, SilentContract>(pipe, contract, silentContract, {});
    await expect(client.request('wait.forever', {}, { signal: aborted.signal })).rejects.toThrow('The pipe is full.');
    expect(() => aborted.abort()).not.toThrow(); // nothing is sent to cancel what nobody has heard of
  });

  it('rejects what is open when the pipe closes', async () => {
    const { client, pipe } = connect();
    const waiting = client.request('wait.forever', {});
    pipe.close();
    await expect(waiting).rejects.toMatchObject({ code: 'ENGINE_LOST' });
    await expect(client.request('count.to', { n: 1 })).rejects.toMatchObject({ code: 'ENGINE_LOST' });
  });
});

describe('frames', () => {
  it('come out whole however the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), fc.integer({ min: 1, max: 9 }), (messages, step) => {
        const stream = Buffer.concat(messages.map((message) => frame(message)));
        const seen: number[][] = [];
        const feed = createFrameReader((message) => seen.push([...message]));
        for (let at = 0; at < stream.length; at += step) feed(stream.subarray(at, at + step));
        expect(seen).toEqual(messages.map((message) => [...message]));
      }),
    );
  });

  it('refuse a header that announces more than a pipe carries', () => {
    const feed = createFrameReader(() => {});
    expect(() => feed(Uint8Array.of(0xff, 0xff, 0xff, 0xff))).toThrow(/larger than a pipe carries/);
  });
});

describe('the codec', () => {
  it.each([
    new Uint8Array([1, 2]),
    new Int32Array([-5, 7]),
    new Float32Array([0.5, NaN]),
    new Float64Array([1e300]),
    new Uint32Array([4e9]),
  ])('keeps %s as the typed array it was', (values) => {
    const back = decodeEnvelope(encodeEnvelope({ kind: 'event', name: 'x', payload: { values } }));
    expect(back).toEqual({ kind: 'event', name: 'x', payload: { values } });
  });

  it('refuses bytes that are no envelope, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          decodeEnvelope(bytes);
        } catch (error) {
          expect(error).toMatchObject({ code: 'BAD_REQUEST' });
        }
      }),
    );
  });
});

describe('coalesced events', () => {
  it('come at once when quiet and together when busy, none lost', () => {
    vi.useFakeTimers();
    try {
      const batches: number[][] = [];
      const events = coalesce<number>((items) => batches.push(items), 50);
      for (let i = 0; i < 5; i++) events.push(i);
      vi.advanceTimersByTime(50);
      events.push(5);
      events.flush();
      expect(batches).toEqual([[0], [1, 2, 3, 4], [5]]);
    } finally {
      vi.useRealTimers();
    }
  });
});
