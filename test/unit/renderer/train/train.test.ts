import { describe, expect, it } from 'vitest';
import { fromPreset, presets, runSpecSchema, type RunSpec } from '@shared/specs';
import { MetricTable } from '@/charts';
import { distinctNames } from '@/components/distinct-names';
import { planCharts, tracesOf } from '@/features/train/charts';
import { insightOf } from '@/features/train/insight';
import { getPath, setPath } from '@shared/specs';
import { scheduleCurve } from '@/features/train/schedule-curve';
import { timeShare } from '@/features/train/time-share';
import { changedPaths, fieldGroups, problemsOf } from '@/features/train/spec-form';

const tiny = fromPreset(presets[0]!, 'shoes');

describe('the charts of a run', () => {
  it('show total loss first, then each term, and only what was measured', () => {
    const plans = planCharts(['perplexity', 'loss/commitment', 'loss', 'loss/codebook', 'test/psnr']);
    expect(plans.map(({ id }) => id)).toEqual(['loss', 'loss/codebook', 'loss/commitment', 'perplexity', 'psnr']);
    expect(plans[1]!.term).toBe('codebook');
    expect(planCharts(['schedule/quantizer/commitment', 'gradient-norm', 'time/data']).map(({ id }) => id)).toEqual([
      'gradient-norm',
      'schedule/quantizer/commitment',
    ]);
  });

  it('show what only some models measure, training and held out in one chart', () => {
    const plans = planCharts(['loss', 'elbo', 'test/elbo', 'test/ssim', 'test/nmse', 'time/data', 'loss/kl']);
    expect(plans.map(({ id }) => id)).toEqual(['loss', 'loss/kl', 'nmse', 'elbo', 'ssim']);
    expect(plans[3]).toMatchObject({ measure: 'elbo', series: [{ name: 'elbo' }, { name: 'test/elbo', marks: true }] });
  });

  const table = new MetricTable();
  table.append({
    step: Float64Array.of(1, 2),
    wall: Float64Array.of(1, 2),
    series: { nmse: Float32Array.of(1, 0.5), 'test/nmse': Float32Array.of(NaN, 0.6) },
  });
  const nmse = planCharts(['nmse'])[0]!;
  const charted = { run: 'a', name: 'First', colour: 2, table };

  it('overlay training and held-out values of every run in its own colour', () => {
    const traces = tracesOf(nmse, [charted], (name) => `${name}, held out`);
    expect(traces.map(({ id, label, colour, marks }) => [id, label, colour, marks])).toEqual([
      ['a/nmse', 'First', 2, false],
      ['a/test/nmse', 'First, held out', 2, true],
    ]);
  });

  it('draw and name held-out values alike in every chart, also where nothing else is in it', () => {
    const evaluated = new MetricTable();
    evaluated.append({
      step: Float64Array.of(5),
      wall: Float64Array.of(5),
      series: { 'test/psnr': Float32Array.of(20) },
    });
    const traces = tracesOf(
      planCharts(['test/psnr'])[0]!,
      [{ ...charted, table: evaluated }],
      (name) => `${name}, held out`,
    );
    expect(traces.map(({ label, dash }) => [label, dash])).toEqual([['First, held out', 'heldOut']]);
    expect(tracesOf(nmse, [charted], (name) => name).map(({ dash }) => dash)).toEqual(['solid', 'heldOut']);
  });

  it('keep a trace while its run does not grow, and make a new one when it is renamed', () => {
    const label = (name: string): string => name;
    const [before] = tracesOf(nmse, [charted], label);
    expect(tracesOf(nmse, [charted], label)[0]).toBe(before);
    expect(tracesOf(nmse, [{ ...charted, name: 'Second' }], label)[0]!.label).toBe('Second');
  });
});

describe('the time of a step', () => {
  it('is the mean of the latest steps by part, and nothing where it was not measured', () => {
    const table = new MetricTable();
    expect(timeShare(table)).toBeNull();
    const series = { 'time/compute': [8, 12], 'time/data': [0, 1], 'time/other': [1, 3] };
    table.append({
      step: Float64Array.of(1, 2),
      wall: Float64Array.of(1, 2),
      series: Object.fromEntries(Object.entries(series).map(([name, values]) => [name, Float32Array.from(values)])),
    });
    expect(timeShare(table)).toEqual({ compute: 10, data: 0.5, other: 2 });
  });
});

describe('the curve of a schedule', () => {
  const box = { width: 100, height: 40 };

  it('runs from its first step at the left to its last at the right, zero at the bottom', () => {
    const falling = { kind: 'linear', from: 2, to: 0, over: null, warmup: 0 } as const;
    const { path, lowest, highest } = scheduleCurve(falling, 3, box);
    expect(path).toBe('M0.0,0.0L50.0,20.0L100.0,40.0');
    expect(lowest).toBe(0);
    expect(highest).toBeCloseTo(4 / 3, 12);
  });

  it('is a line for one step and for a constant, however many steps there are', () => {
    expect(scheduleCurve(0.25, 1, box).path).toBe('M0.0,0.0');
    expect(scheduleCurve(0.25, 1_000_000, box)).toMatchObject({ lowest: 0.25, highest: 0.25 });
  });
});

