import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { AppError, asAppError } from '@shared/errors';
import { issueText } from '@shared/issues';

const RAW = /\bE[A-Z]{3,}\b|SQLITE|Zod|invalid_type|errno|Invalid input|Too (small|big)/;

/** As Node throws it. */
function systemError(code: string, path: string | null = '/data/run.json', dest?: string): Error {
  const message = `${code}: said by the system, rename${path === null ? '' : ` '${path}'`}${dest ? ` -> '${dest}'` : ''}`;
  return Object.assign(new Error(message), { code, errno: -1, syscall: 'rename', ...(path && { path }), dest });
}

describe('an error of the operating system', () => {
  test.each([
    ['ENOSPC', 'DISK', 'The disk is full: /data/run.json could not be written.'],
    ['EDQUOT', 'DISK', 'The space you may use on this disk is used up: /data/run.json could not be written.'],
    ['EACCES', 'DENIED', 'There is no permission to use /data/run.json.'],
    ['EPERM', 'DENIED', 'There is no permission to use /data/run.json.'],
    ['EROFS', 'DENIED', 'The disk with /data/run.json can only be read.'],
    ['EMFILE', 'LIMIT', 'Too many files are open to open /data/run.json as well.'],
    ['ENFILE', 'LIMIT', 'Too many files are open to open /data/run.json as well.'],
    ['EIO', 'DISK', 'The disk failed at /data/run.json.'],
    ['ENAMETOOLONG', 'LIMIT', 'The name /data/run.json is too long for this disk.'],
    ['ENOENT', 'NOT_FOUND', 'There is no file or folder /data/run.json.'],
    ['ENOTDIR', 'CONFLICT', 'There is a file where /data/run.json needs a folder.'],
    ['EISDIR', 'CONFLICT', 'There is a folder where the file /data/run.json is expected.'],
    ['EEXIST', 'CONFLICT', 'There is something at /data/run.json already.'],
    ['ENOTEMPTY', 'CONFLICT', 'There is something at /data/run.json already.'],
    ['ELOOP', 'BAD_FILE', 'The links at /data/run.json lead in a circle.'],
    ['EXDEV', 'DISK', '/data/run.json lies on another disk than the folder it comes from.'],
    ['EBUSY', 'CONFLICT', 'Another program is using /data/run.json.'],
    ['ESTALE', 'DISK', 'The disk or network folder with /data/run.json can’t be reached.'.replace('’', "'")],
    ['EUNHEARDOF', 'DISK', '/data/run.json could not be read or written.'],
  ])('%s is %s, in words, with the file and what to do', (code, expected, message) => {
    const error = asAppError(systemError(code));
    expect(error.toData()).toMatchObject({ code: expected, message, field: '/data/run.json' });
    expect(error.hint).not.toBe('');
    expect(`${error.message} ${error.hint}`).not.toMatch(RAW);
  });

  test('names the file that was to be written, not the one on the way to it', () => {
    const draft = '/data/run.json.4711.2342.0f0f0f0f-3.tmp';
    expect(asAppError(systemError('ENOSPC', draft)).field).toBe('/data/run.json');
    expect(asAppError(systemError('ENOSPC', draft, '/data/run.json')).field).toBe('/data/run.json');
    const folder = '/data/checkpoints/.writing-200-4711.2342.0f0f0f0f-3/state.json';
    expect(asAppError(systemError('ENOSPC', folder)).field).toBe('/data/checkpoints/200/state.json');
  });

  test('is about what its caller says, where the system names nothing', () => {
    const error = asAppError(systemError('ENOSPC', null), {
      path: '/data/metrics.jsonl',
      hint: 'Or use another disk.',
    });
    expect(error.message).toBe('The disk is full: /data/metrics.jsonl could not be written.');
    expect(error.hint).toBe('Make room, then try again. Or use another disk.');
    expect(asAppError(systemError('EIO', null)).message).toBe('The disk failed at a file.');
  });

  test('is known by its text as well, where it came through a thread', () => {
    const { code, message } = asAppError(new Error("EACCES: permission denied, open '/data/a b/pack.u8'"));
    expect({ code, message }).toEqual({ code: 'DENIED', message: 'There is no permission to use /data/a b/pack.u8.' });
    expect(asAppError(new Error('ENOSPC: no space left on device, write')).code).toBe('DISK');
  });
});

