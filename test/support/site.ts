import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { request, type IncomingHttpHeaders } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { workbenchContract, silentContract } from '@shared/contract';
import { createPeer, type Handlers, type MessagePipe } from '@shared/wire';
import { WebSocket } from 'ws';
import { serve, type Served } from '../../main/serve';

/** The handlers a test needs; any other request fails loudly. */
export type Scripted = Partial<Handlers<typeof workbenchContract>>;

/** A workbench that answers only what the test scripts. */
export function scriptedWorkbench(handlers: Scripted): { connect(pipe: MessagePipe): void } {
  return {
    connect: (pipe) =>
      void createPeer(pipe, silentContract, workbenchContract, handlers as Handlers<typeof workbenchContract>),
  };
}

export interface Site {
  served: Served;
  /** Holds `page/` (what is served) and `secret.txt` beside it. */
  folder: string;
  token: string;
  close(): Promise<void>;
}

/** A small page on disk, with a secret beside it and a link that leads to it, served with a scripted workbench. */
export async function openSite(handlers: Scripted = {}): Promise<Site> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'tessera-site-'));
  const page = path.join(folder, 'page');
  await mkdir(path.join(page, 'assets'), { recursive: true });
  await writeFile(path.join(page, 'index.html'), '<!doctype html><title>Tessera</title>');
  await writeFile(path.join(page, 'assets', 'index-Ab3_x-9z.js'), 'export {};');
  await writeFile(path.join(page, 'assets', 'notes.db'), 'not for the page');
  await writeFile(path.join(page, '.env'), 'SECRET');
  await writeFile(path.join(folder, 'secret.txt'), 'SECRET');
  await symlink(path.join(folder, 'secret.txt'), path.join(page, 'assets', 'link.txt'));
  const served = await serve({ workbench: scriptedWorkbench(handlers), directory: page, port: 0 });
  const token = new URL(served.address).searchParams.get('token')!;
  return {
    served,
    folder,
    token,
    close: async () => {
      await served.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** One request with exactly these headers and this path, unnormalised; `Host` is the server's unless given. */
export function ask(
  site: Site,
  rawPath: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port: site.served.port,
        path: rawPath,
        method: options.method ?? 'GET',
        headers: options.headers ?? {},
      },
      (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => (body += chunk.toString()));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(options.body);
  });
}

export const cookieOf = (site: Site): Record<string, string> => ({
  Cookie: `tessera-${site.served.port}=${site.token}`,
});
export const originOf = (site: Site): string => `http://127.0.0.1:${site.served.port}`;

/** Tries to open a WebSocket; the open socket, or the status it was refused with. */
export function openSocket(
  site: Site,
  headers: Record<string, string>,
  rawPath = '/socket',
): Promise<WebSocket | number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${site.served.port}${rawPath}`, { headers });
    socket.on('open', () => resolve(socket));
    socket.on('unexpected-response', (outgoing, response) => {
      outgoing.destroy();
      resolve(response.statusCode ?? 0);
    });
    socket.on('error', reject);
  });
}

/** The page's end of an open socket. */
export function pipeOf(socket: WebSocket): MessagePipe {
  return {
    send: (message) => socket.send(message),
    onMessage: (listener) => void socket.on('message', (data) => listener(data as Buffer)),
    onClose: (listener) => void socket.on('close', (code) => listener(String(code))),
    close: () => socket.close(),
  };
}
