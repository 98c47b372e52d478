import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** The secret of a workspace's page, and the two ways to present it. */
export interface Access {
  /** The key: 32 random bytes, base64url. */
  readonly token: string;
  /** Whether `presented` is the token, compared in constant time. */
  matches(presented: string | null | undefined): boolean;
  /** How a request authenticates: by the cookie of a browser that opened the address, or by `Authorization: Bearer`. */
  proofOf(headers: IncomingHttpHeaders): 'cookie' | 'bearer' | null;
  /**
   * The address carries the token once, in its query; the server answers with this cookie and a redirect to the bare
   * address. So the token stays out of the page's URL, the history, referrers, and scripts.
   */
  cookie(port: number): string;
}

export function createAccess(token: string): Access {
  const expected = digest(token);
  const matches = (presented: string | null | undefined): boolean =>
    typeof presented === 'string' && timingSafeEqual(digest(presented), expected);
  return {
    token,
    matches,
    proofOf: (headers) => {
      const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? '');
      if (bearer) return matches(bearer[1]) ? 'bearer' : null;
      return cookieValues(headers.cookie ?? '').some(matches) ? 'cookie' : null;
    },
    // a cookie is shared by all ports of a host: the port in its name keeps two servers from logging each other out
    cookie: (port) => `tessera-${port}=${token}; Path=/; HttpOnly; SameSite=Strict`,
  };
}

function cookieValues(header: string): string[] {
  return header
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => /^tessera-\d+=/.test(pair))
    .map((pair) => pair.slice(pair.indexOf('=') + 1));
}

/** Extracts the key from what somebody typed or pasted: the key alone, or an address that contains it. */
export function typedKey(text: string | null): string | null {
  return text === null ? null : (/[?&]token=([\w-]+)/.exec(text)?.[1] ?? text.trim());
}
