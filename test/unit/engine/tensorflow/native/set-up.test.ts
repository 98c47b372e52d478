import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { engineFolder } from '../../../../../main/engine/tensorflow/native/cache';
import { downloadWheel } from '../../../../../main/engine/tensorflow/native/download';
import { setUp } from '../../../../../main/engine/tensorflow/native/install';
import { installationOf, readStamp } from '../../../../../main/engine/tensorflow/native/installation';
import { chooseBuild, pins } from '../../../../../main/engine/tensorflow/native/pins';
import { type SetUpProgress, progressLine, progressMeter } from '../../../../../main/engine/tensorflow/native/progress';
import { findOnPath, findTools } from '../../../../../main/engine/tensorflow/native/tools';
import { unpackWheel } from '../../../../../main/engine/tensorflow/native/unpack';
import { type FakeIndex, fakeIndex, pathWith, temporaryFolder } from './fake-wheels';

const python = findOnPath('python3') ?? 'python3';
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'none',
    (error: { code: string; message: string; hint: string }) => error,
  );

function download(
  index: FakeIndex,
  folder: string,
  change: Partial<FakeIndex['build']['wheels'][number]> = {},
  program = python,
) {
  const [wheel] = index.build.wheels;
  return downloadWheel(
    { ...wheel!, ...change },
    {
      python: program,
      pythonVersion: '3.11',
      wheelTags: index.build.wheelTags,
      folder,
      environment: index.environment,
      onProgress: () => undefined,
    },
  );
}

describe('finding the tools', () => {
  const pip = { python3: 'case "$*" in *version_info*) echo 3;; *pip*) echo pip 24;; esac' };

  it('says what to install when Python is missing', async () => {
    expect(await codeOf(findTools({ PATH: pathWith(['c++']) }))).toMatchObject({
      code: 'SETUP_FAILED',
      message: expect.stringContaining('Python 3 was not found'),
      hint: expect.stringContaining('python3-pip'),
    });
  });

  it('says what to install when pip is missing', async () => {
    const python3 = 'case "$*" in *version_info*) echo 3;; *) exit 1;; esac';
    expect(await codeOf(findTools({ PATH: pathWith(['c++'], { python3 }) }))).toMatchObject({
      code: 'SETUP_FAILED',
      message: expect.stringContaining('without pip'),
      hint: expect.stringContaining('python3-pip'),
    });
  });

  it('passes over a python that is version 2', async () => {
    expect(await codeOf(findTools({ PATH: pathWith(['c++'], { python: 'echo 2' }) }))).toMatchObject({
      message: expect.stringContaining('Python 3 was not found'),
    });
  });

  it('says what to install when there is no compiler, and takes any of three', async () => {
    expect(await codeOf(findTools({ PATH: pathWith([], pip) }))).toMatchObject({
      code: 'SETUP_FAILED',
      message: expect.stringContaining('No C++ compiler'),
      hint: expect.stringContaining('apt-get install g++'),
    });
    for (const name of ['c++', 'g++', 'clang++']) {
      const PATH = pathWith([], { ...pip, [name]: 'exit 0' });
      expect(await findTools({ PATH })).toEqual({
        python: path.join(PATH, 'python3'),
        compiler: path.join(PATH, name),
      });
    }
  });
});

