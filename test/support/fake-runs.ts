/** A small workspace made of arithmetic: a dataset, runs in every state, their metrics, previews and codebook. */
import { evaluationSchema } from '@shared/contract';
import { scoreIn } from '@shared/metrics';
import type {
  Codebook,
  DatasetSummary,
  Evaluation,
  Metrics,
  ModelInfo,
  Items,
  RunSummary,
  RunTime,
} from '@shared/contract';
import { AppError } from '@shared/errors';
import {
  fromPreset,
  presets,
  vectorQuantizerSchema,
  vqVaeSchema,
  type CodesLatent,
  type RunStatus,
} from '@shared/specs';
import type { FakeHandlers } from './fake-workbench';

const STARTED = Date.UTC(2026, 0, 5, 9) / 1000;
const SIDE = 28;
const GRID = 7;
export const CODES = 64;

export const fakeDataset: DatasetSummary = {
  id: 'shoes',
  name: 'Shoes and shirts',
  signal: { kind: 'picture', height: SIDE, width: SIDE, channels: 1 },
  count: 10_000,
  classes: ['shoe', 'shirt'],
  splits: { train: 9000, test: 1000 },
  createdAt: '2026-01-05T09:00:00.000Z',
  cover: [0, 1, 2, 3, 4, 5],
  bundled: true,
};

/** A repeatable number from 0 to 1 for each integer. */
export function noise(seed: number): number {
  let x = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
}

/** An evaluation with some measures of other values. */
export function evaluationWith(evaluation: Evaluation, changed: Record<string, number>): Evaluation {
  const measures = { ...evaluation.measures, ...changed };
  return { ...evaluation, score: scoreIn(measures), measures };
}

export function fakeRun(id: string, status: RunStatus, step: number, more: Partial<RunSummary> = {}): RunSummary {
  const active = ['starting', 'running', 'paused'].includes(status);
  const { spec } = { spec: fromPreset(presets[0]!, fakeDataset.id) };
  const learnt = Math.exp(-step / 300);
  const evaluation: Evaluation | null =
    step < 250
      ? null
      : evaluationSchema.parse({
          split: 'test',
          step,
          items: 1000,
          nmse: 0.06 + 0.4 * learnt,
          psnr: 24 - 6 * learnt,
          perplexity: 42,
          usage: 0.9,
          deadCodes: 6,
          measures: {},
        });
  return {
    version: 1,
    id,
    name: id.replace(/-/g, ' '),
    note: '',
    tags: [],
    starred: false,
    spec,
    datasetName: fakeDataset.name,
    signal: { kind: 'picture', height: SIDE, width: SIDE, channels: 1 },
    preprocessing: { fit: 'crop', background: 'white' },
    trainVariance: 0.09,
    classes: fakeDataset.classes,
    codes: null,
    sweep: null,
    status,
    step,
    failure: null,
    createdAt: '2026-01-05T09:00:00.000Z',
    updatedAt: '2026-01-05T09:10:00.000Z',
    active,
    latest:
      step === 0
        ? null
        : { step, nmse: 0.06 + 0.6 * learnt, nats: null, perplexity: 40 - 35 * learnt, itemsPerSecond: 1830 },
    evaluation,
    checkpoints: [250, 500, 750, 1000].filter((at) => at <= step),
    best: step >= 250 ? Math.floor(step / 250) * 250 : null,
    secondsLeft: active ? 95 : null,
    memoryBytes: active ? 412_000_000 : null,
    bundled: false,
    ...more,
  };
}

/** So many steps of 27 ms, as measured. */
const fakeTime = (steps: number): RunTime => ({
  kind: 'measured',
  millisecondsPerStep: 27,
  steps: 20,
  kinds: 1,
  secondsPerEvaluation: 1,
  seconds: 0.027 * steps,
  beside: 0,
});

