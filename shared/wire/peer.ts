import type { z } from 'zod';
import type {
  Contract,
  EventName,
  EventPayload,
  MethodName,
  Params,
  ParsedParams,
  Progress,
  Result,
} from '../contract/contract';
import { AppError, asAppError, fromErrorData } from '../errors';
import { issueField, issueText } from '../issues';
import { decodeEnvelope, encodeEnvelope } from './codec';
import type { Envelope } from './envelope';

/** Anything that carries whole messages both ways: a framed child-process pipe, a WebSocket, a MessagePort. */
export interface MessagePipe {
  send(message: Uint8Array): void;
  onMessage(listener: (message: Uint8Array) => void): void;
  onClose(listener: (reason: string) => void): void;
  close(): void;
}

/** What a handler gets beside its params. */
export interface RequestContext<G> {
  /** Aborted when the caller cancels or the pipe closes. */
  readonly signal: AbortSignal;
  progress(value: G): void;
}

/** One function a request of contract `C`, given parsed params. */
export type Handlers<C extends Contract> = {
  [M in MethodName<C>]: (
    params: ParsedParams<C, M>,
    context: RequestContext<Progress<C, M>>,
  ) => Promise<Result<C, M>> | Result<C, M>;
};

export interface RequestOptions<G> {
  signal?: AbortSignal;
  onProgress?: (value: G) => void;
}

/** One end of a pipe: asks for what the other end answers, hears its events, answers what it is asked. */
export interface Peer<Remote extends Contract, Local extends Contract> {
  request<M extends MethodName<Remote>>(
    method: M,
    params: Params<Remote, M>,
    options?: RequestOptions<Progress<Remote, M>>,
  ): Promise<Result<Remote, M>>;
  on<E extends EventName<Remote>>(event: E, listener: (payload: EventPayload<Remote, E>) => void): () => void;
  emit<E extends EventName<Local>>(event: E, payload: EventPayload<Local, E>): void;
  close(): void;
  readonly closed: Promise<string>;
}

interface Pending {
  method: string;
  resolve(value: unknown): void;
  reject(error: AppError): void;
  onProgress: ((value: unknown) => void) | undefined;
}

/**
 * Speaks `remote` to the other end of `pipe` and answers `local` with `handlers`. Params are parsed by their schema
 * before a handler sees them; an unknown method, wrong params or a thrown error become an error reply. When the pipe
 * closes, every open request is rejected with `lostCode` and every running handler is aborted.
 */
