import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
let out: string;
let main: string;
let preload: string;

beforeAll(async () => {
  out = await mkdtemp(path.join(os.tmpdir(), 'tessera-desktop-build-'));
  await build({ configFile: path.join(root, 'vite.desktop.config.ts'), build: { outDir: out }, logLevel: 'error' });
  main = await readFile(path.join(out, 'main.js'), 'utf8');
  preload = await readFile(path.join(out, 'preload.cjs'), 'utf8');
});
afterAll(() => rm(out, { recursive: true, force: true }));

const imported = (code: string): string[] => [
  ...new Set(
    [...code.matchAll(/^import\b.*?\bfrom\s*"([^"]+)"|\brequire\("([^"]+)"\)/gm)].map((match) => match[1] ?? match[2]!),
  ),
];

describe('the build of the shell', () => {
  it('is one file for the main process and one for the preload', async () => {
    expect((await readdir(out)).filter((name) => !name.endsWith('.map')).sort()).toEqual(['main.js', 'preload.cjs']);
  });

  it('needs nothing in node_modules: the packaged app has none', () => {
    expect(imported(main)).toContain('electron');
    expect(imported(main).filter((name) => name !== 'electron' && !isBuiltin(name))).toEqual([]);
  });

  it('has a preload that loads nothing but Electron, as the sandbox demands', () => {
    expect(imported(preload)).toEqual(['electron']);
    expect(preload).not.toMatch(/^(import|export)\b/m);
  });
});
