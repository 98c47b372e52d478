import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { assetPath, contentType, pageHeaders } from '@shared/page';
import { isPageUrl, rawPathOf } from './address';

export interface PageAnswer {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array;
}

const refuse = (status: number, text: string): PageAnswer => ({
  status,
  headers: { ...pageHeaders, 'Content-Type': 'text/plain; charset=utf-8' },
  body: new TextEncoder().encode(text),
});

/** The protocol's answer for `url`: a file inside `root` with its type and the security headers, or a refusal. */
export async function answerPage(root: string, url: string, method: string): Promise<PageAnswer> {
  if (method !== 'GET' && method !== 'HEAD') return refuse(405, 'Only GET and HEAD are answered.');
  const relative = isPageUrl(url) ? assetPath(rawPathOf(url)) : null;
  const type = relative === null ? null : contentType(relative);
  if (relative === null || type === null) return refuse(404, 'There is no such page.');
  try {
    const [base, file] = await Promise.all([realpath(root), realpath(path.join(root, relative))]);
    if (!file.startsWith(base + path.sep) || !(await stat(file)).isFile()) return refuse(404, 'There is no such page.');
    const body = method === 'HEAD' ? new Uint8Array() : await readFile(file);
    return { status: 200, headers: { ...pageHeaders, 'Content-Type': type }, body };
  } catch {
    return refuse(404, 'There is no such page.');
  }
}
