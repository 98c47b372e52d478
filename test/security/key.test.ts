import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sweepLeftovers } from '../../main/files';
import { lastPort, rememberPort, workspaceKey } from '../../main/serve';
import { ask, cookieOf, openSite, type Site } from '../support/site';

let workspace: string;
beforeEach(async () => {
  workspace = await mkdtemp(path.join(os.tmpdir(), 'tessera-key-'));
});
afterEach(() => rm(workspace, { recursive: true, force: true }));
const file = (): string => path.join(workspace, 'serve-key');

describe('the key of a workspace', () => {
  it('is made once, of 32 random bytes, and lasts', () => {
    const first = workspaceKey(workspace);
    expect(first.isKept).toBe(true);
    expect(Buffer.from(first.key, 'base64url')).toHaveLength(32);
    expect(workspaceKey(workspace)).toEqual(first);
  });

  it('lies in a file that only the person can read, and nothing else is left beside it', () => {
    workspaceKey(workspace);
    expect(readdirSync(workspace)).toEqual(['serve-key']);
    if (process.platform !== 'win32') expect(statSync(file()).mode & 0o777).toBe(0o600);
  });

  it('is kept whatever a killed process left beside it, which goes at the next start', () => {
    writeFileSync(`${file()}.4194305-7.tmp`, 'half a key');
    expect(workspaceKey(workspace).isKept).toBe(true);
    sweepLeftovers(workspace, { own: true });
    expect(readdirSync(workspace)).toEqual(['serve-key']);
  });

  it('is another one where a new one is asked for', () => {
    const { key } = workspaceKey(workspace);
    const renewed = workspaceKey(workspace, { renew: true });
    expect(renewed.key).not.toBe(key);
    expect(workspaceKey(workspace)).toEqual(renewed);
  });

  it.each(['', 'short', 'A'.repeat(44), '../../../etc/passwd', `${'A'.repeat(42)}!`])(
    'is not %j, which is no key: a new one is made',
    (text) => {
      writeFileSync(file(), text, { mode: 0o600 });
      const { key } = workspaceKey(workspace);
      expect(key).not.toBe(text);
      expect(key).toMatch(/^[\w-]{43}$/);
    },
  );

  it.skipIf(process.platform === 'win32')('is not one that others could read', () => {
    const { key } = workspaceKey(workspace);
    chmodSync(file(), 0o644);
    expect(workspaceKey(workspace).key).not.toBe(key);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  });

  it.skipIf(process.platform === 'win32')('is not one that a link leads to, and the link’s target stays', () => {
    const elsewhere = path.join(workspace, 'elsewhere');
    const planted = 'A'.repeat(43);
    writeFileSync(elsewhere, planted, { mode: 0o600 });
    symlinkSync(elsewhere, file());
    expect(workspaceKey(workspace).key).not.toBe(planted);
    expect(readFileSync(elsewhere, 'utf8')).toBe(planted);
  });

  it('is of this start alone where it can’t be kept', () => {
    mkdirSync(file());
    const first = workspaceKey(workspace);
    expect(first.isKept).toBe(false);
    expect(workspaceKey(workspace).key).not.toBe(first.key);
  });

  it('has its port beside it: the last one, where that is a port', () => {
    expect(lastPort(workspace)).toBeNull();
    rememberPort(workspace, 7345);
    expect(lastPort(workspace)).toBe(7345);
    for (const text of ['0', '65536', '-1', '80.5', 'x', '']) {
      writeFileSync(path.join(workspace, 'serve-port'), text);
      expect(lastPort(workspace), text).toBeNull();
    }
  });
});

describe('a browser without the key', () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
  });
  afterAll(() => site.close());
  const browser = { Accept: 'text/html,application/xhtml+xml', 'Accept-Language': 'en' };

  it.each([
    '/',
    '/index.html',
    '/assets/index-Ab3_x-9z.js',
    '/?token=wrong',
    '/?token=<script>alert(1)</script>',
    '/index.html?token=wrong',
    '/secret.txt',
  ])('gets at %s the page that asks for it, and no more', async (path) => {
    const { status, body, headers } = await ask(site, path, { headers: browser });
    expect(status).toBe(401);
    expect(body).toContain('<input id="token"');
    expect(body).not.toMatch(/SECRET|<script|alert\(|export \{\}|src=|href=|https?:\/\/(?!127)/);
    expect(headers['set-cookie']).toBeUndefined();
    expect(headers['cache-control']).toBe('no-store');
  });

  it('gets it with a policy of its own: no scripts at all, its one style, and a form that asks this server alone', async () => {
    const { headers, body } = await ask(site, '/', { headers: browser });
    const policy = headers['content-security-policy'] as string;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("form-action 'self'");
    expect(policy).not.toMatch(/script-src|unsafe-inline|connect-src/);
    expect(policy).toMatch(/style-src 'sha256-[\w+/]+=*'/);
    expect(body.match(/<style>/g)).toHaveLength(1);
    expect(headers['x-frame-options']).toBe('DENY');
  });

  it('is told apart: no key yet, or a wrong one', async () => {
    expect((await ask(site, '/', { headers: browser })).body).not.toContain('role="alert"');
    expect((await ask(site, '/?token=wrong', { headers: browser })).body).toContain('role="alert"');
  });

  it.each([
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh-CN'],
    ['en-GB,en;q=0.9,zh;q=0.5', 'en'],
    ['de,fr', 'en'],
    ['zh', 'zh-CN'],
  ])('reads it in its language: %s', async (language, expected) => {
    const { body } = await ask(site, '/', { headers: { ...browser, 'Accept-Language': language } });
    expect(body).toContain(`<html lang="${expected}">`);
  });

  it('is let in by the key typed into it, or by the whole address', async () => {
    const address = encodeURIComponent(site.served.address);
    for (const typed of [site.token, address]) {
      const { status, headers } = await ask(site, `/?token=${typed}`, { headers: browser });
      expect(status).toBe(303);
      expect(headers.location).toBe('/');
      expect(headers['set-cookie']?.[0]).toMatch(/HttpOnly; SameSite=Strict$/);
    }
    expect((await ask(site, '/', { headers: { ...browser, ...cookieOf(site) } })).status).toBe(200);
  });
});
