import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { afterEach } from 'vitest';
import type { Build } from '../../../../../main/engine/tensorflow/native/pins';
import { findOnPath } from '../../../../../main/engine/tensorflow/native/tools';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tessera-native-'));
  folders.push(folder);
  return folder;
}

export interface FakeIndex {
  build: Build;
  /** pip sees this wheel and no network. */
  environment: NodeJS.ProcessEnv;
  wheelFile: string;
  sha256: string;
}

/** A folder with one small wheel that pip can "download", and a build that pins it. */
export function fakeIndex(
  files: Record<string, string> = { 'tensorflow/libtensorflow_cc.so.2': 'not a library' },
): FakeIndex {
  const folder = temporaryFolder();
  const info = 'fakeflow-1.0.dist-info';
  const contents = {
    ...files,
    [`${info}/METADATA`]: 'Metadata-Version: 2.1\nName: fakeflow\nVersion: 1.0\n',
    [`${info}/WHEEL`]: 'Wheel-Version: 1.0\n',
    [`${info}/RECORD`]: '',
  };
  const bytes = zipSync(Object.fromEntries(Object.entries(contents).map(([name, text]) => [name, strToU8(text)])));
  const wheelFile = path.join(folder, 'fakeflow-1.0-py3-none-any.whl');
  writeFileSync(wheelFile, bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const build: Build = {
    device: 'cpu',
    platform: process.platform,
    arch: process.arch,
    proved: true,
    wheelTags: ['manylinux_2_27_x86_64'],
    wheels: [{ package: 'fakeflow', version: '1.0', sha256, bytes: bytes.length }],
  };
  const environment = {
    ...process.env,
    TESSERA_CACHE: temporaryFolder(),
    PIP_CONFIG_FILE: os.devNull,
    PIP_NO_INDEX: '1',
    PIP_FIND_LINKS: folder,
    PIP_EXTRA_INDEX_URL: '',
  };
  return { build, environment, wheelFile, sha256 };
}

/** A PATH of one folder that holds links to some real programs and the given shell scripts. */
export function pathWith(real: readonly string[], scripts: Readonly<Record<string, string>> = {}): string {
  const folder = path.join(temporaryFolder(), 'bin');
  mkdirSync(folder);
  for (const name of real) {
    const program = findOnPath(name);
    if (program) symlinkSync(program, path.join(folder, name));
  }
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(path.join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(path.join(folder, name), 0o755);
  }
  return folder;
}
