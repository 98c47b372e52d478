/**
 * Who may ask, judged by the headers alone. A foreign page can reach a loopback port in two ways: by a request of its
 * own (its Origin gives it away) or by rebinding its own host name to 127.0.0.1 (the Host header gives it away).
 */
const loopbackNames = new Set(['127.0.0.1', 'localhost', '[::1]']);
const authority = /^(127\.0\.0\.1|localhost|\[::1\])(?::(\d{1,5}))?$/i;

/** The `host[:port]` of a Host header that names this machine's loopback, in lower case; null for any other. */
export function loopbackHost(header: string | undefined): string | null {
  const match = header === undefined ? null : authority.exec(header);
  return match && loopbackNames.has(match[1]!.toLowerCase()) ? header!.toLowerCase() : null;
}

/**
 * Whether an Origin header matches the page served under `host`. The port need not be ours: behind an SSH tunnel the
 * browser knows another one, but Host and Origin still agree.
 */
export function isOwnOrigin(origin: string | undefined, host: string): boolean {
  return origin !== undefined && origin.toLowerCase() === `http://${host}`;
}
