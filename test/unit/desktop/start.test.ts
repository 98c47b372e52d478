import { describe, expect, it } from 'vitest';
import { readArguments } from '../../../main/desktop/arguments';
import { locate } from '../../../main/desktop/installation';

describe('the arguments of the app', () => {
  it('are a workspace and what to open, relative to where it was started', () => {
    expect(readArguments(['tessera', 'pictures', '--workspace', 'w', '/data/a.zip'], true, '/home/me')).toEqual({
      workspace: '/home/me/w',
      sources: ['/home/me/pictures', '/data/a.zip'],
    });
    expect(readArguments(['tessera', '--workspace=/w'], true, '/')).toEqual({ workspace: '/w', sources: [] });
  });

  it('leave out Chromium’s switches and, in a checkout, the app’s own folder', () => {
    expect(readArguments(['electron', '--inspect=0', '.', '--no-sandbox', 'pictures'], false, '/c')).toEqual({
      workspace: null,
      sources: ['/c/pictures'],
    });
  });

  it('survive a --workspace without a folder', () => {
    expect(readArguments(['tessera', '--workspace'], true, '/')).toEqual({ workspace: null, sources: [] });
  });
});

describe('where things lie', () => {
  const circumstances = {
    directory: '/app/dist/desktop',
    resourcesPath: '/opt/tessera/resources',
    platform: 'linux' as const,
  };
  const meddling = {
    TESSERA_NODE: '/tmp/evil',
    TESSERA_WORKBENCH: '/tmp/evil.js',
    TESSERA_PAGE: '/tmp/evil',
    npm_node_execpath: '/tmp/evil',
  };

  it('is fixed in a packaged app, whatever the environment says', () => {
    const found = locate({ ...circumstances, packaged: true, environment: meddling });
    expect(found).toEqual({
      page: '/app/dist/renderer',
      preload: '/app/dist/desktop/preload.cjs',
      node: '/opt/tessera/resources/node/node',
      workbenchEntry: '/opt/tessera/resources/engine/dist/node/workbench.js',
      environment: { TESSERA_CACHE: '/opt/tessera/resources/cache', TESSERA_DEVICE: 'cpu' },
    });
    expect(locate({ ...circumstances, packaged: true, platform: 'win32', environment: {} }).node).toMatch(/node\.exe$/);
  });

  it('in a checkout is the build beside it, run by the Node that started it', () => {
    const found = locate({ ...circumstances, packaged: false, environment: { npm_node_execpath: '/usr/bin/node' } });
    expect(found).toMatchObject({
      node: '/usr/bin/node',
      workbenchEntry: '/app/dist/node/workbench.js',
      environment: {},
    });
    expect(
      locate({ ...circumstances, packaged: false, environment: { TESSERA_NODE: '/n', npm_node_execpath: '/m' } }).node,
    ).toBe('/n');
  });
});