describe('a chart’s lines', () => {
  it('show memory in megabytes', () => {
    const table = new MetricTable();
    table.append({ step: Float64Array.of(1), wall: Float64Array.of(1), series: { memory: Float32Array.of(412e6) } });
    const [trace] = tracesOf(
      planCharts(['memory'])[0]!,
      [{ run: 'a', name: 'First', colour: 0, table }],
      (name) => name,
    );
    expect(trace!.value[0]).toBeCloseTo(412, 3);
    expect(table.latest('memory')).toBe(412e6);
  });

  it('tell runs of the same name apart', () => {
    expect(distinctNames(['shoes', 'shirts', 'shoes'])).toEqual(['shoes', 'shirts', 'shoes (2)']);
  });
});

describe('the form of a run', () => {
  it('has every field of the specification once, in themes', () => {
    const paths = fieldGroups(tiny).flatMap(({ fields }) => fields.map(({ path }) => path));
    expect(new Set(paths).size).toBe(paths.length);
    for (const path of ['model.hidden', 'model.quantizer.codes', 'training.learningRate', 'training.keep'])
      expect(paths).toContain(path);
    expect(paths).not.toContain('dataset');
    expect(
      fieldGroups(tiny)
        .find(({ id }) => id === 'optimization')!
        .fields.map(({ path }) => path),
    ).toContain('training.optimizer.kind');
  });

  it('knows what was changed since the preset', () => {
    expect(changedPaths(tiny, tiny)).toEqual([]);
    const changed = setPath(tiny, 'model.quantizer.codes', 128) as RunSpec;
    expect(getPath(changed, 'model.quantizer.codes')).toBe(128);
    expect(changedPaths(changed, tiny)).toEqual(['model.quantizer.codes']);
    const scheduled = setPath(tiny, 'training.learningRate', { kind: 'constant', from: 1e-3, warmup: 5 }) as RunSpec;
    expect(changedPaths(scheduled, tiny)).toEqual(['training.learningRate']);
  });

  it('names what is wrong by its path, with the limit', () => {
    expect(problemsOf(setPath(tiny, 'training.batch', 0))['training.batch']).toMatchObject({
      key: 'atLeast',
      limit: 1,
    });
    expect(problemsOf(setPath(tiny, 'training.learningRate', 0))['training.learningRate']).toMatchObject({
      key: 'above',
      limit: 0,
    });
    expect(problemsOf(setPath(tiny, 'model.hidden', 2.5))['model.hidden']!.key).toBe('whole');
    expect(Object.keys(problemsOf(setPath(setPath(tiny, 'training.batch', 0), 'model.hidden', 2.5)))).toEqual([
      'model.hidden',
      'training.batch',
    ]);
    expect(problemsOf(tiny)).toEqual({});
  });
});

describe('the sentence for newcomers', () => {
  const spec = runSpecSchema.parse(tiny);
  const running = (step: number, nmse: number, perplexity: number) =>
    insightOf({
      status: 'running',
      step,
      spec,
      evaluation: null,
      latest: { step, nmse, nats: null, perplexity, itemsPerSecond: 100 },
    });

  it('judges a model without codes by its error alone', () => {
    const latest = { step: 900, nmse: 0.2, nats: null, perplexity: null, itemsPerSecond: 100 };
    const insight = insightOf({ status: 'running', step: 900, spec, evaluation: null, latest });
    expect(insight).toMatchObject({ key: 'learning', kept: 0.8, perplexity: null });
  });

  it('says that it begins while there are no numbers', () => {
    expect(insightOf({ status: 'running', step: 0, spec, evaluation: null, latest: null }).key).toBe('first');
  });

  it('follows a run from its first shapes to its details', () => {
    expect(running(5, 0.9, 3).key).toBe('searching');
    expect(running(400, 0.2, 30).key).toBe('learning');
    expect(running(900, 0.05, 40)).toMatchObject({ key: 'refining', tone: 'good', kept: 0.95 });
  });

  it('warns of a collapsed codebook, but not at the very beginning', () => {
    expect(running(500, 0.5, 1.2)).toMatchObject({ key: 'collapsed', tone: 'warning' });
    expect(running(20, 0.9, 1.2).key).toBe('searching');
  });

  it('tells a failed run from an interrupted one', () => {
    const of = (status: 'failed' | 'interrupted') =>
      insightOf({ status, step: 5, spec, evaluation: null, latest: null });
    expect([of('failed').tone, of('interrupted').tone]).toEqual(['bad', 'warning']);
  });
});
