import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { flipFuses, FuseV1Options, getCurrentFuseWire, type FuseConfig } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findEngine, findTrunk, productionModules, stage, type Lockfile } from '../../../scripts/package/stage.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const require = createRequire(import.meta.url);

interface Configuration {
  directories: { buildResources: string };
  files: { filter: string[] }[];
  extraResources: { from: string; to: string }[];
  electronFuses: Record<string, boolean>;
  npmRebuild: boolean;
  linux: { icon: string };
}
interface Builder {
  getConfig(folder: string, file: string, overrides: null): Promise<Configuration>;
  validateConfiguration(configuration: object, logger: object): Promise<void>;
}
const builder = require('app-builder-lib/out/util/config/config') as Builder;
const { PlatformPackager } = require('app-builder-lib') as {
  PlatformPackager: { prototype: { generateFuseConfig(fuses: Record<string, boolean>): Promise<FuseConfig> } };
};
const { SENTINEL, FuseState } = require('@electron/fuses/dist/constants') as {
  SENTINEL: string;
  FuseState: Record<'DISABLE' | 'ENABLE', number>;
};
const { DebugLogger } = require('builder-util') as { DebugLogger: new (enabled: boolean) => object };

let configuration: Configuration;
let fake: string;
let out: string;

beforeAll(async () => {
  configuration = await builder.getConfig(root, 'electron-builder.yml', null);
  fake = await mkdtemp(path.join(os.tmpdir(), 'tessera-stage-'));
  out = path.join(fake, 'dist', 'package');
  const files = {
    'dist/node/workbench.js': '',
    'dist/node/workbench.js.map': '',
    'dist/renderer/index.html': '',
    'resources/help/en/start.md': '',
    'package.json': '{}',
    LICENSE: '',
    'NOTICES.txt': '',
    'node_modules/used/index.js': '',
    'node_modules/used/index.js.map': '',
    'node_modules/used/node_modules/nested/index.js': '',
    'node_modules/used/node_modules/tool/index.js': '',
    'node_modules/tool/index.js': '',
    'bin/node': '#!',
    'LICENSE-of-node': '',
    'cache/engine/tensorflow-1/stamp.json': '{}',
    'cache/engine/tensorflow-1/site/tensorflow/THIRD_PARTY_NOTICES.txt': '',
    'cache/engine/half/tfjs_binding.node': '',
    'cache/perceptual/trunk-1.safetensors': '',
    'cache/perceptual/failed.json': '',
    'package-lock.json': JSON.stringify({
      packages: {
        '': {},
        'node_modules/used': {},
        'node_modules/used/node_modules/nested': {},
        'node_modules/used/node_modules/tool': { dev: true },
        'node_modules/tool': { dev: true },
        'node_modules/stray': { extraneous: true },
        'node_modules/other-platform': { optional: true },
      },
    }),
  };
  for (const [file, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(fake, file)), { recursive: true });
    await writeFile(path.join(fake, file), text);
  }
  await stage({
    root: fake,
    out,
    node: 'bin/node',
    nodeLicence: 'LICENSE-of-node',
    engine: await findEngine(path.join(fake, 'cache')),
    trunk: await findTrunk(path.join(fake, 'cache')),
    icon: Uint8Array.of(1),
  });
});
afterAll(() => rm(fake, { recursive: true, force: true }));

