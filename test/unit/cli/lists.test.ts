import { evaluationSchema } from '@shared/contract';
import { describe, expect, it } from 'vitest';
import { aDataset, aRun, tessera } from '../../support/cli';

const evaluated = {
  split: 'train' as const,
  step: 9,
  items: 10,
  nmse: 0.1,
  psnr: 20,
  perplexity: 5,
  usage: 0.5,
  deadCodes: 3,
  measures: {},
};

describe('runs', () => {
  it('lists what programs need', async () => {
    const evaluation = evaluationSchema.parse({ ...evaluated, nmse: 0.25 });
    const all = [aRun({ step: 5 }), aRun({ id: 'tiny-2', evaluation })];
    const ran = await tessera(['runs', '--json'], { handlers: { 'runs.list': () => all } });
    const run = { name: 'Tiny 1', model: 'vq-vae', dataset: 'flowers', status: 'running', steps: 1000 };
    expect(ran.json()).toEqual([
      {
        runs: [
          { ...run, run: 'tiny-1', step: 5, nmse: null, nats: null },
          { ...run, run: 'tiny-2', step: 0, nmse: 0.25, nats: null },
        ],
      },
    ]);
  });
});

describe('datasets', () => {
  const list = (
    args: string[],
    all = [aDataset(), aDataset({ id: 'x', name: 'X', splits: { train: 100, test: 0 } })],
  ) => tessera(['datasets', ...args], { handlers: { 'datasets.list': () => all } });

  it('lists what programs need', async () => {
    const [{ datasets }] = (await list(['--json'])).json() as [{ datasets: unknown[] }];
    expect(datasets).toEqual([
      {
        dataset: 'flowers',
        name: 'Flowers',
        items: 100,
        splits: { train: 90, test: 10 },
        width: 32,
        height: 32,
        channels: 3,
        classes: 0,
      },
      expect.objectContaining({ dataset: 'x', splits: { train: 100, test: 0 } }),
    ]);
  });

  it('is a table for people, or the way to the first one', async () => {
    expect((await list([])).out[0]).toMatch(/^DATASET.*\nflowers +Flowers +100 +90\/10 +32 × 32 px, colour +0\nx /);
    expect((await list([], [])).out[0]).toContain('tessera import');
  });
});

describe('bin', () => {
  const entries = [
    {
      key: 'a.k',
      kind: 'run' as const,
      id: 'a',
      name: 'Run A',
      bytes: 2_500_000,
      removedAt: '2026-03-04T05:06:07.000Z',
    },
  ];
  const bin = (args: string[], listed = entries) =>
    tessera(['bin', ...args], {
      handlers: {
        'bin.list': () => listed,
        'bin.restore': ({ key }) => ({ kind: 'run' as const, id: key.slice(0, 1), name: 'Run A' }),
        'bin.empty': ({ key }) => ({ entries: key === undefined ? 3 : 1, bytes: 1200 }),
      },
    });

  it('lists what was deleted', async () => {
    expect((await bin([])).out[0]).toMatch(/^KEY.*\na\.k +run +Run A +2\.5 MB +2026-03-04/);
    expect((await bin([], [])).out[0]).toBe('The bin is empty.');
    expect((await bin(['--json'])).json()).toEqual([{ entries }]);
  });

  it('brings one back, or deletes one or all for good', async () => {
    expect((await bin(['--restore', 'a.k'])).out[0]).toBe('The run "Run A" (a) is back.');
    expect((await bin(['--delete', 'a.k'])).out[0]).toBe('Deleted 1 thing for good, 1.2 kB in all.');
    expect((await bin(['--empty', '--json'])).json()).toEqual([{ entries: 3, bytes: 1200 }]);
  });

  it('does one of these at a time', async () => {
    expect((await bin(['--restore', 'a.k', '--empty'])).code).toBe(2);
  });
});
