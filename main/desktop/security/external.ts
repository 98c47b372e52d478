import { shell } from 'electron';

/** Hosts that the manual and the About box link to. */
const hosts = new Set([
  'arxiv.org',
  'doi.org',
  'github.com',
  'openaccess.thecvf.com',
  'proceedings.neurips.cc',
  'www.tensorflow.org',
  'yann.lecun.com',
  'www.cs.toronto.edu',
  'huggingface.co',
]);

/**
 * The address to pass to the system for a link: https to a known host, without credentials or odd ports. Null for
 * anything else.
 */
export function externalAddress(text: string): string | null {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return null;
  }
  const fits =
    url.protocol === 'https:' &&
    hosts.has(url.hostname) &&
    url.port === '' &&
    url.username === '' &&
    url.password === '';
  return fits ? url.href : null;
}

/** Opens a link of ours in the person's browser; anything else is dropped. */
export function openExternal(text: string): void {
  const address = externalAddress(text);
  if (address !== null) void shell.openExternal(address);
}
