import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isPageUrl, rawPathOf } from '../../../main/desktop/page/address';
import { answerPage } from '../../../main/desktop/page/files';

describe('a URL', () => {
  it.each(['app://tessera/', 'app://tessera/index.html', 'app://tessera/index.html#/studio'])(
    '%s is the page’s own',
    (url) => expect(isPageUrl(url)).toBe(true),
  );

  it.each([
    '',
    'tessera',
    'app://other/index.html',
    'app://tessera.evil.example/',
    'app://tessera@evil.example/',
    'app://user@tessera/',
    'app://tessera:80/',
    'https://tessera/index.html',
    'app:tessera/index.html',
    'file:///app://tessera/index.html',
    'javascript:app://tessera/',
    'data:text/html,app://tessera/',
    'about:blank',
  ])('%j is not', (url) => expect(isPageUrl(url)).toBe(false));

  it('keeps its path as it was written', () => {
    expect(rawPathOf('app://tessera/a/../b?c=/d#e')).toBe('/a/../b');
    expect(rawPathOf('app://tessera')).toBe('/');
  });
});

describe('the page protocol', () => {
  let folder: string;
  let page: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'tessera-page-'));
    page = path.join(folder, 'page');
    await mkdir(path.join(page, 'assets'), { recursive: true });
    await writeFile(path.join(page, 'index.html'), '<title>Tessera</title>');
    await writeFile(path.join(page, 'assets', 'notes.db'), 'SECRET');
    await writeFile(path.join(folder, 'secret.html'), 'SECRET');
    await symlink(path.join(folder, 'secret.html'), path.join(page, 'link.html'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const ask = async (url: string, method = 'GET') => {
    const { status, headers, body } = await answerPage(page, url, method);
    return { status, headers, text: new TextDecoder().decode(body) };
  };

  it('answers a file with its type and the security headers', async () => {
    const { status, headers, text } = await ask('app://tessera/index.html');
    expect(status).toBe(200);
    expect(text).toBe('<title>Tessera</title>');
    expect(headers).toMatchObject({ 'Content-Type': 'text/html; charset=utf-8', 'X-Content-Type-Options': 'nosniff' });
    expect(headers['Content-Security-Policy']).toContain("script-src 'self';");
  });

  it('answers HEAD without a body and nothing but GET and HEAD', async () => {
    expect(await ask('app://tessera/', 'HEAD')).toMatchObject({ status: 200, text: '' });
    expect((await ask('app://tessera/', 'POST')).status).toBe(405);
  });

  it.each([
    'app://tessera/../secret.html',
    'app://tessera/%2e%2e/secret.html',
    'app://tessera/..%2fsecret.html',
    'app://tessera/..%5csecret.html',
    'app://tessera/..\\secret.html',
    'app://tessera/%252e%252e%252fsecret.html',
    'app://tessera/link.html',
    'app://tessera/index.html%00.png',
    'app://tessera/assets',
    'app://tessera/assets/',
    'app://tessera/assets/notes.db',
    'app://tessera//etc/passwd',
    'app://tessera/C:/Windows/win.ini',
    'app://other/index.html',
    'file:///etc/passwd',
  ])('%s leads nowhere', async (url) => {
    const answer = await ask(url);
    expect(answer.status).toBe(404);
    expect(answer.text).not.toContain('SECRET');
    expect(answer.headers['Content-Security-Policy']).toBeDefined();
  });
});