describe('downloading a wheel', () => {
  it('keeps the verified file and needs no pip the second time', async () => {
    const index = fakeIndex();
    const folder = temporaryFolder();
    const file = await download(index, folder);
    expect(path.basename(file)).toBe(`${index.sha256}.whl`);
    expect(readFileSync(file)).toEqual(readFileSync(index.wheelFile));
    expect(await download(index, folder, {}, '/nowhere/python')).toBe(file);
    expect(readdirSync(folder)).toEqual([`${index.sha256}.whl`]);
  });

  it('downloads again what an interrupted set-up left damaged', async () => {
    const index = fakeIndex();
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, `${index.sha256}.whl`), 'half a whe');
    expect(readFileSync(await download(index, folder))).toEqual(readFileSync(index.wheelFile));
  });

  it('refuses a file that is not the pinned one, and leaves nothing behind', async () => {
    const folder = temporaryFolder();
    expect(await codeOf(download(fakeIndex(), folder, { sha256: 'a'.repeat(64) }))).toMatchObject({
      code: 'SETUP_FAILED',
      message: expect.stringContaining('another fakeflow 1.0 than the pinned'),
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('says so when the index does not have it', async () => {
    expect(await codeOf(download(fakeIndex(), temporaryFolder(), { version: '9.9' }))).toMatchObject({
      code: 'SETUP_FAILED',
      message: expect.stringContaining('has no fakeflow 9.9'),
      hint: expect.stringContaining('network'),
    });
  });
});

describe('unpacking', () => {
  it('takes the libraries, their notices and the headers of the C API, and nothing else', async () => {
    const wanted = [
      'tensorflow/libtensorflow_cc.so.2',
      'tensorflow/libtensorflow_framework.so.2',
      'tensorflow/THIRD_PARTY_NOTICES.txt',
      'tensorflow/include/tensorflow/c/c_api.h',
      'tensorflow/include/xla/tsl/c/tsl_status.h',
      'nvidia/cudnn/lib/libcudnn.so.9',
    ];
    const other = ['tensorflow/python/big.so', 'tensorflow/include/Eigen/Core.h', 'tensorflow/__init__.py'];
    const index = fakeIndex(Object.fromEntries([...wanted, ...other].map((name) => [name, name])));
    const folder = temporaryFolder();
    await unpackWheel(index.wheelFile, 'fakeflow', folder, () => undefined);
    for (const name of wanted) expect(readFileSync(path.join(folder, name), 'utf8')).toBe(name);
    for (const name of other) expect(existsSync(path.join(folder, name))).toBe(false);
  });

  it('refuses a damaged archive', async () => {
    const file = path.join(temporaryFolder(), 'x.whl');
    writeFileSync(file, 'PK not really');
    expect(await codeOf(unpackWheel(file, 'x', temporaryFolder(), () => undefined))).toMatchObject({
      code: 'BAD_FILE',
    });
  });
});

describe('setting up', () => {
  it('leaves no installation when the compiler fails, keeps the wheel, and gives the lock back', async () => {
    const { build, environment, sha256 } = fakeIndex();
    const attempts: Set<string>[] = [];
    const PATH = `${pathWith([], { 'c++': 'echo "x.cc:1: error: no such header" >&2; exit 1' })}:${environment.PATH}`;
    const attempt = () =>
      codeOf(
        setUp({ build, environment: { ...environment, PATH }, onProgress: ({ phase }) => attempts.at(-1)?.add(phase) }),
      );
    for (let repeat = 0; repeat < 2; repeat++) {
      attempts.push(new Set());
      expect(await attempt()).toMatchObject({
        code: 'SETUP_FAILED',
        message: expect.stringContaining('no such header'),
      });
    }
    const folder = engineFolder(environment.TESSERA_CACHE);
    expect(readStamp(installationOf(build, folder))).toBeUndefined();
    expect(readdirSync(path.join(folder, 'downloads'))).toEqual([`${sha256}.whl`]);
    expect(readdirSync(folder).filter((name) => name.includes('.lock'))).toEqual([]);
    expect(attempts.map((phases) => phases.has('download'))).toEqual([true, false]);
    expect(attempts.map((phases) => phases.has('compile'))).toEqual([true, true]);
  });

  it('clears away what killed set-ups left', async () => {
    const { build, environment } = fakeIndex();
    const folder = engineFolder(environment.TESSERA_CACHE);
    const staging = `${installationOf(build, folder).folder}.part-1`;
    mkdirSync(path.join(folder, 'downloads', 'part-abc'), { recursive: true });
    mkdirSync(staging, { recursive: true });
    writeFileSync(path.join(staging, 'stale'), '');
    await codeOf(setUp({ build, environment }));
    expect(existsSync(path.join(folder, 'downloads', 'part-abc'))).toBe(false);
    expect(existsSync(path.join(staging, 'stale'))).toBe(false);
  });

  it('is cancelled by a signal', async () => {
    const { build, environment } = fakeIndex();
    const stop = new AbortController();
    const attempt = setUp({
      build,
      environment,
      signal: stop.signal,
      onProgress: ({ phase }) => phase === 'unpack' && stop.abort(),
    });
    expect(await codeOf(attempt)).toMatchObject({ code: 'CANCELLED' });
  });

  it('does nothing where a complete installation is', async () => {
    const stamp = await setUp({ onProgress: () => expect.fail('it should not work') });
    expect(stamp.tensorflow).toBe(pins.tensorflow);
  });
});

describe('choosing a build', () => {
  const machine = { platform: 'linux', arch: 'x64', nvidia: { state: 'absent' } } as const;
  const nvidia = (driver: string) => ({ state: 'present' as const, driver, cards: [] });

  it('takes CUDA where a driver is, unless the person says cpu', () => {
    expect(chooseBuild(machine, undefined).device).toBe('cpu');
    expect(chooseBuild({ ...machine, nvidia: nvidia('550.54.14') }, undefined).device).toBe('cuda');
    expect(chooseBuild({ ...machine, nvidia: nvidia('550.54.14') }, 'cpu').device).toBe('cpu');
    expect(chooseBuild(machine, 'cuda').device).toBe('cuda');
  });

  it('refuses a machine it has no build for, and a device it does not know', () => {
    expect(() => chooseBuild({ ...machine, platform: 'sunos' }, undefined)).toThrow(
      /no TensorFlow build for sunos on x64/,
    );
    expect(() => chooseBuild(machine, 'tpu')).toThrow(/TESSERA_DEVICE is "tpu"/);
  });
});

describe('progress', () => {
  it('tells megabytes and the time left, from the speed so far', () => {
    let time = 0;
    const seen: SetUpProgress[] = [];
    const report = progressMeter(
      'download',
      'tensorflow 2',
      300e6,
      (progress) => seen.push(progress),
      () => time,
    );
    report(0);
    time = 10_000;
    report(100e6);
    expect(seen.map(progressLine)).toEqual([
      'Downloading tensorflow 2  0 of 300 MB',
      'Downloading tensorflow 2  100 of 300 MB, 20 s left',
    ]);
  });
});
