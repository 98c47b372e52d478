import { describe, expect, it } from 'vitest';
import { createAccess, typedKey } from '../../../main/serve/access';
import { newKey } from '../../../main/serve/key';

describe('access to a server', () => {
  it('has a token of 32 random bytes that no two servers share', () => {
    const tokens = new Set(Array.from({ length: 50 }, () => createAccess(newKey()).token));
    expect(tokens.size).toBe(50);
    for (const token of tokens) expect(Buffer.from(token, 'base64url')).toHaveLength(32);
  });

  it('takes the token as cookie of any port or as bearer, and nothing else', () => {
    const access = createAccess(newKey());
    expect(access.proofOf({ cookie: `other=1; tessera-4000=${access.token}` })).toBe('cookie');
    expect(access.proofOf({ authorization: `Bearer ${access.token}` })).toBe('bearer');
    expect(access.proofOf({ cookie: `token=${access.token}` })).toBeNull();
    expect(access.proofOf({ cookie: 'tessera-4000=wrong' })).toBeNull();
    expect(access.proofOf({ cookie: 'tessera-4000=' })).toBeNull();
    expect(access.proofOf({ authorization: `Basic ${access.token}` })).toBeNull();
    expect(
      access.proofOf({ authorization: `Bearer ${access.token}x`, cookie: `tessera-1=${access.token}` }),
    ).toBeNull();
    expect(access.proofOf({})).toBeNull();
  });

  it('finds its cookie among those of other servers on this machine', () => {
    const access = createAccess(newKey());
    expect(access.proofOf({ cookie: `tessera-1=stale; tessera-2=${access.token}; tessera-3=stale` })).toBe('cookie');
  });

  it('gives a cookie that scripts and other sites never see', () => {
    expect(createAccess(newKey()).cookie(4000)).toMatch(/^tessera-4000=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  });
});

describe('a key that somebody pastes', () => {
  it.each([
    ['abc-_1', 'abc-_1'],
    ['  abc-_1\n', 'abc-_1'],
    ['http://127.0.0.1:7345/?token=abc-_1', 'abc-_1'],
    ['Tessera is open at http://127.0.0.1:7345/?token=abc-_1', 'abc-_1'],
  ])('%j is the key %j', (text, key) => expect(typedKey(text)).toBe(key));
  it('is none where nothing was pasted', () => expect(typedKey(null)).toBeNull());
});
