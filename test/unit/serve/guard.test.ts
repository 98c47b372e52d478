import { describe, expect, it } from 'vitest';
import { isOwnOrigin, loopbackHost } from '../../../main/serve/guard';

describe('the Host header', () => {
  it.each(['127.0.0.1:4173', '127.0.0.1', 'localhost:4173', 'LOCALHOST:1', '[::1]:4173'])('may be %s', (host) => {
    expect(loopbackHost(host)).toBe(host.toLowerCase());
  });

  it.each([
    undefined,
    '',
    'evil.example',
    'evil.example:4173',
    '127.0.0.1.evil.example',
    'localhost.evil.example:4173',
    'evil.example@127.0.0.1',
    '127.0.0.1:4173@evil.example',
    '127.0.0.1:4173, evil.example',
    '127.0.0.2:4173',
    '0.0.0.0:4173',
    '2130706433',
    '127.0.0.1:port',
    ' 127.0.0.1',
  ])('may not be %j', (host) => expect(loopbackHost(host)).toBeNull());
});

describe('the Origin header', () => {
  it('is the own one only with the same name and port', () => {
    expect(isOwnOrigin('http://127.0.0.1:4173', '127.0.0.1:4173')).toBe(true);
  });

  it.each([
    undefined,
    'null',
    'http://127.0.0.1:8080',
    'http://127.0.0.1',
    'http://localhost:4173',
    'https://127.0.0.1:4173',
    'http://127.0.0.1:4173.evil.example',
    'http://evil.example',
    'file://',
  ])('is foreign when it is %j', (origin) => expect(isOwnOrigin(origin, '127.0.0.1:4173')).toBe(false));
});
