import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExportResult } from '../../../shared/contract';
import { latentSize } from '../../../shared/specs';
import { exportRun } from '../../../main/engine/export';
import { readSafetensors, writeSafetensors } from '../../../main/engine/formats/safetensors';
import { toTheEnd } from '../../../main/engine/priors';
import { settledPerRound } from '../../../main/engine/priors/mask-schedules';
import { type Tensor, tf } from '../../../main/engine/tensorflow/native/load';
import type { LoadedCodePrior } from '../../../main/engine/training';
import { loadCodePrior } from '../../support/code-prior';
import { openSignature } from '../../support/saved-model';
import { golden } from '../golden';
import { folderOf, priorCases } from './cases';
import { STEP, makePriorRun } from './make-run';

/** Set to keep the exports with Tessera's own numbers, for `check_priors.py`. */
const keep = process.env.TESSERA_KEEP_EXPORTS;
const folder = keep ?? mkdtempSync(path.join(os.tmpdir(), 'tessera-prior-exports-'));
afterAll(() => {
  if (!keep) rmSync(folder, { recursive: true, force: true });
});

const inPython = keep ? undefined : golden('prior-exports.npz');
const HINT = 'Exported Python or numbers changed: run check_priors.py --write as test/oracle/README.md says.';

const COUNT = 3;
/** What Tessera draws and what the export is asked for: of the first class, of none, of the second. */
const asked = { seed: 5, temperature: 0.8, labels: Int32Array.of(0, -1, 1) };

describe.each(priorCases.map((one) => [one.name, one] as const))('%s', (name, one) => {
  const place = path.join(folder, 'priors', folderOf(one));
  const savedModel = path.join(place, 'savedmodel');
  let prior: LoadedCodePrior;
  let numbers: Awaited<ReturnType<typeof numbersOf>>;
  let made: ExportResult;

  beforeAll(async () => {
    rmSync(place, { recursive: true, force: true });
    const runDirectory = path.join(place, 'run');
    makePriorRun(runDirectory, one);
    prior = await loadCodePrior(runDirectory, STEP);
    numbers = numbersOf(prior);
    made = await exportRun({ runDirectory, step: STEP, format: 'savedmodel', directory: savedModel });
    if (keep) writeFileSync(path.join(place, 'expected.safetensors'), writeSafetensors(numbers, { name }));
  });
  afterAll(() => prior?.dispose());

  it('gives the logits that Tessera has, for any number of items', async () => {
    const { codes, labels, logits } = numbers;
    const model = await openSignature(savedModel, 'logits');
    for (const count of [COUNT, 1]) {
      const found = model.predict({
        codes: tf.slice(tensorOf(codes), [0, 0], [count, -1]),
        labels: tf.slice(tensorOf(labels), [0], [count]),
      }).logits!;
      expect(found.shape).toEqual([count, ...logits.shape.slice(1)]);
      expect(apart(found.dataSync(), logits.data.subarray(0, found.size))).toBeLessThan(1e-5);
    }
    model.dispose();
  });

  it('has for each code a likelihood of its own: what Tessera says of it', () => {
    // a prior drawn in rounds is judged round by round, not all at once
    if (prior.prior.rounds !== undefined) return;
    const { codes, nats, logits } = numbers;
    const choices = logits.shape[2]!;
    codes.data.forEach((code, at) => {
      const own = logits.data.subarray(at * choices, (at + 1) * choices);
      const sum = own.reduce((total, value) => total + Math.exp(value), 0);
      expect(Math.log(sum) - own[code]!).toBeCloseTo(nats.data[at]!, 3);
    });
  });

  it('draws step by step what Tessera draws', async () => {
    const { codes } = numbers;
    expect(await drawn(savedModel, prior)).toEqual([...codes.data]);
    expect(new Set(codes.data).size).toBeGreaterThan(3);
  });

  it('brings its autoencoder, a description and what draws and decodes by them', async () => {
    const names = made.files.map((file) => file.name);
    expect(names).toEqual(
      expect.arrayContaining([
        'README.md',
        'autoencoder/saved_model.pb',
        'description.json',
        'sample.py',
        'saved_model.pb',
      ]),
    );
    const description = JSON.parse(readFileSync(path.join(savedModel, 'description.json'), 'utf8')) as {
      latents: { name: string; sides: number[] }[];
    };
    const { codes, pictures } = numbers;
    const size = latentSize(prior.prior.latent);
    let at = 0;
    const latents: Record<string, Tensor> = {};
    for (const { name: of, sides } of description.latents) {
      const own = sides.reduce((product, side) => product * side, 1);
      latents[of] = tf.reshape(tf.slice(tensorOf(codes), [0, at], [-1, own]), [COUNT, ...sides]);
      at += own;
    }
    expect(at).toBe(size);
    const decoder = await openSignature(path.join(savedModel, 'autoencoder'), 'decode');
    expect(apart(decoder.predict(latents).images!.dataSync(), pictures.data)).toBeLessThan(1 / 255);
    decoder.dispose();
  });

  it('means the same in Python, as TensorFlow found', { skip: !inPython }, () => {
    const source = readFileSync(path.join(savedModel, 'sample.py'));
    expect(inPython!.text(`${folderOf(one)}/sample.py`), HINT).toBe(createHash('sha256').update(source).digest('hex'));
    expect([...inPython!.integers(`${folderOf(one)}/codes`)], HINT).toEqual([...numbers.codes.data]);
    expect(apart(inPython!.floats(`${folderOf(one)}/logits`), numbers.logits.data), HINT).toBeLessThan(1e-4);
  });

  it('has all its weights in safetensors', async () => {
    const directory = path.join(place, 'safetensors');
    const { files } = await exportRun({
      runDirectory: path.join(place, 'run'),
      step: STEP,
      format: 'safetensors',
      directory,
    });
    expect(files.map((file) => file.name)).toEqual([
      'README.md',
      'autoencoder/README.md',
      'autoencoder/description.json',
      'autoencoder/model.py',
      'autoencoder/model.safetensors',
      'autoencoder/preprocess.py',
      'description.json',
      'model.safetensors',
    ]);
    const { tensors, metadata } = readSafetensors(readFileSync(path.join(directory, 'model.safetensors')));
    expect(Object.keys(tensors)).toEqual(prior.prior.weights.map((weight) => weight.name).sort());
    const description = readFileSync(path.join(directory, 'description.json'), 'utf8');
    expect(JSON.parse(metadata.tessera!)).toEqual(JSON.parse(description));
    expect(JSON.parse(description)).toMatchObject({ weightsHash: prior.info.weightsHash, step: STEP });
  });
});

