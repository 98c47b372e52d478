import { createReadStream } from 'node:fs';
import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '@shared/errors';
import { pageHeaders } from '@shared/page';
import type { MessagePipe } from '@shared/wire';
import { WebSocketServer } from 'ws';
import { createAccess, typedKey, type Access } from './access';
import { findAsset } from './assets';
import { isOwnOrigin, loopbackHost } from './guard';
import { newKey } from './key';
import { keyPage, keyPageHeaders } from './key-page';
import { socketPipe } from './sockets';

/** Where the page opens its WebSocket. */
export const SOCKET_PATH = '/socket';
/** Largest message from a page: an upload is cut into pieces, a dropped picture fits. */
export const MAX_PAYLOAD_BYTES = 64 * 1024 * 1024;
const MAX_CONNECTIONS = 128;
const MAX_SOCKETS = 32;

export interface ServeOptions {
  /** Answers the messages of each page that connects. */
  workbench: { connect(pipe: MessagePipe): void };
  /** The built page: `dist/renderer`. */
  directory: string;
  /** 0 picks a free one. */
  port: number;
  /** The key that admits a browser; a new one if left out. */
  key?: string;
  /** The IPv6 loopback only for those who ask for it. */
  host?: '127.0.0.1' | '::1';
}

export interface Served {
  /** The address that a person opens, with the token: for their eyes only. */
  readonly address: string;
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves the page and the workbench on a loopback address. Without the token nothing is answered but the reason why;
 * resolves once the port listens. Throws CONFLICT if the port is taken.
 */
export async function serve(options: ServeOptions): Promise<Served> {
  const host = options.host ?? '127.0.0.1';
  if (host !== '127.0.0.1' && host !== '::1')
    throw new AppError('DENIED', `Tessera serves this machine only, not ${String(host)}.`);
  const access = createAccess(options.key ?? newKey());
  const server = createServer({ maxHeaderSize: 16 * 1024, headersTimeout: 10_000, requestTimeout: 30_000 });
  server.maxConnections = MAX_CONNECTIONS;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_PAYLOAD_BYTES, perMessageDeflate: false });

  server.on('request', (request, response) => {
    answer(request, response, { access, directory: options.directory, port: portOf(server) }).catch(() =>
      response.destroy(),
    );
  });
  server.on('upgrade', (request, socket, head) => {
    const status = refuseUpgrade(request, access, sockets.clients.size);
    if (status !== null) return refuseSocket(socket, status);
    sockets.handleUpgrade(request, socket, head, (client) => options.workbench.connect(socketPipe(client)));
  });

  await listen(server, options.port, host);
  // a connection could not be accepted (too many open files): it is lost, and the server goes on
  server.on('error', () => undefined);
  const port = portOf(server);
  const name = host === '::1' ? '[::1]' : host;
  return {
    address: `http://${name}:${port}/?token=${access.token}`,
    port,
    close: async () => {
      for (const client of sockets.clients) client.terminate();
      sockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Site {
  access: Access;
  directory: string;
  port: number;
}

async function answer(request: IncomingMessage, response: ServerResponse, site: Site): Promise<void> {
  for (const [name, value] of Object.entries(pageHeaders)) response.setHeader(name, value);
  const refuse = (status: number, text: string): void => {
    response.writeHead(status, {
      'Content-Type': 'text/plain; charset=utf-8',
      'Cache-Control': 'no-store',
      Connection: 'close',
    });
    response.end(`${text}\n`);
  };

  const host = loopbackHost(request.headers.host);
  if (host === null) return refuse(421, 'Tessera answers only under the address of this machine.');
  const { origin } = request.headers;
  if (origin !== undefined && !isOwnOrigin(origin, host)) return refuse(403, 'Another site may not ask Tessera.');
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    return refuse(405, 'Only GET and HEAD are answered.');
  }

  const [rawPath = '', query = ''] = (request.url ?? '').split('?', 2);
  const presented = rawPath === '/' ? typedKey(new URLSearchParams(query).get('token')) : null;
  if (site.access.matches(presented)) {
    response.writeHead(303, {
      Location: '/',
      'Set-Cookie': site.access.cookie(site.port),
      'Cache-Control': 'no-store',
    });
    response.end();
    return;
  }
  if (site.access.proofOf(request.headers) === null) {
    if (!/\btext\/html\b/.test(request.headers.accept ?? ''))
      return refuse(401, 'Open the address that Tessera printed when it started: it holds the key to this page.');
    response.writeHead(401, { ...keyPageHeaders, Connection: 'close' });
    response.end(
      keyPage({ language: request.headers['accept-language'], isWrong: presented !== null && presented !== '' }),
    );
    return;
  }

  const asset = await findAsset(site.directory, rawPath);
  if (asset === null) return refuse(404, 'There is no such page.');
  response.writeHead(200, {
    'Content-Type': asset.type,
    'Content-Length': asset.bytes,
    'Cache-Control': asset.cacheControl,
  });
  if (request.method === 'HEAD') response.end();
  else await pipeline(createReadStream(asset.file), response);
}

/**
 * The status with which to refuse a WebSocket, or null to accept it. A cookie counts only with the page's own
 * Origin.
 */
function refuseUpgrade(request: IncomingMessage, access: Access, open: number): number | null {
  const host = loopbackHost(request.headers.host);
  if (host === null) return 421;
  const proof = access.proofOf(request.headers);
  const { origin } = request.headers;
  // a script (no browser sets Authorization here) has no Origin; a browser always has one
  if (origin !== undefined ? !isOwnOrigin(origin, host) : proof !== 'bearer') return 403;
  if (proof === null) return 401;
  if (request.url !== SOCKET_PATH) return 404;
  return open >= MAX_SOCKETS ? 503 : null;
}

function refuseSocket(socket: Duplex, status: number): void {
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') {
        reject(
          new AppError('CONFLICT', `Port ${port} is taken.`, 'Choose another with --port, or 0 for any free one.'),
        );
      } else if (error.code === 'EACCES') {
        reject(new AppError('DENIED', `Port ${port} may not be used.`, 'Choose one above 1023 with --port.'));
      } else {
        reject(error);
      }
    });
    server.listen({ port, host, exclusive: true }, resolve);
  });
}
