import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Every source file of the product by its path, comments left out. */
const sources = ['main', 'renderer', 'shared'].flatMap((folder) =>
  readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter(
      (entry) =>
        entry.isFile() &&
        /\.(ts|vue|mjs|html)$/.test(entry.name) &&
        !entry.name.endsWith('.d.ts') &&
        !entry.parentPath.includes('node_modules'),
    )
    .map((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      return {
        file: path.relative(root, file).split(path.sep).join('/'),
        code: withoutComments(readFileSync(file, 'utf8')),
      };
    }),
);

function withoutComments(code: string): string {
  return code.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$|\s\/\/ .*$/gm, '');
}

/** The files in which `pattern` occurs. */
const where = (pattern: RegExp): string[] => sources.filter(({ code }) => pattern.test(code)).map(({ file }) => file);

it('there are sources to look at', () => expect(sources.length).toBeGreaterThan(100));

describe('each power has one place', () => {
  it.each([
    [/\bipcMain\b/, ['main/desktop/security/ipc.ts']],
    [/\bipcRenderer\b/, ['main/desktop/bridge.ts', 'main/desktop/preload.ts']],
    [/\bcontextBridge\b/, ['main/desktop/preload.ts']],
    [/new BrowserWindow\b/, ['main/desktop/window/window.ts']],
    [/\.openExternal\(/, ['main/desktop/security/external.ts']],
    [/\.openPath\(|\.showItemInFolder\(/, ['main/desktop/reveal.ts']],
    [/showOpenDialog|showSaveDialog/, ['main/desktop/sources.ts']],
    [/\bcreateServer\(/, ['main/serve/serve.ts']],
    [/new WebSocketServer\b/, ['main/serve/serve.ts']],
    [/getPathForFile/, ['main/desktop/bridge.ts']],
  ])('%s', (pattern, files) => expect(where(pattern)).toEqual(files));
});

describe('nowhere is there', () => {
  it.each([
    ['code made of text', /\beval\(|new Function\(|setTimeout\(\s*['"`]|\beval:\s*true/],
    ['HTML made of text', /v-html|\.innerHTML\s*=|insertAdjacentHTML|document\.write/],
    [
      'a loosened window',
      /(nodeIntegration\w*|webviewTag|allowRunningInsecureContent|experimentalFeatures|navigateOnDragDrop)\s*:\s*true|enableBlinkFeatures|(webSecurity|sandbox|contextIsolation)\s*:\s*false/,
    ],
    ['a switch that loosens Chromium', /appendSwitch|no-sandbox|disable-web-security|bypassCSP/],
    ['a permission for other origins', /Access-Control-Allow-Origin/i],
    ['an address for other machines', /['"`](0\.0\.0\.0|::)['"`]/],
    ['a shell that reads a command line', /shell:\s*true|\bexecSync\(|(?<!\.)\bexec\(/],
    ['unsafe-eval', /unsafe-eval/],
    ['a debugging port', /remote-debugging|--inspect/],
  ])('%s', (_name, pattern) => expect(where(pattern)).toEqual([]));
});

describe('the page', () => {
  it('asks no other machine for anything', () => {
    const remote = sources
      .filter(({ file }) => file.startsWith('renderer/'))
      .filter(({ code }) =>
        /\b(fetch|WebSocket|EventSource|XMLHttpRequest|sendBeacon|import)\(\s*['"`](https?|wss?):/.test(code),
      );
    expect(remote.map(({ file }) => file)).toEqual([]);
  });

  it('knows nothing of Node or Electron', () => {
    const imports = sources.filter(
      ({ file, code }) => file.startsWith('renderer/') && /from '(node:|electron|fs|path|child_process)/.test(code),
    );
    expect(imports.map(({ file }) => file)).toEqual([]);
  });
});
