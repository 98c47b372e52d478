import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { AppError } from '@shared/errors';
import { printable } from '@shared/printable';
import { aDataset, aRun, tessera } from '../../support/cli';

const evil = 'a\u001b]0;owned\u0007\u001b[31m\r\nb\u009b2J\u202ec\u2028d\u2066e\u007f\u0000';
const shown = 'a�]0;owned��[31m��b�2J�c�d�e��';
const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

describe('what controls a terminal', () => {
  test('is shown as �, a line break in a name too', () => {
    expect(printable(evil)).toBe(shown);
    expect(printable('Blüte 花 👩‍🎨 × “½”')).toBe('Blüte 花 👩‍🎨 × “½”');
  });

  const handlers = {
    'datasets.list': () => [aDataset({ id: 'x', name: evil })],
    'runs.list': () => [aRun({ id: 'x', name: evil, datasetName: evil })],
  };

  test.each(['datasets', 'runs'])(
    'never reaches it from a name in the list of %s, which stays a line each',
    async (what) => {
      const { out } = await tessera([what], { handlers });
      expect(out).toHaveLength(1);
      expect(out[0]).not.toMatch(CONTROLS);
      expect(out[0]!.split('\n')).toHaveLength(2);
      expect(out[0]).toContain(shown);
    },
  );

  test('is escaped in JSON, where it reads back as it was', async () => {
    const { out, json } = await tessera(['runs', '--json'], { handlers });
    expect(out.join('')).not.toMatch(CONTROLS);
    expect(json()).toMatchObject([{ runs: [{ name: evil }] }]);
  });

  test('never reaches it from an error’s message, its hint, or what the person typed', async () => {
    const fail = () => Promise.reject(new AppError('BAD_FILE', `${evil} is damaged.`, `Mend ${evil}.`));
    const failed = await tessera(['runs'], { handlers: { 'runs.list': fail } });
    expect(failed.err).toEqual([`error: ${shown} is damaged.`, `Mend ${shown}.`]);
    const typed = await tessera(['evaluate', `${evil}!`], { handlers });
    expect(typed.err.join('\n')).toContain(`There is no run "${shown}!".`);
    expect((await tessera(['runs', `--${evil}`])).err.join('')).not.toMatch(CONTROLS);
    expect((await tessera([evil])).err.join('')).not.toMatch(CONTROLS);
  });

  test('never reaches it from files and notes of an import', async () => {
    const report = {
      dataset: 'x',
      name: evil,
      items: 1,
      splits: { train: 1, test: 0 },
      captions: 0,
      tags: 0,
      fields: 0,
      notes: [evil],
      skipped: [{ file: evil, reason: evil }],
      skippedCount: 1,
    };
    const { out } = await tessera(['import', '/'], { handlers: { 'datasets.import': () => report as never } });
    expect(out[0]).not.toMatch(CONTROLS);
    expect(out[0]!.split('\n').at(-1)).toBe(`  ${shown}: ${shown}`);
  });
});

test('commands hand over lines: only output.ts joins them, and what is inside a line stays in it', () => {
  const cli = fileURLToPath(new URL('../../../main/cli', import.meta.url));
  const joining = readdirSync(cli, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !['output.ts', 'outside-real.ts'].includes(name))
    .filter((name) => /\\n/.test(readFileSync(path.join(cli, name), 'utf8').replace(/addHelpText\([^;]*;/gs, '')));
  expect(joining).toEqual([]);
});
