import { describe, expect, it } from 'vitest';
import type { Metrics, RunSummary } from '@shared/contract';
import { type RunSpec, fromPreset, presets } from '@shared/specs';
import { aDataset, aRun, tessera, type Script } from '../../support/cli';

const metrics = (rows: Record<string, number>[]): Metrics => {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((name) => name !== 'step');
  return {
    step: Float64Array.from(rows, (row) => row.step!),
    wall: Float64Array.from(rows, () => 0),
    series: Object.fromEntries(names.map((name) => [name, Float32Array.from(rows, (row) => row[name] ?? NaN)])),
  };
};
const row = (step: number) => ({
  step,
  loss: 0.5,
  'loss/commitment': 0.25,
  nmse: 0.125,
  perplexity: 8,
  'items-per-second': 64,
});

/** A workbench on which a run trains `steps` steps as soon as it starts, and then has the status `end`. */
function training(
  end: Partial<RunSummary>,
  rows: ({ step: number } & Record<string, number>)[] = [row(1), row(2)],
): { script: Script; started: { spec?: RunSpec; continued?: unknown } } {
  const started: { spec?: RunSpec; continued?: unknown } = {};
  let now = aRun();
  const begin = (peer: Parameters<NonNullable<Script['onConnect']>>[0]) => {
    peer.emit('runs.metrics', { run: 'someone-else', metrics: metrics([row(99)]) });
    peer.emit('runs.metrics', { run: 'tiny-1', metrics: metrics(rows.slice(0, 1)) });
    peer.emit('runs.metrics', { run: 'tiny-1', metrics: metrics(rows.slice(1)) });
    now = aRun({ active: false, ...end });
    peer.emit('runs.changed', now);
  };
  let workbench: Parameters<NonNullable<Script['onConnect']>>[0];
  return {
    started,
    script: {
      onConnect: (peer) => (workbench = peer),
      handlers: {
        'datasets.list': () => [aDataset()],
        'runs.list': () => [aRun({ active: false, status: 'stopped' })],
        'runs.get': () => now,
        'runs.start': ({ spec }) => {
          started.spec = spec;
          setImmediate(() => begin(workbench));
          return now;
        },
        'runs.continue': (params) => {
          started.continued = params;
          setImmediate(() => begin(workbench));
          return now;
        },
        'runs.metrics': ({ after = -1 }) => metrics(rows.filter(({ step }) => step > after)),
      },
    },
  };
}

