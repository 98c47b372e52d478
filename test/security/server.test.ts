import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { MAX_PAYLOAD_BYTES } from '../../main/serve/serve';
import { ask, cookieOf, openSite, openSocket, originOf, type Site } from '../support/site';

let site: Site;
beforeAll(async () => {
  site = await openSite({ 'files.write': () => ({}) });
});
afterAll(() => site.close());

describe('without the token', () => {
  it.each([
    '/',
    '/index.html',
    '/assets/index-Ab3_x-9z.js',
    '/socket',
    '/secret.txt',
    '/?token=',
    '/?token=wrong',
    '/index.html?token=wrong',
  ])('%s is refused and says nothing of what there is', async (path) => {
    const answer = await ask(site, path);
    expect(answer.status).toBe(401);
    expect(answer.body).not.toContain('SECRET');
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it('a wrong cookie or bearer is refused', async () => {
    expect(
      (await ask(site, '/', { headers: { Cookie: `tessera-${site.served.port}=${'A'.repeat(43)}` } })).status,
    ).toBe(401);
    expect((await ask(site, '/', { headers: { Authorization: 'Bearer nonsense' } })).status).toBe(401);
  });

  it('no WebSocket opens', async () => {
    expect(await openSocket(site, { Origin: originOf(site) })).toBe(401);
    expect(await openSocket(site, { Origin: originOf(site), Cookie: 'tessera-1=wrong' })).toBe(401);
    expect(await openSocket(site, {})).toBe(403);
  });

  it('the token in the address of a WebSocket is worth nothing', async () => {
    expect(await openSocket(site, { Origin: originOf(site) }, `/socket?token=${site.token}`)).toBe(401);
  });
});

describe('another site in the same browser', () => {
  const origins = ['http://evil.example', 'null', 'http://127.0.0.1:1', 'http://localhost.evil.example', 'file://'];

  it.each(origins)('gets nothing with Origin %s, cookie or not', async (origin) => {
    const answer = await ask(site, '/', { headers: { ...cookieOf(site), Origin: origin } });
    expect(answer.status).toBe(403);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  it.each(origins)('opens no WebSocket with Origin %s', async (origin) => {
    expect(await openSocket(site, { ...cookieOf(site), Origin: origin })).toBe(403);
  });

  it('opens no WebSocket with the cookie but no Origin', async () => {
    expect(await openSocket(site, cookieOf(site))).toBe(403);
  });

  it.each(['evil.example', `evil.example:80`, '127.0.0.1.evil.example', '0.0.0.0'])(
    'that rebinds its name to this machine (Host %j) is refused',
    async (host) => {
      const headers = { ...cookieOf(site), Host: host };
      expect((await ask(site, '/', { headers })).status).toBe(421);
      expect(await openSocket(site, { ...headers, Origin: `http://${host}` })).toBe(421);
    },
  );
});

describe('with the token', () => {
  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND'])('%s is not answered', async (method) => {
    const answer = await ask(site, '/', { method, headers: cookieOf(site) });
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe('GET, HEAD');
  });

  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/%2e%2e%2fsecret.txt',
    '/..%2fsecret.txt',
    '/%252e%252e%252fsecret.txt',
    '/..\\secret.txt',
    '/..%5csecret.txt',
    '/assets/..%c0%af..%c0%afsecret.txt',
    '/index.html%00.js',
    '/assets/link.txt',
    '/assets',
    '/assets/',
    '/.env',
    '//index.html',
    '/assets/notes.db',
    '/etc/passwd',
    '//etc/passwd',
    '/C:/Windows/win.ini',
    '/%',
    '/nothing.html',
  ])('%s is not there', async (path) => {
    const answer = await ask(site, path, { headers: cookieOf(site) });
    expect(answer.status).toBe(404);
    expect(answer.body).not.toContain('SECRET');
  });

  it('an absolute request target is not followed', async () => {
    expect((await ask(site, 'http://evil.example/', { headers: cookieOf(site) })).status).toBe(404);
  });

  it('every answer, good or bad, carries the security headers', async () => {
    const answers = [
      await ask(site, '/', { headers: cookieOf(site) }),
      await ask(site, '/nothing', { headers: cookieOf(site) }),
      await ask(site, '/'),
    ];
    for (const { headers } of answers) {
      expect(headers['content-security-policy']).toContain("script-src 'self';");
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['referrer-policy']).toBe('no-referrer');
      expect(headers['cross-origin-opener-policy']).toBe('same-origin');
      expect(headers['cross-origin-resource-policy']).toBe('same-origin');
      expect(headers['x-frame-options']).toBe('DENY');
    }
  });

  it('a message above the limit ends its socket and nothing else', async () => {
    const socket = (await openSocket(site, { ...cookieOf(site), Origin: originOf(site) })) as WebSocket;
    socket.on('error', () => undefined); // the server hangs up in the middle of it
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.send(new Uint8Array(MAX_PAYLOAD_BYTES + 1));
    expect([1006, 1009]).toContain(await closed);
    expect((await ask(site, '/', { headers: cookieOf(site) })).status).toBe(200);
  });

  it('bytes that are no envelope end their socket and nothing else', async () => {
    const socket = (await openSocket(site, { ...cookieOf(site), Origin: originOf(site) })) as WebSocket;
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.send(Uint8Array.of(0xc1, 0xff, 0x00));
    await closed;
    expect((await ask(site, '/', { headers: cookieOf(site) })).status).toBe(200);
  });

  it('headers above the limit are refused', async () => {
    const large = { ...cookieOf(site), 'X-Large': 'a'.repeat(32 * 1024) };
    // the server closes at once: what was still being sent may reset the connection before its answer is read
    const status = await ask(site, '/', { headers: large }).then((answer) => answer.status, String);
    expect(status === 431 || /hang up|ECONNRESET|EPIPE/.test(`${status}`), `${status}`).toBe(true);
  });
});

it('listens on the loopback interface only', async () => {
  const { networkInterfaces } = await import('node:os');
  const outer = Object.values(networkInterfaces())
    .flat()
    .filter((face) => face && !face.internal && face.family === 'IPv4');
  const tried = await Promise.all(
    outer.map(
      (face) =>
        new Promise<string>((resolve) => {
          const socket = connect({ host: face!.address, port: site.served.port });
          socket.on('connect', () => (socket.destroy(), resolve('reached')));
          socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'));
        }),
    ),
  );
  expect(tried).not.toContain('reached');
});
