import { cpSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runFolder } from '../../../../shared/specs';
import { createTrainer, loadRun } from '../../../../main/engine/training';
import { type Dataset, learntOf, makeDataset, makeRun, manifestOf, temporaryFolder, tensorsOf } from './fixture';

const folder = temporaryFolder();
const whole = folder.path('whole');
let dataset: Dataset;

beforeAll(async () => {
  dataset = await makeDataset(folder.path('dataset'));
  makeRun(whole, dataset);
  await train(whole);
});
afterAll(folder.remove);

async function train(run: string) {
  const damaged: { step: number; instead: number; message: string }[] = [];
  const trainer = await createTrainer({
    runDirectory: run,
    datasetDirectory: dataset.directory,
    onDamaged: (one) => damaged.push(one),
  });
  const outcome = await trainer.run();
  await trainer.dispose();
  return { outcome, damaged };
}

/** Another value at the end of a file: its structure stays whole. */
function flip(file: string): void {
  const bytes = readFileSync(file);
  bytes[bytes.length - 2]! ^= 0x40;
  writeFileSync(file, bytes);
}

const ways: [string, string, (file: string) => void][] = [
  ['torn weights', runFolder.weights, (file) => truncateSync(file, 999)],
  ['changed weights', runFolder.weights, flip],
  ['a changed optimizer', runFolder.optimizer, flip],
  ['no optimizer', runFolder.optimizer, (file) => rmSync(file)],
  ['no state.json', runFolder.state, (file) => rmSync(file)],
  ['a torn state.json', runFolder.state, (file) => truncateSync(file, 20)],
];

describe.each(ways)('a newest checkpoint with %s', (what, part, spoil) => {
  const copy = (name: string): string => {
    const run = folder.path(`${name} ${what}`);
    cpSync(whole, run, { recursive: true });
    return run;
  };

  it('is put aside, and training goes on from the one before, to the same result', async () => {
    const run = copy('newest');
    spoil(path.join(run, runFolder.checkpoint(20), part));
    const { outcome, damaged } = await train(run);
    expect(outcome).toEqual({ status: 'finished', step: 20, failure: null });
    expect(damaged).toEqual([
      { step: 20, instead: 10, message: expect.stringContaining(`checkpoints/20/${part}`) as string },
    ]);
    expect(readdirSync(path.join(run, runFolder.checkpoints)).sort()).toEqual(['10', '20', 'damaged-20']);
    expect(tensorsOf(run, 20)).toEqual(tensorsOf(whole, 20));
    expect(learntOf(run)).toEqual(learntOf(whole));
    expect(manifestOf(run).status).toBe('finished');
  });

  it('is an error that names the file when there is no sound one, and is left as it is', async () => {
    const run = copy('only');
    rmSync(path.join(run, runFolder.checkpoint(10)), { recursive: true });
    spoil(path.join(run, runFolder.checkpoint(20), part));
    await expect(train(run)).rejects.toMatchObject({
      code: 'BAD_FILE',
      field: 'checkpoint',
      message: expect.stringContaining(`checkpoints/20/${part}`) as string,
    });
    expect(readdirSync(path.join(run, runFolder.checkpoints))).toEqual(['20']);
  });
});

describe('loading a checkpoint', () => {
  it('refuses weights that are not those that were written, naming the file', async () => {
    const run = folder.path('flipped');
    cpSync(whole, run, { recursive: true });
    flip(path.join(run, runFolder.checkpoint(20), runFolder.weights));
    await expect(loadRun(run, 20)).rejects.toMatchObject({
      code: 'BAD_FILE',
      field: 'checkpoint',
      message: expect.stringContaining('checkpoints/20/weights.safetensors') as string,
    });
    const sound = await loadRun(run, 10);
    expect(sound.info.step).toBe(10);
    sound.dispose();
  });

  it('takes the bundled run as it was written', async () => {
    const bundled = new URL('../../../../resources/models/fashion-mnist-tiny', import.meta.url).pathname;
    const model = await loadRun(bundled, 3000);
    expect(model.manifest).toMatchObject({ status: 'finished', step: 3000 });
    model.dispose();
  });
});