/** Rows of steps `from` to `to`: losses fall, perplexity rises, an evaluation every 250 steps. */
export function fakeMetrics(from: number, to: number, seed = 1): Metrics {
  const length = Math.max(0, to - from + 1);
  const column = (value: (step: number) => number): Float32Array<ArrayBuffer> =>
    Float32Array.from({ length }, (_, i) => value(from + i));
  const jitter = (step: number, salt: number): number => 0.85 + 0.3 * noise(step * 7 + salt + seed * 1000);
  const learnt = (step: number): number => Math.exp(-step / (250 + 40 * seed));
  const evaluated = (value: (step: number) => number) => column((step) => (step % 250 === 0 ? value(step) : NaN));
  return {
    step: Float64Array.from({ length }, (_, i) => from + i),
    wall: Float64Array.from({ length }, (_, i) => STARTED + (from + i) * 0.018),
    series: {
      loss: column((step) => (0.09 + 0.8 * learnt(step)) * jitter(step, 1)),
      'loss/reconstruction': column((step) => (0.06 + 0.7 * learnt(step)) * jitter(step, 2)),
      'loss/commitment': column((step) => 0.03 * (1 + 2 * learnt(step / 3)) * jitter(step, 3)),
      nmse: column((step) => (0.06 + 0.7 * learnt(step)) * jitter(step, 4)),
      perplexity: column((step) => 42 - 38 * learnt(step) + 3 * noise(step + seed)),
      'learning-rate': column(() => 1e-3),
      'items-per-second': column((step) => 1800 + 120 * noise(step + 5)),
      'test/nmse': evaluated((step) => 0.07 + 0.7 * learnt(step)),
      'test/psnr': evaluated((step) => 22 - 8 * learnt(step)),
      'test/perplexity': evaluated((step) => 44 - 38 * learnt(step)),
      'test/usage': evaluated((step) => 0.95 - 0.6 * learnt(step)),
      'test/dead-codes': evaluated((step) => Math.round(CODES * (0.05 + 0.6 * learnt(step)))),
    },
  };
}

/** `count` pictures of blobs; `sharpness` from 0 (grey) to 1. */
export function fakePictures(count: number, side: number, sharpness: number, seed = 0): Items {
  const pixels = new Uint8Array(count * side * side);
  for (let i = 0; i < count; i++) {
    const [cx, cy, r] = [
      0.3 + 0.4 * noise(i + seed),
      0.3 + 0.4 * noise(i + 50 + seed),
      0.15 + 0.25 * noise(i + 90 + seed),
    ];
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const edge = (r - Math.hypot(x / side - cx, y / side - cy)) * (4 + 40 * sharpness);
        pixels[(i * side + y) * side + x] = Math.round(255 / (1 + Math.exp(-edge)));
      }
    }
  }
  return { signal: { kind: 'picture', height: side, width: side, channels: 1 }, dtype: 'u8', count, data: pixels };
}

export const fakeLatent: CodesLatent = {
  kind: 'codes',
  levels: [{ axes: [GRID, GRID], depth: 1, codes: CODES, dimension: 16 }],
};

export const fakeModel = (run: string, step: number): ModelInfo => ({
  run,
  step,
  signal: { kind: 'picture', height: SIDE, width: SIDE, channels: 1 },
  latent: fakeLatent,
  weightsHash: 'abc',
});

/** Use that falls off steeply; every ninth code is dead. */
export function fakeCodebook(step: number): Codebook {
  const counts = Uint32Array.from({ length: CODES }, (_, code) =>
    code % 9 === 8 ? 0 : Math.round(6000 * noise(code) ** 4) + 1,
  );
  const positions = new Uint32Array(CODES * GRID * GRID);
  counts.forEach((count, code) => {
    for (let i = 0; i < count; i++) {
      const near = (salt: number): number =>
        Math.floor(GRID * (0.5 * noise(code * 31 + salt) + 0.5 * noise(i * 17 + code + salt)));
      positions[(code * GRID + near(1)) * GRID + near(2)]!++;
    }
  });
  const total = counts.reduce((sum, count) => sum + count, 0);
  const entropy = counts.reduce(
    (sum, count) => (count === 0 ? sum : sum - (count / total) * Math.log(count / total)),
    0,
  );
  const deadCodes = counts.filter((count) => count === 0).length;
  const byLikeness = Int32Array.from({ length: CODES }, (_, code) => code).sort((a, b) => noise(a) - noise(b));
  return {
    step,
    items: 1000,
    codes: CODES,
    counts,
    positions,
    perplexity: Math.exp(entropy),
    usage: 1 - deadCodes / CODES,
    deadCodes,
    byLikeness,
  };
}

