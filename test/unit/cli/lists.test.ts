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
    const evaluation = { ...evaluated, nmse: 0.25 };
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
    expect((await list([])).out[0]).toMatch(/^DATASET.*\nflowers +Flowers +100 +90\/10 +32 x 32 x 3 +0\nx /);
    expect((await list([], [])).out[0]).toContain('tessera import');
  });
});
