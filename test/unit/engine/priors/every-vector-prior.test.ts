import { cpSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawingSchema } from '../../../../shared/contract';
import { kindsOf, runFolder, vectorPriorSchema } from '../../../../shared/specs';
import { exportRun } from '../../../../main/engine/export';
import { toTheEnd } from '../../../../main/engine/priors';
import { requireOverCodes } from '../../../../main/engine/studio/latents';
import { samplesOf } from '../../../../main/engine/studio/vector-samples';
import { tf } from '../../../../main/engine/tensorflow/native/load';
import { type LoadedVectorPrior, createTrainer, evaluatePrior, loadPrior } from '../../../../main/engine/training';
import { noiseOf } from '../../../../main/engine/training/vector-noise';
import { openSignature } from '../../../support/saved-model';
import { tinyModels, tinyVectorPriors } from '../../../support/tiny-models';
import { learntOf, metricsOf, tensorsOf } from '../training/fixture';
import { train } from '../training/train';
import { type Ground, makeGround, makePriorRun } from './prior-run';

/** Set to keep exports, to be opened in stock Python. */
const keep = process.env.TESSERA_KEEP_EXPORTS;
const STEPS = 20;
const CRASH = 13;
const drawing = drawingSchema.parse({ count: 5, seed: 3 });
const quietly = { signal: new AbortController().signal, onProgress: () => undefined };

let ground: Ground;
beforeAll(async () => {
  ground = await makeGround({ kind: 'ae', ...tinyModels.ae });
});
afterAll(() => ground?.folder.remove());

/** Every prior over vectors of the registry. A prior that is added joins by itself. */
describe.each(kindsOf(vectorPriorSchema))('%s over vectors', (kind) => {
  let run: string;
  let prior: LoadedVectorPrior;

  beforeAll(async () => {
    expect(Object.keys(tinyVectorPriors), 'tinyVectorPriors in test/support/tiny-models.ts').toContain(kind);
    run = makePriorRun(ground, kind, { kind, ...tinyVectorPriors[kind] }, { steps: STEPS, learningRate: 1e-2 });
    const crashed = `${run}-crashed`;
    const outcome = await train(run, ground.dataset, {
      onMetrics: ({ step }) => {
        if (step === CRASH && !existsSync(crashed)) cpSync(run, crashed, { recursive: true });
      },
    });
    expect(outcome).toMatchObject({ status: 'finished', step: STEPS, failure: null });
    const loaded = await loadPrior(run, STEPS);
    if (loaded.kind !== 'vector') throw new Error('This prior is over codes.');
    prior = loaded;
  });
  afterAll(() => prior?.dispose());

  it('knows the latents better than N(0, I) does', () => {
    for (const { values } of metricsOf(run)) expect(Object.values(values).every(Number.isFinite)).toBe(true);
    const { values } = metricsOf(run).findLast((line) => 'test/nats-per-dimension' in line.values)!;
    expect(values['test/nats-per-dimension']).toBeLessThan(values['test/nats-per-dimension-normal']!);
    expect(values['test/nats-per-latent']).toBeCloseTo(4 * values['test/nats-per-dimension']!, 4);
  });

  it('is evaluated as it was while it trained', async () => {
    const last = metricsOf(run).findLast((line) => 'test/nats-per-dimension' in line.values)!.values;
    const { measures } = await evaluatePrior(prior, ground.dataset.directory, 'test');
    for (const [measure, value] of Object.entries(measures))
      expect(value, measure).toBeCloseTo(last[`test/${measure}`]!, 4);
  });

  it('goes on after a crash to the same end bit for bit', async () => {
    const crashed = `${run}-crashed`;
    writeFileSync(`${crashed}/${runFolder.lock}`, '999999999');
    expect(await train(crashed, ground.dataset)).toMatchObject({ status: 'finished', step: STEPS });
    expect(learntOf(crashed)).toEqual(learntOf(run));
    expect(tensorsOf(crashed, STEPS)).toEqual(tensorsOf(run, STEPS));
  });

  it('is stopped while it is being fitted, and goes on to the same end', async () => {
    const stopped = makePriorRun(
      ground,
      `${kind}-stopped`,
      { kind, ...tinyVectorPriors[kind] },
      { steps: STEPS, learningRate: 1e-2 },
    );
    const trainer = await createTrainer({ runDirectory: stopped, datasetDirectory: ground.dataset.directory });
    const running = trainer.run();
    await trainer.stop();
    expect(await running).toEqual({ status: 'stopped', step: 0, failure: null });
    await trainer.dispose();
    expect(await train(stopped, ground.dataset)).toMatchObject({ status: 'finished', step: STEPS });
    expect(tensorsOf(stopped, STEPS)).toEqual(tensorsOf(run, STEPS));
  });

  it('shows samples as it learns', () => {
    expect(readdirSync(`${run}/${runFolder.previews}`)).toContain(`${STEPS}.u8`);
  });

  it('draws the same for a seed however many are asked for, others for another', async () => {
    const five = await samplesOf(prior, drawing, quietly);
    expect(five.vectors).toHaveLength(20);
    const two = await samplesOf(prior, { ...drawing, first: 1, count: 2 }, quietly);
    expect(two.vectors).toEqual(five.vectors!.slice(4, 12));
    const others = await samplesOf(prior, { ...drawing, seed: 4 }, quietly);
    expect(others.vectors).not.toEqual(five.vectors);
  });

  it('refuses what only codes have', async () => {
    const given = new Int32Array(4);
    await expect(samplesOf(prior, { ...drawing, given }, quietly)).rejects.toMatchObject({ field: 'given' });
    await expect(samplesOf(prior, { ...drawing, label: 0 }, quietly)).rejects.toMatchObject({ field: 'label' });
    expect(() => requireOverCodes(prior)).toThrow('is a prior over vectors');
  });

  it('is exported with its autoencoder, and draws and judges as here', async () => {
    const directory = keep ? `${keep}/vectors/${kind}` : ground.folder.path(`${kind}-export`);
    rmSync(directory, { recursive: true, force: true });
    const { files } = await exportRun({ runDirectory: run, step: STEPS, format: 'savedmodel', directory });
    const names = files.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['sample.py', 'saved_model.pb', 'autoencoder/saved_model.pb']));
    const [count, length] = [3, prior.prior.latent.length];
    const noise = noiseOf(count, length, 7);
    const own = toTheEnd(prior.sampler(count).draw(noise));
    const vectors = tf.tensor2d(await drawnBy(directory, noise, [count, length]), [count, length]);
    expect(apart(vectors.dataSync(), own)).toBeLessThan(1e-5);

    const judge = await openSignature(directory, 'log_prob');
    const found = judge.predict({ vectors }).log_prob!.dataSync();
    judge.dispose();
    const judged = prior.program
      .define('judged', { feeds: { vectors: { shape: [count, length], dtype: 'float32' } } }, (fed) => ({
        logs: prior.prior.logDensity(fed.vectors),
      }))
      .run({ vectors: own });
    expect(apart(found, judged.logs.data)).toBeLessThan(1e-4);
  });
});