describe('an error of the catalogue', () => {
  const thrown = (code: string, message: string): Error => Object.assign(new Error(message), { code });
  test.each([
    [thrown('SQLITE_FULL', 'database or disk is full'), 'DISK'],
    [thrown('SQLITE_READONLY_DBMOVED', 'attempt to write a readonly database'), 'DENIED'],
    [thrown('SQLITE_BUSY', 'database is locked'), 'CONFLICT'],
    [thrown('SQLITE_IOERR_FSYNC', 'disk I/O error'), 'DISK'],
    [thrown('SQLITE_CORRUPT', 'database disk image is malformed'), 'BAD_FILE'],
    [thrown('SQLITE_NOTADB', 'file is not a database'), 'BAD_FILE'],
    [thrown('SQLITE_CONSTRAINT_UNIQUE', 'UNIQUE constraint failed: a.b'), 'INTERNAL'],
    [new Error('ConnectionFailed("Unable to open connection to local database /w/catalogue.sqlite: 14")'), 'DISK'],
  ])('is told in words (%s)', (error, code) => {
    const told = asAppError(error);
    expect(told.code).toBe(code);
    expect(told.message).toMatch(/catalogue/);
    expect(told.hint).not.toBe('');
    expect(`${told.message} ${told.hint}`).not.toMatch(/SQLITE|constraint|Connection|malformed/);
  });
});

describe('what a schema refuses', () => {
  const schema = z.object({
    steps: z.number().int().min(1).max(10),
    name: z.string().min(1).max(3),
    kind: z.enum(['a', 'b']),
    on: z.boolean(),
    list: z.array(z.number()).min(2),
    either: z.union([z.number(), z.literal('auto')]),
    even: z.number().multipleOf(2),
    above: z.number().gt(0),
    own: z.string().refine((text) => text !== 'x', 'Another letter than x.'),
  });
  const right = { steps: 3, name: 'n', kind: 'a', on: true, list: [1, 2], either: 1, even: 2, above: 1, own: 'y' };
  test.each([
    [{ steps: 'many' }, 'steps: expected a number, got text'],
    [{ steps: 1.5 }, 'steps: expected a whole number, got 1.5'],
    [{ steps: 0 }, 'steps: expected at least 1'],
    [{ steps: 11 }, 'steps: expected at most 10'],
    [{ steps: undefined }, 'steps: expected a number, got nothing'],
    [{ steps: NaN }, 'steps: expected a number, got no finite number'],
    [{ name: '' }, 'name: expected some text'],
    [{ name: 'four' }, 'name: expected at most 3 characters'],
    [{ kind: 'c' }, 'kind: expected one of a, b'],
    [{ on: 'yes' }, 'on: expected true or false, got text'],
    [{ list: [1] }, 'list: expected at least 2 entries'],
    [{ list: [1, 'b'] }, 'list.1: expected a number, got text'],
    [{ either: 'text' }, 'either: expected a number or auto'],
    [{ even: 3 }, 'even: expected a multiple of 2'],
    [{ above: 0 }, 'above: expected more than 0'],
    [{ own: 'x' }, 'own: Another letter than x'],
  ])('%o is told by its field, in plain words', (wrong, text) => {
    const { error } = schema.safeParse({ ...right, ...wrong });
    expect(issueText(error!)).toBe(text);
    const told = asAppError(error);
    expect(told).toBeInstanceOf(AppError);
    expect(told.toData()).toMatchObject({ code: 'BAD_REQUEST', message: `${text}.`, field: text.split(':')[0] });
  });

  test('names a field that nobody knows, and a value that is wrong as a whole', () => {
    expect(issueText(z.strictObject({}).safeParse({ stray: 1 }).error!)).toBe('Expected nothing called stray');
    expect(issueText(z.object({}).safeParse(7).error!)).toBe('Expected named values, got a number');
  });
});
