import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import {
  silentContract,
  workbenchContract,
  type AppInfo,
  type SilentContract,
  type WorkbenchContract,
} from '@shared/contract';
import type { EventName, EventPayload, MethodName, Params, Progress, Result } from '@shared/contract';
import { AppError } from '@shared/errors';
import { createPeer, type MessagePipe, type Peer } from '@shared/wire';
import { desktopPipe, socketAddress, webSocketPipe } from '@/transport';

type Connect = () => Promise<MessagePipe>;
type Listener = (payload: never) => void;
type OpenPeer = Peer<WorkbenchContract, SilentContract>;

const RETRY_MS = 1000;
/** The pipe itself is gone; of the same code is what a workbench answers whose engine ended. */
class ConnectionLost extends AppError {
  constructor() {
    super('ENGINE_LOST', 'The connection to the workbench was lost.', 'It is tried again by itself.');
  }
}
const lost = (): AppError => new ConnectionLost();
/**
 * Requests that change nothing: asked while there is no connection they wait for the next one, and what was on its way
 * when the connection was lost is asked once more. All others are refused then: nothing is begun, changed or removed
 * behind the person's back. What a store fetches anew by `onOpen` needs not be among them.
 */
const reads: ReadonlySet<MethodName<WorkbenchContract>> = new Set<MethodName<WorkbenchContract>>([
  'app.help',
  'app.helpPicture',
  'datasets.items',
  'datasets.pixels',
  'datasets.thumbnails',
  'documents.read',
  'runs.get',
  'runs.log',
  'runs.plan',
  'runs.preview',
  'runs.previews',
  'runs.provenance',
  'runs.usage',
  'samples.decode',
  'samples.draw',
  'samples.fill',
  'samples.nearest',
  'samples.quality',
  'samples.surprise',
  'samples.watch',
  'studio.animate',
  'studio.blank',
  'studio.code',
  'studio.codebook',
  'studio.decode',
  'studio.density',
  'studio.draw',
  'studio.encode',
  'studio.interpolate',
  'studio.open',
  'studio.openLatent',
  'studio.palette',
  'studio.saveLatent',
  'studio.showcase',
  'studio.vary',
  'studio.vectors',
]);
const connectHere: Connect = async () =>
  window.tessera ? desktopPipe(window.tessera) : webSocketPipe(socketAddress(window.location));

/** Asks the page's own server whether it would let this page in; a server that isn't there refuses nothing. */
async function isKeyRefused(): Promise<boolean> {
  if (window.tessera) return false;
  try {
    return (await fetch('./', { method: 'HEAD', cache: 'no-store' })).status === 401;
  } catch {
    return false;
  }
}

/**
 * The page's end of the pipe to the workbench. Reconnects by itself; whoever keeps a copy of something registers with
 * `onOpen`, which runs after every (re)connection, and fetches it anew there; what is only read is answered once it is back.
 */
export const useConnection = defineStore('connection', () => {
  const state = ref<'connecting' | 'open' | 'lost'>('connecting');
  /** Whether a workbench is there but does not take this page's key: then trying again is of no use. */
  const isRefused = ref(false);
  const info = shallowRef<AppInfo | null>(null);
  const listeners = new Map<string, Set<Listener>>();
  const openers = new Set<() => void>();
  /** Goes on with what was asked while there was no connection. */
  const waiting = new Set<(there: OpenPeer) => void>();
  let peer: OpenPeer | null = null;
  let connect: Connect = connectHere;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function on<E extends EventName<WorkbenchContract>>(
    event: E,
    listener: (payload: EventPayload<WorkbenchContract, E>) => void,
  ): () => void {
    const set = listeners.get(event) ?? new Set<Listener>();
    listeners.set(event, set);
    set.add(listener as Listener);
    return () => set.delete(listener as Listener);
  }

  /** Answers how to end it; a component ends it when it goes. */
  function onOpen(action: () => void): () => void {
    openers.add(action);
    if (state.value === 'open') action();
    return () => openers.delete(action);
  }

  async function request<M extends MethodName<WorkbenchContract>>(
    method: M,
    params: Params<WorkbenchContract, M>,
    options?: { signal?: AbortSignal; onProgress?: (value: Progress<WorkbenchContract, M>) => void },
  ): Promise<Result<WorkbenchContract, M>> {
    if (!reads.has(method)) {
      if (!peer) throw lost();
      return peer.request(method, params, options);
    }
    const asked = await opened(options?.signal);
    try {
      return await asked.request(method, params, options);
    } catch (thrown) {
      if (!(thrown instanceof ConnectionLost)) throw thrown;
      await asked.closed;
      return (await opened(options?.signal)).request(method, params, options);
    }
  }

  /** The peer of an open connection, as soon as there is one. */
  function opened(signal?: AbortSignal): Promise<OpenPeer> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(new AppError('CANCELLED', 'Cancelled.'));
      if (peer && state.value === 'open') return resolve(peer);
      const goOn = (there: OpenPeer): void => {
        signal?.removeEventListener('abort', giveUp);
        resolve(there);
      };
      const giveUp = (): void => {
        waiting.delete(goOn);
        reject(new AppError('CANCELLED', 'Cancelled.'));
      };
      signal?.addEventListener('abort', giveUp, { once: true });
      waiting.add(goOn);
    });
  }

  /** Connects, and again whenever the pipe closes. `how` is for tests. */
  async function start(how: Connect = connectHere): Promise<void> {
    connect = how;
    clearTimeout(timer);
    await open();
  }

  async function open(): Promise<void> {
    let pipe: MessagePipe | null = null;
    try {
      pipe = await connect();
      const fresh = createPeer(pipe, workbenchContract, silentContract, {}, lost);
      for (const event of Object.keys(workbenchContract.events) as EventName<WorkbenchContract>[]) {
        fresh.on(event, (payload) => listeners.get(event)?.forEach((listener) => listener(payload as never)));
      }
      peer = fresh;
      void fresh.closed.then(retry);
      info.value = await fresh.request('app.info', {});
      state.value = 'open';
      isRefused.value = false;
      openers.forEach((action) => action());
      const asking = [...waiting];
      waiting.clear();
      asking.forEach((goOn) => goOn(fresh));
    } catch {
      pipe?.close(); // it answers nonsense or nothing: no second listener to its events
      retry();
      isRefused.value = await isKeyRefused();
    }
  }

  function retry(): void {
    peer = null;
    state.value = 'lost';
    clearTimeout(timer);
    timer = setTimeout(() => void open(), RETRY_MS);
  }

  return { state, isRefused, info, on, onOpen, request, start };
});
