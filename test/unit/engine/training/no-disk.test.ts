import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTrainer, type TrainerOptions } from '../../../../main/engine/training';
import { listCheckpoints } from '../../../../main/run-files';
import { runFolder } from '../../../../shared/specs';
import { createSmallDisk, type SmallDisk } from '../../../support/small-disk';
import { type Dataset, makeDataset, makeRun, manifestOf, metricsOf, temporaryFolder } from './fixture';

const folder = temporaryFolder();
let dataset: Dataset;
let disk: SmallDisk | null = null;
beforeAll(async () => {
  dataset = await makeDataset(folder.path('dataset'));
  disk = createSmallDisk(4);
});
afterAll(() => {
  disk?.remove();
  folder.remove();
});

const open = (run: string, handlers: Omit<TrainerOptions, 'runDirectory' | 'datasetDirectory'> = {}) =>
  createTrainer({ runDirectory: run, datasetDirectory: dataset.directory, ...handlers });

describe('a run whose folder can’t be written any more', () => {
  it('on a full disk fails with DISK, keeps its last checkpoint, and goes on from it once there is room', async (context) => {
    if (!disk) return context.skip();
    const full = disk;
    const run = makeRun(path.join(full.folder, 'run'), dataset);
    const told: string[] = [];
    const trainer = await open(run, {
      onMetrics: ({ step }) => void (step === 13 && full.fill()),
      onStatus: ({ status, failure }) => told.push(failure ? `${status} ${failure.code}` : status),
    });
    const outcome = await trainer.run();
    await trainer.dispose();
    expect(outcome).toMatchObject({ status: 'failed', failure: { code: 'DISK' } });
    expect(told.at(-1)).toBe('failed DISK');
    expect(listCheckpoints(run).steps).toEqual([10]);

    full.makeRoom();
    const again = await open(run);
    expect(again.step).toBe(10);
    expect(await again.run()).toMatchObject({ status: 'finished', step: 20 });
    await again.dispose();
    const steps = [...new Set(metricsOf(run).map(({ step }) => step))];
    expect(steps).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  });

  it('since it was removed fails, and throws nothing', async () => {
    const run = makeRun(folder.path('removed'), dataset);
    const trainer = await open(run, {
      onMetrics: ({ step }) => void (step === 8 && rmSync(run, { recursive: true, force: true })),
    });
    expect(await trainer.run()).toMatchObject({ status: 'failed' });
    await trainer.dispose();
  });

  it('for its status alone fails too, with the file', async () => {
    const run = makeRun(folder.path('status'), dataset);
    const status = path.join(run, runFolder.status);
    const trainer = await open(run, {
      onMetrics: ({ step }) => {
        if (step !== 8) return;
        rmSync(status, { force: true });
        mkdirSync(path.join(status, 'in-the-way'), { recursive: true });
      },
    });
    const outcome = await trainer.run();
    await trainer.dispose();
    expect(outcome.failure?.message).toContain('status.json');
    expect(listCheckpoints(run).steps).toEqual([10]);
  });
});

describe('a run whose run.json is cut while it trains', () => {
  it('trains to its end', async () => {
    const run = makeRun(folder.path('cut'), dataset);
    const file = path.join(run, runFolder.manifest);
    const whole = readFileSync(file);
    const trainer = await open(run, { onMetrics: ({ step }) => void (step === 5 && writeFileSync(file, '{"ver')) });
    expect(await trainer.run()).toMatchObject({ status: 'finished', step: 20 });
    await trainer.dispose();
    writeFileSync(file, whole);
    expect(manifestOf(run)).toMatchObject({ status: 'finished', step: 20 });
  });
});

describe('a run in training', () => {
  it('writes a checkpoint when it is asked to, and goes on', async () => {
    const run = makeRun(folder.path('saved'), dataset);
    let saved: Promise<{ step: number }> | null = null;
    const trainer = await open(run, { onMetrics: ({ step }) => void (step === 7 && (saved = trainer.save())) });
    expect(await trainer.run()).toMatchObject({ status: 'finished', step: 20 });
    expect(await saved).toEqual({ step: 7 });
    expect(listCheckpoints(run).steps).toContain(7);
    expect(await trainer.save()).toEqual({ step: 20 });
    await trainer.dispose();
  });

  it('fails with a checkpoint and the reason when something outside its loop went wrong', async () => {
    const run = makeRun(folder.path('defect'), dataset);
    const trainer = await open(run, {
      onMetrics: ({ step }) => void (step === 7 && trainer.fail(new Error('a defect'))),
    });
    expect(await trainer.run()).toMatchObject({ status: 'failed', step: 7, failure: { message: 'a defect' } });
    await trainer.dispose();
    expect(listCheckpoints(run).steps).toEqual([7]);
  });
});
