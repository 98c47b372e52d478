import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  fromPreset,
  hasVector,
  isPrior,
  isVectorPrior,
  presets,
  runSpecSchema,
  settingsBlock,
  trainArguments,
  trainCommandLine,
  type Preset,
  type RunSpec,
} from '@shared/specs';
import { aDataset, aRun, tessera, type Ran } from '../../support/cli';
import { tinyCompositions, tinyModels, tinyQuantizers } from '../../support/tiny-models';

const codes = aRun({ id: 'codes-1', name: 'Codes', active: false, status: 'finished', checkpoints: [100] });
const vectors = aRun({
  id: 'vectors-1',
  name: 'Vectors',
  spec: fromPreset(
    presets.find(({ model }) => hasVector(model as never))!,
    'flowers',
  ),
});

/** What `tessera` would start, given these arguments. */
async function started(args: readonly string[], directory = '/'): Promise<{ ran: Ran; spec: RunSpec | null }> {
  let spec: RunSpec | null = null;
  const ran = await tessera([...args, '--json'], {
    outside: { directory },
    handlers: {
      'datasets.list': () => [aDataset(), aDataset({ id: 'shoes', name: 'Shoes' })],
      'runs.list': () => [codes, vectors],
      'runs.start': (params) => {
        spec = params.spec;
        throw new Error('that is all');
      },
    },
  });
  return { ran, spec };
}

const said = ({ out, err }: Ran): string => [...out, ...err].join('\n');
const groundOf = ({ model }: Preset) =>
  isPrior({ kind: model } as never)
    ? { run: isVectorPrior({ kind: model } as never) ? vectors.id : codes.id, step: 100 }
    : null;
const changed = {
  learningRate: { kind: 'cosine', from: 1e-3, to: 1e-5, over: 400, warmup: 20 },
  optimizer: { kind: 'adamw', beta1: 0.8, beta2: { kind: 'linear', from: 0.9, to: 0.99 }, weightDecay: 0.05 },
  seed: 7,
  steps: 1234,
  clipNorm: 2.5,
};

describe('the command line of a run', () => {
  const cases: [string, RunSpec][] = [
    ...presets.map((preset): [string, RunSpec] => [
      `${preset.model} ${preset.name}`,
      fromPreset(preset, 'flowers', groundOf(preset)),
    ]),
    ...presets.map((preset): [string, RunSpec] => {
      const spec = fromPreset(preset, 'flowers', groundOf(preset));
      return [
        `${preset.model} ${preset.name}, trained otherwise`,
        runSpecSchema.parse({ ...spec, training: { ...spec.training, ...changed } }),
      ];
    }),
    ...Object.entries(tinyModels).map(([kind, model]): [string, RunSpec] => [
      `a tiny ${kind}`,
      runSpecSchema.parse({ dataset: 'flowers', model: { kind, ...model } }),
    ]),
    ...Object.entries({ ...tinyQuantizers, ...tinyCompositions }).map(([name, quantizer]): [string, RunSpec] => [
      `the quantizer ${name}`,
      runSpecSchema.parse({
        dataset: 'flowers',
        model: { kind: 'vq-vae', hidden: 8, quantizer: { kind: name, ...quantizer } },
        preset: 'cifar10',
      }),
    ]),
  ];

  it.each(cases)('of %s starts the same run', async (_, spec) => {
    const { spec: again, ran } = await started(trainArguments(spec));
    expect(again, said(ran)).toEqual({ ...spec, preset: spec.preset ?? again?.preset });
  });

  it('says no more than what differs from the preset, and is safe in a shell', () => {
    const tiny = fromPreset(presets[0]!, 'flowers');
    expect(trainArguments(tiny)).toEqual(['train', '--dataset', 'flowers', '--model', 'vq-vae', '--preset', 'tiny']);
    expect(trainCommandLine({ ...tiny, dataset: "it's; rm" })).toContain("--dataset 'it'\\''s; rm'");
  });
});