export function createPeer<Remote extends Contract, Local extends Contract>(
  pipe: MessagePipe,
  remote: Remote,
  local: Local,
  handlers: Handlers<Local>,
  lost: () => AppError = () => new AppError('ENGINE_LOST', 'The connection was lost.'),
): Peer<Remote, Local> {
  const pending = new Map<number, Pending>();
  const running = new Map<number, AbortController>();
  const listeners = new Map<string, Set<(payload: never) => void>>();
  // Not from 1: a page that was loaded anew on the same pipe must not take answers meant for the one before.
  let nextId = Math.floor(Math.random() * 2 ** 30);
  let isClosed = false;
  let markClosed: (reason: string) => void;
  const closed = new Promise<string>((resolve) => (markClosed = resolve));

  const send = (envelope: Envelope): void => {
    if (!isClosed) pipe.send(encodeEnvelope(envelope));
  };

  const answer = async (id: number, method: string, rawParams: unknown): Promise<void> => {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      const spec = Object.hasOwn(local.requests, method) ? local.requests[method] : undefined;
      const handler = Object.hasOwn(handlers, method) ? handlers[method as MethodName<Local>] : undefined;
      if (!spec || !handler) throw new AppError('BAD_REQUEST', `There is no request "${method}".`);
      const params = parseParams(method, spec.params, rawParams);
      const result = await handler(params as never, {
        signal: controller.signal,
        progress: (value) => send({ kind: 'progress', id, value }),
      });
      send({ kind: 'reply', id, result });
    } catch (thrown) {
      send({ kind: 'error', id, error: asAppError(thrown).toData() });
    } finally {
      running.delete(id);
    }
  };

  const receive = (envelope: Envelope): void => {
    switch (envelope.kind) {
      case 'request':
        void answer(envelope.id, envelope.method, envelope.params);
        return;
      case 'cancel':
        running.get(envelope.id)?.abort();
        return;
      case 'event':
        announce(envelope.name, envelope.payload);
        return;
      case 'progress':
        tell(envelope.id, envelope.value);
        return;
      case 'reply':
        settleReply(envelope.id, envelope.result);
        return;
      case 'error':
        pending.get(envelope.id)?.reject(fromErrorData(envelope.error));
        pending.delete(envelope.id);
    }
  };

  /**
   * An event that isn't one of the contract's, by name or content, is of a peer of another version: nobody hears it.
   */
  const announce = (name: string, payload: unknown): void => {
    const parsed = Object.hasOwn(remote.events, name) ? remote.events[name]!.safeParse(payload) : undefined;
    if (!parsed?.success) return;
    for (const listener of listeners.get(name) ?? []) listener(parsed.data as never);
  };

  const tell = (id: number, value: unknown): void => {
    const request = pending.get(id);
    if (!request?.onProgress) return;
    const parsed = remote.requests[request.method]?.progress?.safeParse(value);
    if (parsed?.success) request.onProgress(parsed.data);
  };

  /** A reply is parsed as well: a peer of another version fails here by name, not somewhere in a screen. */
  const settleReply = (id: number, result: unknown): void => {
    const request = pending.get(id);
    if (!request) return;
    pending.delete(id);
    const parsed = remote.requests[request.method]!.result.safeParse(result);
    if (parsed.success) return request.resolve(parsed.data);
    const message = `The answer to ${request.method} is malformed: ${issueText(parsed.error)}.`;
    request.reject(new AppError('INTERNAL', message));
  };

  pipe.onMessage((message) => {
    let envelope: Envelope;
    try {
      envelope = decodeEnvelope(message);
    } catch {
      pipe.close(); // a peer that talks nonsense can't be resynchronised
      return;
    }
    receive(envelope);
  });
  pipe.onClose((reason) => {
    if (isClosed) return;
    isClosed = true;
    for (const controller of running.values()) controller.abort();
    for (const request of pending.values()) request.reject(lost());
    pending.clear();
    markClosed(reason);
  });

  return {
    request: (method, params, options = {}) =>
      new Promise((resolve, reject) => {
        if (isClosed) return reject(lost());
        if (options.signal?.aborted) return reject(new AppError('CANCELLED', 'Cancelled.'));
        const id = nextId++;
        const cancel = (): void => send({ kind: 'cancel', id });
        options.signal?.addEventListener('abort', cancel, { once: true });
        const settle = (): void => options.signal?.removeEventListener('abort', cancel);
        pending.set(id, {
          method,
          resolve: (value) => (settle(), resolve(value as never)),
          reject: (error) => (settle(), reject(error)),
          onProgress: options.onProgress as Pending['onProgress'],
        });
        try {
          send({ kind: 'request', id, method, params });
        } catch (thrown) {
          pending.delete(id);
          settle();
          reject(asAppError(thrown));
        }
      }),
    on: (event, listener) => {
      const set = listeners.get(event) ?? new Set();
      listeners.set(event, set);
      set.add(listener as (payload: never) => void);
      return () => set.delete(listener as (payload: never) => void);
    },
    emit: (event, payload) => send({ kind: 'event', name: event, payload }),
    close: () => pipe.close(),
    closed,
  };

  function parseParams(method: string, schema: z.ZodType, raw: unknown): unknown {
    const parsed = schema.safeParse(raw);
    if (parsed.success) return parsed.data;
    const field = issueField(parsed.error);
    throw new AppError('BAD_REQUEST', `${method}: ${issueText(parsed.error)}.`, '', { field });
  }
}
