import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createGrants, type Grants } from '../../../main/workbench/files';
import { uploadPath } from '../../../main/workbench/files/upload-path';
import { createStaging } from '../../../main/workbench/workspace';
import { openBench } from '../../support/workbench';

describe('grants', () => {
  let folder: string;
  let grants: Grants;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'tessera-grants-'));
    mkdirSync(path.join(folder, 'staging'));
    writeFileSync(path.join(folder, 'secret.txt'), 'secret');
    grants = createGrants(createStaging(path.join(folder, 'staging')), { bytes: 100, files: 4 });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('of a host stand for the paths it names, which must exist and be absolute', async () => {
    const grant = await grants.grant([path.join(folder, 'secret.txt')]);
    expect(await grants.resolve(grant)).toEqual({ paths: [path.join(folder, 'secret.txt')], name: 'secret.txt' });
    await expect(grants.grant(['secret.txt'])).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    await expect(grants.grant([path.join(folder, 'none')])).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(() => grants.upload(grant)).toThrow('Nothing can be uploaded');
    await grants.release(grant);
    await expect(grants.resolve(grant)).rejects.toMatchObject({ code: 'DENIED' });
    expect(existsSync(path.join(folder, 'secret.txt'))).toBe(true);
  });

  test.each([
    '../secret.txt',
    'a/../../secret.txt',
    '/etc/passwd',
    'C:\\x',
    'a\\..\\b',
    'a//b',
    '.',
    'a/.',
    'nul',
    'b/CON.png',
    'x:stream',
    'a\u0000b',
    'dot.',
    `${'a/'.repeat(40)}b`,
  ])('never write to %j', async (given) => {
    const grant = grants.openUpload();
    await expect(grants.upload(grant).write(given, 0, Uint8Array.of(1))).rejects.toMatchObject({
      code: 'DENIED',
      field: 'path',
    });
    expect(readFileSync(path.join(folder, 'secret.txt'), 'utf8')).toBe('secret');
  });

  test('take the names people give their files', () => {
    expect(uploadPath('Фото/我的 照片/été (1).png')).toEqual(['Фото', '我的 照片', 'été (1).png']);
  });

  test('are not led out by a link inside the upload', async () => {
    const grant = grants.openUpload();
    const [upload] = readdirSync(path.join(folder, 'staging'));
    symlinkSync(folder, path.join(folder, 'staging', upload!, 'out'));
    await expect(grants.upload(grant).write('out/secret.txt', 0, Uint8Array.of(1))).rejects.toMatchObject({
      code: 'DENIED',
    });
    expect(readFileSync(path.join(folder, 'secret.txt'), 'utf8')).toBe('secret');
  });

  test('hold files in pieces, up to the limits, and let go of all of it', async () => {
    const grant = grants.openUpload();
    const upload = grants.upload(grant);
    await upload.write('cats/1.png', 0, Uint8Array.of(1, 2));
    await upload.write('cats/1.png', 2, Uint8Array.of(3));
    await expect(upload.write('cats/1.png', 9, Uint8Array.of(4))).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      field: 'offset',
    });
    await expect(upload.write('big', 0, new Uint8Array(98))).rejects.toMatchObject({ code: 'LIMIT' });
    const { paths, name } = await grants.resolve(grant);
    expect([name, [...readFileSync(path.join(paths[0]!, '1.png'))]]).toEqual(['cats', [1, 2, 3]]);
    for (const file of ['a', 'b', 'c']) await upload.write(file, 0, Uint8Array.of(1));
    await expect(upload.write('d', 0, Uint8Array.of(1))).rejects.toMatchObject({ code: 'LIMIT' });
    await grants.release(grant);
    expect(readdirSync(path.join(folder, 'staging'))).toEqual([]);
  });
});

describe('an upload', () => {
  test('can be imported, and is deleted when its page goes', async () => {
    const bench = await openBench();
    const page = bench.connect();
    const { grant } = await page.request('files.open', {});
    await page.request('files.write', { grant, path: 'holiday/1.png', offset: 0, bytes: Uint8Array.of(1) });
    expect(await page.request('datasets.import', { grant, options: {} })).toMatchObject({ name: 'holiday' });
    expect(readdirSync(bench.at('staging'))).toHaveLength(1);
    page.close();
    await page.closed;
    await bench.workbench.close();
    expect(readdirSync(bench.at('staging'))).toEqual([]);
    await bench.close();
  });
});