describe('train', () => {
  it('prints every step once, then where the run ended', async () => {
    const { script } = training({ status: 'finished', step: 2, checkpoints: [1, 2] });
    const ran = await tessera(['train', '--dataset', 'Flowers', '--json'], script);
    expect(ran.code).toBe(0);
    const line = {
      loss: { total: 0.5, commitment: 0.25 },
      nmse: 0.125,
      perplexity: 8,
      itemsPerSecond: 64,
      imagesPerSecond: 64,
    };
    expect(ran.json()).toEqual([
      { step: 1, ...line },
      { step: 2, ...line },
      { run: 'tiny-1', status: 'finished', step: 2, checkpoint: 2 },
    ]);
  });

  it('fetches at the end what no event brought', async () => {
    const { script } = training({ status: 'finished', step: 3 }, [row(1), row(2)]);
    const all = metrics([row(3)]);
    const ran = await tessera(['train', '--dataset', 'flowers', '--json'], {
      ...script,
      handlers: { ...script.handlers, 'runs.metrics': () => all },
    });
    expect(ran.json().map(({ step }) => step)).toEqual([1, 2, 3, 3]);
  });

  it('prints every step when the run was over before its name was known', async () => {
    const { script } = training({});
    const over = aRun({ active: false, status: 'finished', step: 2 });
    const handlers = { ...script.handlers, 'runs.start': () => over, 'runs.get': () => over };
    const ran = await tessera(['train', '--dataset', 'flowers', '--json'], { ...script, handlers });
    expect(ran.json().map(({ step }) => step)).toEqual([1, 2, 2]);
    expect(ran.code).toBe(0);
  });

  it.each([
    ['vq-vae', 'gpt'],
    ['pca', 'mixture'],
  ])('trains a prior that suits what a %s gives, unless told which', async (of, kind) => {
    const { script, started } = training({ status: 'finished', step: 2 });
    const autoencoder = fromPreset(
      presets.find(({ model }) => model === of)!,
      'flowers',
    );
    const handlers = { ...script.handlers, 'runs.list': () => [aRun({ spec: autoencoder })] };
    await tessera(['train', '--autoencoder', 'tiny-1', '--json'], { ...script, handlers });
    expect(started.spec).toMatchObject({ model: { kind }, autoencoder: { run: 'tiny-1' } });
  });

  it('builds the specification of preset, flags and --set, in this order', async () => {
    const { script, started } = training({ status: 'finished', step: 2 });
    const args = [
      '--preset',
      'tiny',
      '--model',
      'vq-vae',
      '--steps',
      '20',
      '--batch',
      '8',
      '--seed',
      '3',
      '--checkpoint-every',
      '5',
      '--flip',
      '--set',
      'training.batch=4',
      '--set',
      'codes=32',
    ];
    expect((await tessera(['train', '--dataset', 'flowers', ...args], script)).code).toBe(0);
    expect(started.spec).toMatchObject({
      dataset: 'flowers',
      preset: 'tiny',
      model: { kind: 'vq-vae', hidden: 32, quantizer: { codes: 32 } },
      training: { steps: 20, batch: 4, seed: 3, checkpointEvery: 5, evaluateEvery: 250 },
      augmentation: { flip: true },
    });
  });

  it('goes on with a run, further than it was meant to', async () => {
    const { script, started } = training({ status: 'finished', step: 2 });
    expect((await tessera(['train', '--resume', 'tiny-1', '--steps', '5000'], script)).code).toBe(0);
    expect(started.continued).toEqual({ run: 'tiny-1', steps: 5000 });
  });

  it('fails as the run failed, and says how to go on', async () => {
    const failure = { code: 'NOT_FINITE', message: 'The loss is NaN at step 2.', hint: 'Lower the learning rate.' };
    const { script } = training({ status: 'failed', step: 2, failure, checkpoints: [1] });
    const ran = await tessera(['train', '--dataset', 'flowers', '--json'], script);
    expect(ran.code).toBe(1);
    expect(ran.json().at(-1)).toEqual({
      error: {
        code: 'NOT_FINITE',
        message: failure.message,
        hint: 'Lower the learning rate. Go on from step 1 with: tessera train --resume tiny-1',
      },
    });
  });

  it('fails when the trainer process died', async () => {
    const { script } = training({ status: 'interrupted', step: 2, checkpoints: [] });
    const ran = await tessera(['train', '--dataset', 'flowers', '--json'], script);
    expect(ran.code).toBe(1);
    expect(ran.json().at(-1)).toMatchObject({ error: { code: 'ENGINE_LOST' } });
  });

  it('stops with a checkpoint when interrupted, prints the result, and exits with 130', async () => {
    const interrupt = new AbortController();
    let now = aRun();
    let asked = 0;
    const ran = await tessera(['train', '--dataset', 'flowers', '--json'], {
      interrupted: interrupt.signal,
      handlers: {
        'datasets.list': () => [aDataset()],
        'runs.start': () => now,
        'runs.get': () => {
          setImmediate(() => interrupt.abort());
          return now;
        },
        'runs.stop': () => {
          asked++;
          now = aRun({ active: false, status: 'stopped', step: 7, checkpoints: [7] });
          return now;
        },
        'runs.metrics': () => metrics([]),
      },
    });
    expect(asked).toBe(1);
    expect(ran.code).toBe(130);
    expect(ran.json().at(-1)).toEqual({ run: 'tiny-1', status: 'stopped', step: 7, checkpoint: 7 });
  });

  it('tells of a model without codes what it measures instead of perplexity', async () => {
    const { perplexity: _, ...plain } = row(2);
    const rows = [{ ...plain, 'test/nmse': 0.1, 'test/psnr': 21, 'test/elbo': -91.25 }];
    const { script } = training({ status: 'finished', step: 2, checkpoints: [2] }, rows);
    const { out } = await tessera(['train', '--dataset', 'flowers', '--steps', '10', '--batch', '16'], script);
    expect(out[0]).not.toContain('perplexity');
    expect(out).toContain('step 2  held out: nmse 0.1  psnr 21 dB  elbo -91.25');
    const again = training({ status: 'finished', step: 2, checkpoints: [2] }, rows);
    const { json } = await tessera(['train', '--dataset', 'flowers', '--json'], again.script);
    expect(json()[0]).toMatchObject({ perplexity: null, test: { perplexity: null, measures: { elbo: -91.25 } } });
  });

  it('says in its help what holds without a flag', async () => {
    const { out } = await tessera(['train', '--help']);
    expect(out.join('\n')).toMatch(/--batch <items>.*\(default: 32\)/s);
    expect(out.join('\n')).toContain('A preset may set other defaults');
  });

  it('tells people step, loss, measures, speed and time left, and the held-out evaluation', async () => {
    const rows = [row(1), { ...row(2), 'test/nmse': 0.1, 'test/psnr': 21, 'test/perplexity': 9 }];
    const { script } = training({ status: 'finished', step: 2, checkpoints: [2] }, rows);
    const { out } = await tessera(['train', '--dataset', 'flowers', '--steps', '10', '--batch', '16'], script);
    expect(out[0]).toBe('step 1/10  loss 0.5  nmse 0.125  perplexity 8  64 items/s  0:02 left');
    expect(out).toContain('step 2  held out: nmse 0.1  psnr 21 dB  perplexity 9');
    expect(out.at(-1)).toBe('Tiny 1 (tiny-1) finished at step 2, checkpoint at step 2.');
  });

  it('says in plain words that a name is too long, and starts nothing', async () => {
    const { script, started } = training({ status: 'finished' });
    const args = ['train', '--dataset', 'flowers', '--name', 'n'.repeat(140), '--json'];
    const { code, out, err } = await tessera(args, script);
    expect(code).not.toBe(0);
    expect([...out, ...err].join('\n')).toContain('--name: expected at most 120 characters, but this name has 140.');
    expect(started.spec).toBeUndefined();
  });
});