it('can’t be trained on codes, nor a prior over codes on vectors', async () => {
  const { dataset } = ground;
  const run = makePriorRun(ground, 'wrong', { kind: 'gpt' });
  const opening = createTrainer({ runDirectory: run, datasetDirectory: dataset.directory });
  await expect(opening).rejects.toMatchObject({ code: 'BAD_REQUEST', field: 'autoencoder' });
});

/** Vectors by `sample`, or by repeated calls of `sample_step`. */
async function drawnBy(
  directory: string,
  { normal, uniform }: ReturnType<typeof noiseOf>,
  [count, length]: [number, number],
): Promise<Float32Array> {
  const column = (values: Float32Array, at: number) =>
    tf.tensor1d(Float32Array.from({ length: count }, (_, row) => values[row * length + at]!));
  const text = readFileSync(`${directory}/description.json`, 'utf8');
  if ((JSON.parse(text) as { drawn: string }).drawn === 'at-once') {
    const sample = await openSignature(directory, 'sample');
    const fed = { normal: tf.tensor2d(normal, [count, length]), uniform: column(uniform, 0) };
    const drawn = sample.predict(fed).vectors!.dataSync() as Float32Array;
    sample.dispose();
    return drawn;
  }
  const step = await openSignature(directory, 'sample_step');
  let vectors = tf.zeros([count, length]);
  for (let position = 0; position < length; position++) {
    const noise = { normal: column(normal, position), uniform: column(uniform, position) };
    vectors = step.predict({ vectors, position: tf.scalar(position, 'int32'), ...noise }).vectors!;
  }
  step.dispose();
  return vectors.dataSync() as Float32Array;
}

function apart(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(found.length).toBe(expected.length);
  let most = 0;
  for (let at = 0; at < expected.length; at++) most = Math.max(most, Math.abs(found[at]! - expected[at]!));
  return most;
}