describe('electron-builder.yml', () => {
  it('is what electron-builder’s own schema takes', async () => {
    await expect(builder.validateConfiguration(configuration, new DebugLogger(false))).resolves.not.toThrow();
    await expect(
      builder.validateConfiguration({ ...configuration, extraResource: [] }, new DebugLogger(false)),
    ).rejects.toThrow(/unknown property/);
  });

  it('turns every back door of a packed binary off, as the bytes of one say', async () => {
    const binary = path.join(fake, 'electron');
    // as Electron ships: version 1, eight fuses, all of them open but for those that nobody would have so
    const wire = Buffer.concat([Buffer.from(SENTINEL), Buffer.of(1, 8), Buffer.from('10110001')]);
    await writeFile(binary, Buffer.concat([Buffer.from('machine code'), wire, Buffer.from('more of it')]));
    const asked = await PlatformPackager.prototype.generateFuseConfig(configuration.electronFuses);
    await flipFuses(binary, asked);
    const packed = await getCurrentFuseWire(binary);
    const [off, on] = [FuseState.DISABLE, FuseState.ENABLE];
    expect(packed).toMatchObject({
      [FuseV1Options.RunAsNode]: off,
      [FuseV1Options.EnableCookieEncryption]: on,
      [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: off,
      [FuseV1Options.EnableNodeCliInspectArguments]: off,
      [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: on,
      [FuseV1Options.OnlyLoadAppFromAsar]: on,
      [FuseV1Options.GrantFileProtocolExtraPrivileges]: off,
    });
  });

  it('names only what the staging step makes', () => {
    const named = [
      ...configuration.extraResources.map(({ from }) => from),
      configuration.directories.buildResources,
      configuration.linux.icon,
    ];
    for (const place of named) expect(existsSync(path.join(fake, place)), place).toBe(true);
  });

  it('packs the shell and the page from where the builds put them', async () => {
    const outputs = await Promise.all(
      ['vite.desktop.config', 'vite.config'].map(
        (name) => import(`../../../${name}.ts`) as Promise<{ default: { build: { outDir: string } } }>,
      ),
    );
    const built = outputs.map((module) => `${path.relative(root, module.default.build.outDir)}/**/*`);
    expect(configuration.files[0]!.filter).toEqual(expect.arrayContaining([...built, 'package.json']));
    const { main } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as { main: string };
    expect(path.dirname(main)).toBe(path.relative(root, outputs[0]!.default.build.outDir));
  });

  it('puts things where the packaged app looks for them', () => {
    expect(configuration.extraResources.map(({ to }) => to)).toEqual([
      'engine',
      'engine/node_modules',
      'node',
      'cache',
    ]);
  });
});

describe('staging', () => {
  it('repeats the checkout’s layout, without maps and without what only development needs', async () => {
    const listed = (await readdir(out, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    expect(listed.map((entry) => path.relative(out, path.join(entry.parentPath, entry.name))).sort()).toEqual([
      'build/icon.png',
      'cache/engine/tensorflow-1/site/tensorflow/THIRD_PARTY_NOTICES.txt',
      'cache/engine/tensorflow-1/stamp.json',
      'cache/perceptual/trunk-1.safetensors',
      'engine/LICENSE',
      'engine/NOTICES.txt',
      'engine/dist/node/workbench.js',
      'engine/dist/renderer/index.html',
      'engine/node_modules/used/index.js',
      'engine/node_modules/used/node_modules/nested/index.js',
      'engine/package.json',
      'engine/resources/help/en/start.md',
      'node/LICENSE',
      'node/node',
    ]);
    expect((await stat(path.join(out, 'node', 'node'))).mode & 0o111).not.toBe(0);
  });

  it('says what is missing', async () => {
    const nowhere = path.join(fake, 'nowhere');
    const staging = stage({
      root: nowhere,
      out: path.join(nowhere, 'out'),
      node: 'n',
      nodeLicence: 'l',
      engine: path.join(fake, 'cache', 'engine', 'tensorflow-1'),
      trunk: path.join(fake, 'cache', 'perceptual', 'trunk-1.safetensors'),
      icon: new Uint8Array(),
    });
    await expect(staging).rejects.toThrow('dist/node is missing: run "npm run build"');
    const unlicensed = path.join(fake, 'cache', 'engine', 'half');
    await expect(
      stage({ root: fake, out, node: 'n', nodeLicence: 'l', engine: unlicensed, trunk: 't', icon: new Uint8Array() }),
    ).rejects.toThrow(/without its notices.*npm run setup/);
    await expect(findEngine(nowhere)).rejects.toThrow(/npm run setup/);
    await expect(findTrunk(nowhere)).rejects.toThrow(/npm run setup/);
  });

  it('carries what NOTICES.txt says that installers carry, where it says so', async () => {
    const notices = await readFile(path.join(root, 'NOTICES.txt'), 'utf8');
    const [own = ''] = notices.split('-'.repeat(80));
    const [everywhere = '', installers = ''] = own.split('The installers also carry these');
    expect(everywhere).not.toContain('TensorFlow');
    expect(installers).toMatch(/TensorFlow.*THIRD_PARTY_NOTICES\.txt beside it, in resources\/cache/);
    expect(installers).toMatch(/Node\.js.*LICENSE beside it, in resources\/node/);
    expect(notices).toContain('@tensorflow/tfjs-core@');
    const packed = (await readdir(out, { recursive: true })).map((name) => path.basename(name));
    expect(packed).toEqual(expect.arrayContaining(['THIRD_PARTY_NOTICES.txt', 'LICENSE']));
  });

  it('carries every dependency of the product and none of the tools', async () => {
    const lock = JSON.parse(await readFile(path.join(root, 'package-lock.json'), 'utf8')) as Lockfile;
    const { dependencies, devDependencies } = JSON.parse(
      await readFile(path.join(root, 'package.json'), 'utf8'),
    ) as Record<string, Record<string, string>>;
    const modules = new Set(productionModules(lock));
    for (const name of Object.keys(dependencies!)) expect(modules, name).toContain(`node_modules/${name}`);
    // types come along with some libraries
    const tools = Object.keys(devDependencies!).filter((name) => !name.startsWith('@types/'));
    for (const name of tools) expect(modules, name).not.toContain(`node_modules/${name}`);
  });
});
