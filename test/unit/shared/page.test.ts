import { describe, expect, it } from 'vitest';
import { assetPath, contentSecurityPolicy, contentType, isImmutable } from '@shared/page';

describe('the file a URL path names', () => {
  it.each([
    ['/', 'index.html'],
    ['/index.html', 'index.html'],
    ['/assets/index-Ab3_x-9z.js', 'assets/index-Ab3_x-9z.js'],
    ['/assets/a%2Db.js', 'assets/a-b.js'],
  ])('%s is %s', (raw, file) => expect(assetPath(raw)).toBe(file));

  it.each([
    '',
    'index.html',
    '//index.html',
    '/assets/',
    '/assets//a.js',
    '/.env',
    '/assets/.hidden',
    '/..',
    '/../package.json',
    '/assets/../../package.json',
    '/%2e%2e/package.json',
    '/%2e%2e%2fpackage.json',
    '/..%2fpackage.json',
    '/%252e%252e/package.json',
    '/..\\package.json',
    '/..%5cpackage.json',
    '/assets\\..\\..\\package.json',
    '/index.html%00.png',
    '/index.html\0',
    '/C:/Windows/win.ini',
    '/C:%5cWindows%5cwin.ini',
    '/index.html::$DATA',
    '//server/share',
    '/%',
    '/%zz',
    '/%c0%ae%c0%ae/package.json',
    '/~root',
    '/a b.js',
    'http://127.0.0.1/index.html',
    '*',
  ])('%j is none', (raw) => expect(assetPath(raw)).toBeNull());
});

describe('content types', () => {
  it('know what the page is made of and nothing else', () => {
    expect(contentType('assets/a.JS')).toBe('text/javascript; charset=utf-8');
    expect(contentType('a.woff2')).toBe('font/woff2');
    for (const other of ['run.json.bak', 'catalogue.sqlite', 'pack.u8', 'LICENSE', 'a.constructor'])
      expect(contentType(other)).toBeNull();
  });
});

describe('caching', () => {
  it('is for ever only for names with a hash', () => {
    expect(isImmutable('assets/index-Ab3_x-9z.js')).toBe(true);
    for (const other of ['index.html', 'assets/logo.svg', 'icon-12345678.png']) expect(isImmutable(other)).toBe(false);
  });
});

describe('the content security policy', () => {
  it('allows no inline or foreign script', () => {
    const scripts = contentSecurityPolicy.split('; ').find((directive) => directive.startsWith('script-src'));
    expect(scripts).toBe("script-src 'self'");
    expect(contentSecurityPolicy).toContain("default-src 'none'");
    expect(contentSecurityPolicy).not.toContain('unsafe-eval');
    expect(contentSecurityPolicy).not.toMatch(/https?:|\*/);
  });
});