const tensorOf = ({
  dtype,
  shape,
  data,
}: {
  dtype: 'int32' | 'float32';
  shape: number[];
  data: Int32Array | Float32Array;
}) => tf.tensor(data, shape, dtype);

/** What Tessera itself draws, and what it says of that. */
function numbersOf({ prior, program, autoencoder, sampler }: LoadedCodePrior) {
  const size = latentSize(prior.latent);
  const { seed, temperature, labels } = asked;
  const drawing = sampler(COUNT).draw({ seed, temperature, ...(prior.classes > 0 && { labels }) });
  const codes = toTheEnd(drawing);
  const { feeds, body } = prior.signatures.logits!;
  const logits = program.define('logits', { feeds: feeds(COUNT) }, body).run({ codes, labels }).logits!;
  const judged = program.define('judged', { feeds: feeds(COUNT) }, (fed) => prior.judge(fed.codes!, fed.labels!));
  const { signal } = autoencoder.info;
  const pixels = Float32Array.from(autoencoder.decode(codes, COUNT), (value) => value / 255);
  return {
    codes: { dtype: 'int32' as const, shape: [COUNT, size], data: codes },
    labels: { dtype: 'int32' as const, shape: [COUNT], data: labels },
    logits: { dtype: 'float32' as const, shape: [...logits.shape], data: logits.data as Float32Array },
    nats: {
      dtype: 'float32' as const,
      shape: [COUNT, size],
      data: judged.run({ codes, labels }).nats!.data as Float32Array,
    },
    pictures: { dtype: 'float32' as const, shape: [COUNT, signal.height, signal.width, signal.channels], data: pixels },
  };
}

/** What is drawn by nothing but repeated calls of `sample_step`. */
async function drawn(directory: string, { prior, manifest }: LoadedCodePrior): Promise<number[]> {
  const size = latentSize(prior.latent);
  const step = await openSignature(directory, 'sample_step');
  const { model } = manifest.spec;
  const rounds = 8;
  const plan = model.kind === 'maskgit' ? settledPerRound(model.schedule, size, rounds) : undefined;
  const scalar = (value: number, dtype: 'int32' | 'float32') => tf.scalar(value, dtype);
  const common = {
    labels: tf.tensor1d(asked.labels, 'int32'),
    temperature: scalar(asked.temperature, 'float32'),
    seed: scalar(asked.seed, 'int32'),
  };
  let codes = tf.fill([COUNT, size], -1, 'int32');
  for (let at = 0; at < (plan?.length ?? size); at++) {
    const own: Record<string, Tensor> = plan
      ? {
          counts: tf.fill([COUNT], plan[at]!, 'int32'),
          round: scalar(at, 'int32'),
          choice_temperature: scalar(4.5 * Math.max(0, 1 - (at + 1) / rounds), 'float32'),
        }
      : { position: scalar(at, 'int32') };
    codes = step.predict({ codes, ...common, ...own }).codes! as typeof codes;
  }
  step.dispose();
  return [...codes.dataSync()];
}

function apart(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(found.length).toBe(expected.length);
  let most = 0;
  for (let at = 0; at < expected.length; at++) most = Math.max(most, Math.abs(found[at]! - expected[at]!));
  return most;
}
