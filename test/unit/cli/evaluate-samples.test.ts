import { evaluationSchema } from '@shared/contract';
import { describe, expect, it } from 'vitest';
import type { Evaluation, SampleQuality } from '../../../shared/contract';
import { fromPreset, presets } from '../../../shared/specs';
import { aRun, tessera } from '../../support/cli';

const evaluation: Evaluation = evaluationSchema.parse({
  split: 'test',
  step: 500,
  items: 1000,
  nmse: null,
  psnr: null,
  perplexity: null,
  usage: null,
  deadCodes: null,
  measures: { nats: 3.5 },
});
const quality: SampleQuality = {
  step: 500,
  split: 'test',
  samples: 64,
  items: 1000,
  byClass: true,
  measures: { 'fid-like': 12.345, precision: 0.5 },
  realItems: 64,
  realMeasures: { 'fid-like': 2.5, precision: 0.75 },
};

describe('evaluate --samples', () => {
  const gpt = presets.find(({ model }) => model === 'gpt')!;
  const prior = aRun({ spec: fromPreset(gpt, 'flowers', { run: 'tiny-0', step: 500 }) });
  const evaluated = async (args: string[], run = prior) => {
    const asked: unknown[] = [];
    const ran = await tessera(['evaluate', 'tiny-1', ...args], {
      handlers: {
        'runs.list': () => [run],
        'runs.evaluate': () => evaluation,
        'samples.quality': (params) => (asked.push(params), quality),
      },
    });
    return { ran, asked };
  };

  it('measures so many samples of the very checkpoint that was evaluated, and says what real pictures reach', async () => {
    const { ran, asked } = await evaluated(['--samples', '64', '--seed', '7', '--json']);
    expect(asked).toMatchObject([
      { run: 'tiny-1', checkpoint: 500, split: 'test', count: 64, seed: 7, temperature: 1 },
    ]);
    expect(ran.json().at(-1)).toMatchObject({
      run: 'tiny-1',
      measures: { nats: 3.5 },
      samples: {
        count: 64,
        seed: 7,
        items: 1000,
        byClass: true,
        measures: { 'fid-like': 12.345 },
        real: { items: 64, measures: { 'fid-like': 2.5 } },
      },
    });
  });

  it('says in words what a few pictures do to the number', async () => {
    const text = (await evaluated(['--samples', '64'])).ran.out.join('\n');
    expect(text).toContain('64 samples of the classes compared with 1,000 test items: fid-like 12.35, precision 0.5.');
    expect(text).toContain('64 real pictures of the other split: fid-like 2.5');
    expect(text).toContain('compare only equal numbers of samples');
  });

  it('draws nothing unless it is asked to', async () => {
    const { ran, asked } = await evaluated(['--json']);
    expect(asked).toEqual([]);
    expect(ran.json().at(-1)).not.toHaveProperty('samples');
  });

  it('is refused of a run that is no prior, and for a number out of range', async () => {
    const { ran, asked } = await evaluated(['--samples', '64'], aRun());
    expect([ran.code, asked]).toEqual([2, []]);
    expect(ran.err.join()).toContain('is no prior');
    expect((await evaluated(['--samples', '3'])).ran.code).toBe(2);
  });
});
