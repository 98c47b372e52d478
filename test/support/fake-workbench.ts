import {
  silentContract,
  workbenchContract,
  type EventName,
  type EventPayload,
  type WorkbenchContract,
} from '@shared/contract';
import { AppError } from '@shared/errors';
import { createPeer, type Handlers, type MessagePipe } from '@shared/wire';

/** What a test answers; a request without a handler is refused, naming it. */
export type FakeHandlers = Partial<Handlers<WorkbenchContract>>;

export interface FakeWorkbench {
  /** The page's end: `useConnection().start(async () => fake.pipe)`. */
  pipe: MessagePipe;
  emit<E extends EventName<WorkbenchContract>>(event: E, payload: EventPayload<WorkbenchContract, E>): void;
  /** Every request so far, in order. */
  asked: { method: string; params: unknown }[];
}

/** A workbench that speaks the real contract over the real wire, with answers written by a test. */
export function fakeWorkbench(handlers: FakeHandlers, through: [MessagePipe, MessagePipe] = pipePair()): FakeWorkbench {
  const asked: FakeWorkbench['asked'] = [];
  const all = Object.fromEntries(
    Object.keys(workbenchContract.requests).map((method) => [
      method,
      (params: unknown, context: unknown) => {
        asked.push({ method, params });
        const handler = handlers[method as keyof FakeHandlers] as
          ((params: unknown, context: unknown) => unknown) | undefined;
        if (!handler) throw new AppError('UNSUPPORTED', `The fake workbench does not answer ${method}.`);
        return handler(params, context);
      },
    ]),
  ) as unknown as Handlers<WorkbenchContract>;
  const peer = createPeer(through[1], silentContract, workbenchContract, all);
  return { pipe: through[0], emit: peer.emit, asked };
}

/** Two ends of a pipe in one process; messages arrive in order, never within `send`. */
export function pipePair(): [MessagePipe, MessagePipe] {
  const listeners: ((message: Uint8Array) => void)[][] = [[], []];
  const closers: ((reason: string) => void)[] = [];
  const end = (own: number): MessagePipe => ({
    send: (message) => {
      const copy = message.slice();
      queueMicrotask(() => listeners[1 - own]!.forEach((listener) => listener(copy)));
    },
    onMessage: (listener) => void listeners[own]!.push(listener),
    onClose: (listener) => void closers.push(listener),
    close: () => closers.forEach((listener) => listener('closed')),
  });
  return [end(0), end(1)];
}
