// A script's end of the workbench's pipe: requests and events over the WebSocket of `tessera serve`.
import { Packr, Unpackr } from 'msgpackr';
import { WebSocket } from 'ws';

const options = { useRecords: false, moreTypes: true, structuredClone: true, int64AsType: 'number' };
const packr = new Packr(options);
const unpackr = new Unpackr({ ...options, copyBuffers: true });

/** Connects to the address that `tessera serve` printed. */
export async function connect(address) {
  const { port, searchParams } = new URL(address);
  const socket = new WebSocket(`ws://127.0.0.1:${port}/socket`, {
    headers: { Authorization: `Bearer ${searchParams.get('token')}` },
  });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  socket.on('error', () => undefined);
  const pending = new Map();
  const listeners = new Set();
  let nextId = 1;
  const drop = () => {
    for (const { reject } of pending.values()) reject(Object.assign(new Error('closed'), { code: 'CLOSED' }));
    pending.clear();
  };
  socket.on('close', drop);
  socket.on('message', (data) => {
    const envelope = unpackr.unpack(data);
    if (envelope.kind === 'event') for (const listener of listeners) listener(envelope.name, envelope.payload);
    const asked = pending.get(envelope.id);
    if (!asked || !['reply', 'error'].includes(envelope.kind)) return;
    pending.delete(envelope.id);
    if (envelope.kind === 'reply') asked.resolve(envelope.result);
    else asked.reject(Object.assign(new Error(envelope.error.message), envelope.error));
  });
  return {
    /** Rejects with NO_ANSWER after `ms`. */
    request: (method, params = {}, ms = 30_000) =>
      new Promise((resolve, reject) => {
        const id = (nextId += 1);
        const timer = setTimeout(() => {
          pending.delete(id);
          reject(Object.assign(new Error(`no answer to ${method}`), { code: 'NO_ANSWER' }));
        }, ms);
        const settle = (done) => (value) => (clearTimeout(timer), done(value));
        pending.set(id, { resolve: settle(resolve), reject: settle(reject) });
        socket.send(packr.pack({ kind: 'request', id, method, params }));
      }),
    /** The first event that passes, or null after `ms`. */
    next: (name, passes, ms) =>
      new Promise((resolve) => {
        const listener = (heard, payload) => heard === name && passes(payload) && done(payload);
        const done = (value) => (clearTimeout(timer), listeners.delete(listener), resolve(value));
        const timer = setTimeout(() => done(null), ms);
        listeners.add(listener);
      }),
    close: () => socket.terminate(),
  };
}
