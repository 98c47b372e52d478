/**
 * For tests only: what Node 12 and Electron 9 lack of the interfaces that the shell is written against. Each addition is
 * made only where it is missing, in terms of what was there before it. Loaded before the shell; the product has none of it.
 */
import processes from 'child_process';
import Module from 'module';
import type { Socket } from 'net';
import { Readable } from 'stream';
import electron, { type IpcMainEvent, type WebContents } from 'electron';

type Loose = Record<string, unknown>;
const add = (target: object, name: string, value: unknown): void => {
  if (!(name in target)) Object.defineProperty(target, name, { value, configurable: true, writable: true });
};

// modules: "node:fs" is "fs", "fs/promises" is a property of "fs"
const loader = Module as unknown as { _load(request: string, ...rest: unknown[]): unknown };
const load = loader._load;
loader._load = (request, ...rest) => {
  const name = request.replace(/^node:/, '');
  if (name === 'fs/promises') return (load('fs', ...rest) as { promises: unknown }).promises;
  return load.call(loader, name, ...rest);
};

// processes: Node 12 says of an extra pipe that it can't be written to, though it can
const spawn = processes.spawn;
processes.spawn = ((...args: Parameters<typeof spawn>) => {
  const child = spawn(...args);
  for (const stream of child.stdio.slice(3))
    if (stream && !(stream as Socket).writable) (stream as unknown as Loose).writable = true;
  return child;
}) as typeof spawn;

// the language and its globals
add(Object, 'hasOwn', (target: object, name: string) => Object.prototype.hasOwnProperty.call(target, name));
add(Array.prototype, 'at', function (this: unknown[], index: number) {
  return this[index < 0 ? this.length + index : index];
});
add(String.prototype, 'replaceAll', function (this: string, from: string | RegExp, to: string) {
  return typeof from === 'string' ? this.split(from).join(to) : this.replace(from, to);
});
class Signal {
  aborted = false;
  private readonly listeners = new Set<() => void>();
  addEventListener(_name: string, listener: () => void): void {
    this.listeners.add(listener);
  }
  removeEventListener(_name: string, listener: () => void): void {
    this.listeners.delete(listener);
  }
  fire(): void {
    this.aborted = true;
    for (const listener of this.listeners) listener();
  }
}
class Controller {
  readonly signal = new Signal();
  abort(): void {
    this.signal.fire();
  }
}
add(globalThis, 'AbortController', Controller);
class Answer {
  readonly status: number;
  readonly headers: Loose;
  constructor(
    readonly body: Uint8Array,
    { status, headers }: { status: number; headers: Loose },
  ) {
    this.status = status;
    this.headers = headers;
  }
}
add(globalThis, 'Response', Answer);

// Electron: the protocol answered by a function that returns a response
type Handler = (request: { url: string; method: string }) => Promise<Answer>;
const protocol = electron.protocol as unknown as {
  handle?: unknown;
  registerStreamProtocol(
    scheme: string,
    handler: (request: { url: string; method: string }, answer: (response: Loose) => void) => void,
  ): void;
};
add(protocol, 'handle', (scheme: string, handler: Handler) => {
  protocol.registerStreamProtocol(scheme, (request, answer) => {
    void handler(request).then(({ status, headers, body }) =>
      answer({ statusCode: status, headers, data: Readable.from([Buffer.from(body)]) }),
    );
  });
});

// Electron: new windows by a handler that decides, device permissions
electron.app.on('web-contents-created', (_event, contents: WebContents) => {
  add(contents, 'setWindowOpenHandler', (decide: (details: { url: string }) => { action: string }) => {
    (contents as unknown as NodeJS.EventEmitter).on('new-window', (event: Event, url: string) => {
      if (decide({ url }).action === 'deny') event.preventDefault();
    });
  });
});

electron.app.once('ready', () => add(electron.session.defaultSession, 'setDevicePermissionHandler', () => undefined));

// as root Chromium's operating-system sandbox can't run at all, and this call would insist on it
if (process.getuid?.() === 0) electron.app.enableSandbox = () => undefined;

// Electron: the frame a message came from
const withFrame =
  <T extends unknown[], R>(listener: (event: IpcMainEvent, ...args: T) => R) =>
  (event: IpcMainEvent, ...args: T): R => {
    add(event, 'senderFrame', { parent: null, url: event.sender.getURL() });
    return listener(event, ...args);
  };
const ipc = electron.ipcMain as unknown as Record<
  'on' | 'handle',
  (channel: string, listener: (event: IpcMainEvent, ...args: unknown[]) => unknown) => unknown
>;
if (Number(process.versions.electron.split('.')[0]) < 13) {
  for (const name of ['on', 'handle'] as const) {
    const original = ipc[name].bind(ipc);
    ipc[name] = (channel, listener) => original(channel, withFrame(listener));
  }
}
