import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  localContract,
  silentContract,
  workbenchContract,
  type LocalContract,
  type MethodName,
  type WorkbenchContract,
} from '@shared/contract';
import { createPeer } from '@shared/wire';
import { memoryPipe } from '../../main/cli/memory-pipe';
import { openWorkbench, type Workbench } from '../../main/workbench';

interface Leaf {
  path: string;
  schema: z.ZodType;
}

/** Every leaf of a schema, through objects, arrays, unions, defaults and optionals. */
function leaves(schema: z.ZodType, at = ''): Leaf[] {
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape as Record<string, z.ZodType>).flatMap(([name, child]) =>
      leaves(child, at ? `${at}.${name}` : name),
    );
  if (schema instanceof z.ZodArray) return leaves(schema.element as z.ZodType, `${at}[]`);
  if (schema instanceof z.ZodUnion) return (schema.options as z.ZodType[]).flatMap((option) => leaves(option, at));
  if (
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodOptional
  ) {
    return leaves(schema.def.innerType as z.ZodType, at);
  }
  return [{ path: at, schema }];
}

const methods = Object.keys(workbenchContract.requests) as MethodName<WorkbenchContract>[];
const texts = methods.flatMap((method) =>
  leaves(workbenchContract.requests[method].params)
    .filter(({ schema }) => schema instanceof z.ZodString)
    .map(({ path: field, schema }) => ({ name: `${method} ${field}`, schema })),
);

describe('what a page may say', () => {
  it('is looked at whole', () => {
    expect(methods.length).toBeGreaterThan(30);
    expect(texts.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['files.write path', 'datasets.import grant', 'runs.get run']),
    );
    expect(
      methods
        .flatMap((method) => leaves(workbenchContract.requests[method].params))
        .filter(({ schema }) => schema instanceof z.ZodAny || schema instanceof z.ZodUnknown),
    ).toEqual([]);
  });

  it('names no file or folder but inside an upload or an export', () => {
    const suspicious = texts.filter(({ name }) =>
      /path|file|dir|folder|source|target|location|url|uri/i.test(name.split(' ')[1]!),
    );
    expect(suspicious.map(({ name }) => name).sort()).toEqual(['exports.read file', 'files.write path']);
  });

  it.each(texts.filter(({ name }) => / (run|dataset|picture\.dataset)$/.test(name)))(
    '$name is an id and can’t be a path',
    ({ schema }) => {
      expect(schema.safeParse('a-run-1').success).toBe(true);
      for (const hostile of ['../up', '/etc', 'a/b', 'a\\b', '..', '.', 'C:', 'a\0', '', '%2e%2e', 'A', ' a'])
        expect(schema.safeParse(hostile).success, hostile).toBe(false);
    },
  );
});

describe('a live workbench', () => {
  let folder: string;
  let workbench: Workbench;
  const hostile = [
    '../secret.txt',
    '..',
    '/etc/passwd',
    '..\\secret.txt',
    'a/../../secret.txt',
    'C:\\secret.txt',
    'a\0b',
    '%2e%2e/secret.txt',
    '.',
    '',
  ];

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'tessera-hostile-'));
    await writeFile(path.join(folder, 'secret.txt'), 'SECRET');
    workbench = await openWorkbench({ workspace: path.join(folder, 'workspace'), resources: null });
  });
  afterAll(async () => {
    await workbench.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each(hostile)('reads nothing as the export or the file %j', async (name) => {
    await expect(
      workbench.call('exports.read', { id: name, file: 'model.safetensors', offset: 0 }),
    ).rejects.toMatchObject({ code: expect.stringMatching(/NOT_FOUND|DENIED|BAD_REQUEST/) });
    await expect(workbench.call('exports.read', { id: 'some', file: name, offset: 0 })).rejects.toMatchObject({
      code: expect.stringMatching(/NOT_FOUND|DENIED|BAD_REQUEST/),
    });
  });

  it.each(hostile.filter((name) => name !== '%2e%2e/secret.txt'))('writes nothing under the name %j', async (name) => {
    const { grant } = await workbench.call('files.open', {});
    await expect(
      workbench.call('files.write', { grant, path: name, offset: 0, bytes: Uint8Array.of(1) }),
    ).rejects.toMatchObject({ code: expect.stringMatching(/DENIED|BAD_REQUEST/) });
    await workbench.call('files.release', { grant });
  });

  it.each(Object.keys(localContract.requests) as MethodName<LocalContract>[])(
    'answers no connection %s',
    async (method) => {
      const [ours, theirs] = memoryPipe();
      workbench.connect(theirs);
      const page = createPeer(ours, localContract, silentContract, {});
      const source = path.join(folder, 'secret.txt');
      const all = { run: 'a-run', checkpoint: 'latest', source, sources: [source], paths: [source], directory: folder };
      const asked = {
        ...all,
        out: source,
        coder: 'adaptive',
        label: null,
        from: 'prior',
        components: 1,
        seed: 1,
        count: 1,
      };
      await expect(page.request(method, asked as never)).rejects.toMatchObject({
        code: 'BAD_REQUEST',
        message: `There is no request "${method}".`,
      });
      expect(localContract.requests[method].params.safeParse(asked).success).toBe(true); // so that it isn't for what was asked
      page.close();
    },
  );

  it.each(['/etc', 'grant', '', '../..'])('imports nothing for the grant %j, which nobody gave', async (grant) => {
    await expect(workbench.call('datasets.import', { grant, options: {} as never })).rejects.toMatchObject({
      code: 'DENIED',
    });
  });
});
