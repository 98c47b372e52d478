import { afterEach, describe, expect, it } from 'vitest';
import { silentContract, workbenchContract } from '@shared/contract';
import { createPeer } from '@shared/wire';
import { serve } from '../../../main/serve';
import { WebSocket } from 'ws';
import {
  ask,
  cookieOf,
  openSite,
  openSocket,
  originOf,
  pipeOf,
  scriptedWorkbench,
  type Site,
} from '../../support/site';

let site: Site;
afterEach(() => site?.close());

describe('opening the printed address', () => {
  it('sets the cookie and leads to the bare address, which then shows the page', async () => {
    site = await openSite();
    const { pathname, search, hostname } = new URL(site.served.address);
    expect(hostname).toBe('127.0.0.1');
    const first = await ask(site, pathname + search);
    expect(first.status).toBe(303);
    expect(first.headers.location).toBe('/');
    const cookie = first.headers['set-cookie']![0]!.split(';')[0]!;
    const page = await ask(site, '/', { headers: { Cookie: cookie } });
    expect(page.status).toBe(200);
    expect(page.body).toContain('<title>Tessera</title>');
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.headers['cache-control']).toBe('no-cache');
  });

  it('keeps hashed assets for ever and answers HEAD without a body', async () => {
    site = await openSite();
    const answer = await ask(site, '/assets/index-Ab3_x-9z.js', { method: 'HEAD', headers: cookieOf(site) });
    expect(answer.status).toBe(200);
    expect(answer.headers['cache-control']).toContain('immutable');
    expect(answer.headers['content-length']).toBe('10');
    expect(answer.body).toBe('');
  });
});

describe('the socket', () => {
  it('carries requests, progress, replies, errors and binary payloads', async () => {
    const pixels = Uint8Array.from({ length: 3_000_000 }, (_, index) => index);
    site = await openSite({
      'app.info': () => ({ version: '1', host: 'browser', workspace: 'w', platform: 'p' }),
      'exports.read': () => ({ bytes: pixels, total: pixels.length }),
    });
    const socket = (await openSocket(site, { ...cookieOf(site), Origin: originOf(site) })) as WebSocket;
    const peer = createPeer(pipeOf(socket), workbenchContract, silentContract, {});
    expect(await peer.request('app.info', {})).toMatchObject({ host: 'browser' });
    const read = await peer.request('exports.read', { id: 'a', file: 'b', offset: 0 });
    expect(Buffer.compare(read.bytes, pixels)).toBe(0);
    await expect(peer.request('runs.get', { run: 'none' })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    socket.terminate();
  });

  it('is let in with a bearer token and no Origin, as a script would come', async () => {
    site = await openSite();
    const socket = await openSocket(site, { Authorization: `Bearer ${site.token}` });
    expect(socket).toBeInstanceOf(WebSocket);
    (socket as WebSocket).terminate();
  });

  it('closes when text arrives instead of messages', async () => {
    site = await openSite();
    const socket = (await openSocket(site, { ...cookieOf(site), Origin: originOf(site) })) as WebSocket;
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.send('hello');
    expect(await closed).toBe(1003);
  });
});

describe('starting', () => {
  it('says so when the port is taken', async () => {
    site = await openSite();
    const again = serve({ workbench: scriptedWorkbench({}), directory: '.', port: site.served.port });
    await expect(again).rejects.toMatchObject({ code: 'CONFLICT', message: `Port ${site.served.port} is taken.` });
  });

  it('refuses to listen for other machines', async () => {
    site = await openSite();
    const wide = serve({ workbench: scriptedWorkbench({}), directory: '.', port: 0, host: '0.0.0.0' as '127.0.0.1' });
    await expect(wide).rejects.toMatchObject({ code: 'DENIED' });
  });
});