describe('train --config', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'tessera-config-'))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const write = (name: string, content: unknown): string => {
    writeFileSync(path.join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
    return name;
  };
  const own = runSpecSchema.parse({
    ...fromPreset(presets[0]!, 'flowers'),
    training: { ...fromPreset(presets[0]!, 'flowers').training, ...changed },
  });

  it('takes a run.json, a specification, and the settings in a report', async () => {
    const files = [
      write('run.json', { version: 1, id: 'x', name: 'X', spec: own, datasetName: 'Flowers' }),
      write('spec.json', own),
      write(
        'report.html',
        `<!doctype html>${settingsBlock.html(JSON.stringify({ spec: own, name: `<a> & "b" 'c'` }))}<p>`,
      ),
      write('report.md', `# Report\n\n${settingsBlock.markdown(JSON.stringify({ spec: own }))}\n`),
    ];
    for (const file of files) {
      const { spec, ran } = await started(['train', '--config', file], folder);
      expect(spec, `${file}: ${said(ran)}`).toEqual(own);
    }
  });

  it('is overridden by other flags, in order', async () => {
    const args = ['--dataset', 'Shoes', '--seed', '9', '--set', 'codes=128'];
    const { spec } = await started(['train', '--config', write('run.json', own), ...args], folder);
    expect(spec).toEqual({
      ...own,
      dataset: 'shoes',
      training: { ...own.training, seed: 9 },
      model: { ...own.model, quantizer: { ...(own.model as { quantizer: object }).quantizer, codes: 128 } },
    });
  });

  it('finds pictures by name where another workspace gave them another id', async () => {
    const file = write('run.json', { spec: { ...own, dataset: 'flowers-of-elsewhere' }, datasetName: 'Flowers' });
    expect((await started(['train', '--config', file], folder)).spec?.dataset).toBe('flowers');
  });

  it('takes a prior’s, and another autoencoder for it', async () => {
    const preset = presets.find(({ name }) => name === 'gpt-tiny')!;
    const prior = fromPreset(preset, 'flowers', { run: 'codes-1', step: 100 });
    const file = write('prior.json', { spec: prior });
    expect((await started(['train', '--config', file], folder)).spec).toEqual(prior);
    const { spec } = await started(['train', '--config', file, '--autoencoder', 'Codes'], folder);
    expect(spec?.autoencoder).toEqual({ run: 'codes-1', step: null });
  });

  it('reads what Tessera 0.1 wrote', async () => {
    const { optimizer: _optimizer, learningRate: _rate, ...training } = own.training;
    const old = { ...own, training: { ...training, learningRate: 1e-3, schedule: 'cosine', warmup: 5, beta1: 0.8 } };
    const { spec, ran } = await started(['train', '--config', write('old.json', { spec: old })], folder);
    expect(spec?.training.learningRate, said(ran)).toMatchObject({ kind: 'cosine', from: 1e-3, warmup: 5 });
  });

  it.each([
    ['an unknown field', { ...own, training: { ...own.training, stepz: 5 } }, 'there is no field training.stepz'],
    ['an unknown field at the top', { ...own, modle: {} }, 'there is no field modle'],
    ['a value out of range', { ...own, training: { ...own.training, batch: 0 } }, 'training.batch'],
    ['something else', '[1, 2]', 'holds no configuration'],
    ['no JSON', 'hello', 'holds no configuration'],
    ['a report of two runs', `${settingsBlock.html('{}')}${settingsBlock.html('{}')}`, 'settings of 2 runs'],
  ])('refuses %s, and names it', async (_, content, words) => {
    const { spec, ran } = await started(['train', '--config', write('file.json', content)], folder);
    expect(spec).toBeNull();
    expect(said(ran)).toContain(words);
    expect(said(ran)).toContain('file.json');
    expect(ran.code).not.toBe(0);
  });

  it('refuses another model, a preset, and a file that is not there', async () => {
    const file = write('run.json', own);
    for (const args of [
      ['--config', file, '--model', 'pca'],
      ['--config', file, '--preset', 'tiny'],
      ['--config', 'gone.json'],
      ['--config', file, '--resume', 'codes-1'],
    ]) {
      const { spec, ran } = await started(['train', ...args], folder);
      expect(spec).toBeNull();
      expect(ran.code).not.toBe(0);
    }
  });
});
