import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { AppError } from '@shared/errors';
import type { Part } from './part';
import { scratchFolder } from './scratch';

const ADDRESS = /http:\/\/127\.0\.0\.1:\d+\/[^\s"]*/;
const SCRIPT = /(?:src|href)="([^"]+\.(?:js|css))"/g;

/**
 * Starts `tessera serve` on an empty workspace and fetches the page, its scripts and its styles. Milliseconds for all
 * of it.
 */
export function openServeStart(): Part {
  const scratch = scratchFolder();
  const program = path.join(path.dirname(process.argv[1] ?? ''), 'tessera.js');
  let starts = 0;
  return {
    async round() {
      const workspace = path.join(scratch.folder, `workspace-${(starts += 1)}`);
      const since = performance.now();
      const child = spawn(process.execPath, [program, 'serve', '--port', '0', '--workspace', workspace], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const ended = once(child, 'close');
      try {
        await fetchPage(await addressFrom(createInterface({ input: child.stdout })));
        return [performance.now() - since];
      } finally {
        child.kill('SIGINT');
        await ended;
      }
    },
    close: scratch.remove,
  };
}

async function addressFrom(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) {
    const found = ADDRESS.exec(line)?.[0];
    if (found) return found;
  }
  throw new AppError('INTERNAL', 'tessera serve ended without an address.', 'It needs the built page: npm run build.');
}

/**
 * Fetches as a browser does: trades the key in the address for a cookie, loads the page, then the files that it names.
 */
async function fetchPage(address: string): Promise<void> {
  const { headers } = await fetch(address, { redirect: 'manual' });
  const cookie = headers.getSetCookie().map((one) => one.split(';')[0] ?? '');
  const page = await fetchText(new URL('/', address).href, cookie);
  const parts = [...page.matchAll(SCRIPT)].map(([, name = '']) => new URL(name, address).href);
  if (parts.length === 0) throw new AppError('INTERNAL', 'The page of tessera serve names no script.');
  await Promise.all(parts.map((part) => fetchText(part, cookie)));
}

async function fetchText(address: string, cookie: readonly string[]): Promise<string> {
  const response = await fetch(address, { headers: { cookie: cookie.join('; ') } });
  if (!response.ok) throw new AppError('INTERNAL', `tessera serve answers ${response.status}.`);
  return response.text();
}
