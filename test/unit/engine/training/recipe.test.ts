import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type * as Training from '../../../../main/engine/training';
import type * as Specs from '../../../../shared/specs';
import { makeDataset, makeRun, metricsOf, temporaryFolder } from './fixture';

/** A model that nobody has: all pictures become one linear map's vector, and another one's picture again. */
const SPEC = `import { z } from 'zod';
import { autoencoderKind } from './kind';
import { latentLength } from './network';

export const throwAway = autoencoderKind({
  kind: 'throw-away',
  schema: z.object({ kind: z.literal('throw-away'), latent: latentLength }),
  name: { en: 'Throw-away', 'zh-CN': '一次性' },
  help: { en: 'Two linear maps.', 'zh-CN': '两个线性映射。' },
  latent: 'vector',
});
`;
const MODEL = `import { shapeOf, valuesOf } from '@shared/specs';
import { denseLayer } from '../nn';
import * as ops from '../tensorflow/ops';
import { only } from './latents';

export function throwAway(program, spec, { signal, dataVariance }) {
  const values = valuesOf(signal);
  const down = denseLayer(program, 'down', { inputs: values, units: spec.latent });
  const up = denseLayer(program, 'up', { inputs: spec.latent, units: values });
  const encode = (items) => down(ops.reshape(items, [-1, values]));
  const decode = (vectors) => ops.reshape(up(vectors), [-1, ...shapeOf(signal)]);
  return {
    signal,
    latent: { kind: 'vector', length: spec.latent },
    weights: program.trainable,
    encode: (items) => [encode(items)],
    decode: (latents) => decode(only(latents)),
    loss(items) {
      const reconstruction = decode(encode(items));
      const nmse = ops.div(ops.mean(ops.square(ops.sub(reconstruction, items))), dataVariance);
      return { total: nmse, terms: { reconstruction: nmse }, reconstruction, metrics: {}, updates: [] };
    },
  };
}
`;

const STEPS = 100;
const folder = temporaryFolder();
let copy = '';
let tessera: Pick<typeof Training, 'createTrainer' | 'evaluateRun' | 'loadRun' | 'planRun'> &
  Pick<typeof Specs, 'modelWords' | 'runSpecSchema' | 'describeFields'>;

/** Puts a line before the one that has `mark`, as the recipe has one do in a list. */
function addLine(file: string, mark: string, line: string): void {
  const text = readFileSync(file, 'utf8');
  expect(text.split(mark), file).toHaveLength(2);
  writeFileSync(file, text.replace(mark, `${line}${mark}`));
}

beforeAll(async () => {
  mkdirSync('node_modules/.cache', { recursive: true });
  copy = path.resolve(mkdtempSync('node_modules/.cache/recipe-'));
  for (const part of ['shared', 'main']) cpSync(part, path.join(copy, part), { recursive: true });
  symlinkSync(path.resolve('resources'), path.join(copy, 'resources'));

  // the recipe: its spec file and engine file, and one line for each
  const specs = path.join(copy, 'shared/specs/autoencoders');
  writeFileSync(path.join(specs, 'throw-away.ts'), SPEC);
  addLine(path.join(specs, 'schema.ts'), "import { vae } from './vae';", "import { throwAway } from './throw-away';\n");
  addLine(path.join(specs, 'schema.ts'), 'discreteVae] as const', 'throwAway, ');
  const models = path.join(copy, 'main/engine/autoencoders');
  writeFileSync(path.join(models, 'throw-away.ts'), MODEL);
  addLine(path.join(models, 'index.ts'), "import { vae } from './vae';", "import { throwAway } from './throw-away';\n");
  addLine(path.join(models, 'index.ts'), "  'discrete-vae': discreteVae,", "  'throw-away': throwAway,\n");

  writeFileSync(
    path.join(copy, 'entry.ts'),
    "export * from './main/engine/training';\nexport { describeFields, modelWords, runSpecSchema } from '@shared/specs';\n",
  );
  await build({
    configFile: false,
    logLevel: 'error',
    resolve: { alias: { '@shared': path.join(copy, 'shared') } },
    ssr: { external: true, noExternal: ['zod'] },
    build: {
      ssr: true,
      outDir: path.join(copy, 'out'),
      target: 'node20',
      minify: false,
      rolldownOptions: {
        input: {
          entry: path.join(copy, 'entry.ts'),
          'read-batches': path.join(copy, 'main/engine/training/data/read-batches.mjs'),
        },
        output: { format: 'esm', entryFileNames: '[name].js' },
      },
    },
  });
  tessera = (await import(pathToFileURL(path.join(copy, 'out/entry.js')).href)) as typeof tessera;
});
afterAll(() => {
  folder.remove();
  if (copy !== '') rmSync(copy, { recursive: true, force: true });
});

describe('a model that is added by the recipe alone', () => {
  it('has its name, its fields and a plan, and learns, is evaluated, encodes and decodes', async () => {
    const model = { kind: 'throw-away', latent: 6 };
    const spec = tessera.runSpecSchema.parse({ dataset: 'slopes', model });
    expect(tessera.modelWords('throw-away')?.name.en).toBe('Throw-away');
    expect(tessera.describeFields(tessera.runSpecSchema, spec).map((field) => field.path)).toContain('model.latent');
    const dataset = await makeDataset(folder.path('dataset'));
    expect(tessera.planRun(spec, dataset.signal)).toMatchObject({
      parameters: 2 * 6 * 256 + 6 + 256,
      latent: { kind: 'vector', length: 6 },
    });

    const run = makeRun(folder.path('run'), dataset, {
      model: { kind: 'ae', latent: 6 },
      training: { steps: STEPS },
    });
    const manifest = JSON.parse(readFileSync(path.join(run, 'run.json'), 'utf8')) as { spec: object };
    writeFileSync(path.join(run, 'run.json'), JSON.stringify({ ...manifest, spec: { ...manifest.spec, model } }));
    const trainer = await tessera.createTrainer({ runDirectory: run, datasetDirectory: dataset.directory });
    expect(await trainer.run()).toMatchObject({ status: 'finished', failure: null });
    await trainer.dispose();
    const losses = metricsOf(run).flatMap(({ values }) => ('loss' in values ? [values.loss!] : []));
    expect(losses.at(-1)).toBeLessThan(losses[0]!);

    const loaded = await tessera.loadRun(run, STEPS);
    const { evaluation } = await tessera.evaluateRun(loaded, dataset.directory, 'test');
    expect(evaluation.score.value).toBeLessThan(1);
    const vectors = loaded.encode(new Uint8Array(256).fill(90), 1) as Float32Array;
    expect(vectors).toHaveLength(6);
    expect(loaded.kind === 'vector' && loaded.decode(vectors, 1)).toHaveLength(256);
    loaded.dispose();
  });
});