/** Answers of a workbench with these runs. */
export function fakeRunHandlers(runs: RunSummary[], datasets: DatasetSummary[] = [fakeDataset]): FakeHandlers {
  const find = (id: string): RunSummary => {
    const found = runs.find((run) => run.id === id);
    if (!found) throw new AppError('NOT_FOUND', `There is no run “${id}”.`);
    return found;
  };
  const previewSteps = (run: RunSummary): number[] =>
    Array.from({ length: Math.floor(run.step / 50) + 1 }, (_, i) => i * 50);
  return {
    'app.info': () => ({ version: '0', host: 'browser', workspace: 'workspace', platform: 'test' }),
    'datasets.list': () => datasets,
    'datasets.thumbnails': ({ indices }) => fakePictures(indices.length, SIDE, 1, 300),
    'runs.list': () => runs,
    'runs.incidents': () => [],
    'engine.status': () => [],
    'engine.doctor': () => ({
      ok: true,
      versions: { tessera: '0', node: '20', platform: 'test' },
      backend: { kind: 'native', why: 'set-up' },
      engine: { tensorflow: '2.21.0', device: 'CPU', threads: 2 },
      cards: [],
      memory: { total: 8e9, free: 4e9 },
      cache: { path: 'cache', bytes: 0 },
      perceptualTrunk: true,
      problems: [],
    }),
    'runs.provenance': () => ({ sessions: [], datasetHash: null, weights: [] }),
    'runs.plan': ({ spec, time: how }) => {
      const time = how === 'known' ? null : fakeTime(spec.training.steps);
      if (spec.model.kind !== 'vq-vae') {
        const latent = { kind: 'vector', length: 16 } as const;
        const compression = (SIDE * SIDE * 8) / 512;
        return { parameters: 900, memoryBytes: 4e8, latent, bitsPerItem: 512, compression, time };
      }
      const { hidden, downsamplings, quantizer } = vqVaeSchema.parse(spec.model);
      const { codes, dimension } = vectorQuantizerSchema.parse(quantizer);
      const side = SIDE / 2 ** downsamplings;
      if (side < 4)
        throw new AppError('BAD_REQUEST', 'Pictures of 28 × 28 px cannot be halved so often.', '', {
          field: 'model.downsamplings',
        });
      const [height, width] = [Math.floor(side), Math.floor(side)];
      const bits = side * side * Math.log2(codes);
      const parameters = 900 * hidden + codes * dimension;
      return {
        parameters,
        memoryBytes: 16 * parameters + 4e8,
        latent: { kind: 'codes', levels: [{ axes: [height, width], depth: 1, codes, dimension }] },
        bitsPerItem: bits,
        compression: (SIDE * SIDE * 8) / bits,
        time,
      };
    },
    'runs.start': ({ spec, name }) => {
      const run = fakeRun('new-run', 'starting', 0, { spec, name: name ?? 'new run' });
      runs.unshift(run);
      return run;
    },
    'runs.pause': ({ run }) => ({ ...find(run), status: 'paused' }),
    'runs.continue': ({ run }) => ({ ...find(run), status: 'running', active: true }),
    'runs.stop': ({ run }) => ({ ...find(run), status: 'stopped', active: false }),
    'runs.metrics': ({ run }) => {
      const { step, status } = find(run);
      const metrics = fakeMetrics(1, step, 1 + runs.indexOf(find(run)));
      if (status === 'failed')
        for (const name of ['loss', 'loss/commitment']) metrics.series[name]!.fill(NaN, step - 1);
      return metrics;
    },
    'runs.previews': ({ run }) => ({ steps: previewSteps(find(run)), originals: fakePictures(8, SIDE, 1) }),
    'runs.preview': ({ step }) => fakePictures(8, SIDE, Math.min(1, step / 800)),
    'runs.usage': ({ run }) => {
      const steps = find(run).checkpoints;
      const { counts } = fakeCodebook(0);
      const rows = steps.flatMap((step) =>
        [...counts].map((count, code) => (noise(code + 400) > step / 800 ? 0 : count)),
      );
      return { steps, codes: CODES, counts: Uint32Array.from(rows) };
    },
    'runs.log': () => ({ text: 'step 421: loss is NaN\n' }),
    'studio.open': ({ run }) => fakeModel(run, find(run).checkpoints.at(-1) ?? 0),
    'studio.showcase': ({ run }) => ({
      step: find(run).step,
      split: 'test',
      items: [7, 3, 5].map((index) => ({ index, psnr: 24, contrast: 0.3 })),
      psnr: 22,
      meanPicturePsnr: 12,
    }),
    'studio.palette': ({ run }) => ({ step: find(run).step, tiles: fakePictures(CODES, 8, 0.3, 700), gain: 1 }),
    'studio.codebook': ({ run }, { progress }) => {
      progress({ phase: 'count', done: 500, total: 1000, skipped: 0, secondsLeft: 1 });
      return fakeCodebook(find(run).checkpoints.at(-1) ?? 0);
    },
    'studio.code': ({ code, limit }) => {
      const count = fakeCodebook(0).counts[code]!;
      const shown = Math.min(limit, count);
      return {
        code,
        count,
        patches: fakePictures(shown, 12, 0.6, code * 100),
        places: Array.from({ length: shown }, (_, i) => ({ index: i * 7, row: i % GRID, column: (i * 3) % GRID })),
        nearest: Array.from({ length: 16 }, (_, i) => ({ code: (code + 1 + i) % CODES, distance: 0.2 + 0.13 * i })),
      };
    },
  };
}
