import { evaluationSchema } from '@shared/contract';
import { describe, expect, it } from 'vitest';
import type { RunSummary } from '@shared/contract';
import { expandSweep, sweepSpecSchema, type SweepSpec } from '@shared/specs';
import { aDataset, aRun, tessera, type Script } from '../../support/cli';

/** A workbench that trains all runs of a sweep at once; `nmse` says how each ends. */
function sweeping(nmse: (run: RunSummary) => number): { script: Script; asked: { sweep?: SweepSpec } } {
  const asked: { sweep?: SweepSpec } = {};
  let runs: RunSummary[] = [];
  const evaluated = (run: RunSummary): RunSummary['evaluation'] =>
    evaluationSchema.parse({
      split: 'test',
      step: 10,
      items: 4,
      nmse: nmse(run),
      psnr: 20,
      perplexity: 8,
      usage: 0.5,
      deadCodes: 1,
      measures: {},
    });
  return {
    asked,
    script: {
      handlers: {
        'datasets.list': () => [aDataset()],
        'runs.sweep': ({ sweep }) => {
          asked.sweep = sweepSpecSchema.parse(sweep);
          runs = expandSweep(asked.sweep).map(({ point, spec }, index) => {
            const run = aRun({ id: `run-${index + 1}`, spec, sweep: { name: sweep.name, point }, active: false });
            return { ...run, status: 'finished' as const, step: 10, evaluation: evaluated({ ...run, spec }) };
          });
          return { runs };
        },
        'runs.get': ({ run }) => runs.find(({ id }) => id === run)!,
      },
    },
  };
}
const codesOf = (run: RunSummary) => Number(run.sweep?.point['model.quantizer.codes']);

describe('sweep', () => {
  it('trains every combination, tells how each ended, and which was best', async () => {
    const { script, asked } = sweeping((run) => 1 / codesOf(run));
    const ran = await tessera(
      [
        'sweep',
        '--dataset',
        'Flowers',
        '--preset',
        'tiny',
        '--vary',
        'codes=32,64',
        '--vary',
        'learningRate=1e-3..1e-1:log:2',
        '--json',
      ],
      script,
    );
    expect(ran.code).toBe(0);
    expect(asked.sweep?.axes).toEqual([
      { kind: 'values', field: 'model.quantizer.codes', values: [32, 64] },
      { kind: 'range', field: 'training.learningRate', from: 0.001, to: 0.1, scale: 'log', whole: false, points: 2 },
    ]);
    const lines = ran.json();
    expect(lines[0]).toEqual({ sweep: 'sweep', queued: ['run-1', 'run-2', 'run-3', 'run-4'] });
    expect(lines).toHaveLength(6);
    expect(lines.at(-1)).toMatchObject({ best: 'run-3' });
    expect(lines[1]).toMatchObject({
      run: 'run-1',
      point: { 'model.quantizer.codes': 32, 'training.learningRate': 0.001 },
      status: 'finished',
      nmse: 1 / 32,
    });
  });

  it('draws at random when asked, with its seed', async () => {
    const { script, asked } = sweeping(() => 1);
    const args = ['--vary', 'batch=4..64:log', '--random', '5', '--draw', '7', '--name', 'tries'];
    const ran = await tessera(['sweep', '--dataset', 'flowers', '--preset', 'tiny', ...args], script);
    expect(ran.code).toBe(0);
    expect(asked.sweep).toMatchObject({ name: 'tries', method: { kind: 'random', count: 5, seed: 7 } });
    expect(ran.out.at(-1)).toContain('Best of 5');
  });

  it.each([
    [['--vary', 'wings=1,2'], '--vary wings: there is no such field'],
    [['--vary', 'codes=64,many'], '--vary codes: expected a whole number'],
    [['--vary', 'codes'], '--vary codes: expected a.b=value'],
    [[], 'sweep needs at least one --vary'],
  ])('refuses %j, naming what is wrong', async (args, message) => {
    const ran = await tessera(['sweep', '--dataset', 'flowers', '--preset', 'tiny', ...args], sweeping(() => 1).script);
    expect(ran.code).not.toBe(0);
    expect(ran.err.join('\n')).toContain(message);
  });

  it.each([
    ['n'.repeat(61), '--name: expected at most 60 characters, but this name has 61.'],
    [' ', '--name: expected a name, but it is empty.'],
  ])('says in plain words why “%s” is no name', async (name, message) => {
    const { script, asked } = sweeping(() => 1);
    const args = ['sweep', '--dataset', 'flowers', '--vary', 'codes=32,64', '--name', name, '--json'];
    const { code, out, err } = await tessera(args, script);
    expect(code).not.toBe(0);
    expect([...out, ...err].join('\n')).toContain(message);
    expect(asked.sweep).toBeUndefined();
  });
});
