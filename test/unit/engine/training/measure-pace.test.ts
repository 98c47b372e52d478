import { describe, expect, it } from 'vitest';
import { fromPreset, latentShapeSchema, presets, runSpecSchema, type RunSpec } from '../../../../shared/specs';
import { measurePace } from '../../../../main/engine/training';
import { kindsOfStep } from '../../../../main/engine/training/measure-pace';

const signal = { kind: 'picture', height: 16, width: 16, channels: 1 } as const;
const codes = latentShapeSchema.parse({
  kind: 'codes',
  levels: [{ axes: [4, 4], depth: 1, codes: 16, dimension: 4 }],
});
const never = new AbortController().signal;
const named = (name: string, autoencoder: RunSpec['autoencoder'] = null): RunSpec =>
  fromPreset(
    presets.find((one) => one.name === name)!,
    'd',
    autoencoder,
  );
const of = { run: 'teacher', step: 1 };

describe('the kinds of step of a run', () => {
  it('are one where every step computes the same', () =>
    expect(kindsOfStep(() => '', 1000)).toEqual([{ at: 1, share: 1 }]));

  it('are counted as often as they occur', () =>
    expect(kindsOfStep((step) => (step > 750 ? '1' : '0'), 1000)).toEqual([
      { at: 1, share: 0.75 },
      { at: 751, share: 0.25 },
    ]));

  it('are looked at step by step of a short run', () =>
    expect(kindsOfStep((step) => String(step), 2).map(({ at }) => at)).toEqual([1, 2]));
});

describe('measuring a configuration', () => {
  it('takes real steps of an autoencoder, and tells what an evaluation takes', async () => {
    const spec = runSpecSchema.parse({
      dataset: 'd',
      model: { kind: 'vq-vae', hidden: 8, residualHidden: 4, codes: 16, downsamplings: 2 },
      training: { batch: 4, steps: 10 },
    });
    const pace = await measurePace(spec, { signal, latent: null, classes: 0, heldOut: 100 }, never);
    expect(pace!.millisecondsPerStep).toBeGreaterThan(0);
    expect(pace!.steps).toBeGreaterThanOrEqual(3);
    expect(pace!.kinds).toBe(1);
    expect(pace!.secondsPerEvaluation).toBeGreaterThan(0);
  });

  it('counts every batch of a step that gathers several', async () => {
    const spec = { ...named('tiny') };
    const four = { ...spec, training: { ...spec.training, batch: 2, accumulate: 4 } };
    const pace = await measurePace(four, { signal, latent: null, classes: 0, heldOut: 0 }, never);
    expect(pace!.millisecondsPerStep).toBeGreaterThan(0);
    expect(pace!.secondsPerEvaluation).toBe(0);
  });

  it('takes steps of a prior over codes, and of one over vectors', async () => {
    const prior = await measurePace(named('gpt-tiny', of), { signal, latent: codes, classes: 3, heldOut: 10 }, never);
    expect(prior!.millisecondsPerStep).toBeGreaterThan(0);
    const latent = { kind: 'vector', length: 4 } as const;
    const made = await measurePace(named('made-tiny', of), { signal, latent, classes: 0, heldOut: 10 }, never);
    expect(made!.millisecondsPerStep).toBeGreaterThan(0);
  });

  it.each([
    ['pca', null],
    ['mixture', of],
  ])('says nothing of %s, which is fitted at once', async (name, autoencoder) =>
    expect(
      await measurePace(named(name, autoencoder), { signal, latent: codes, classes: 0, heldOut: 10 }, never),
    ).toBeNull(),
  );

  it('ends between two steps when it is no longer wanted', async () => {
    const ended = AbortSignal.abort();
    await expect(
      measurePace(named('tiny'), { signal, latent: null, classes: 0, heldOut: 10 }, ended),
    ).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
