/** The workbench with the built engine and no page: what happens when its processes are killed while they work. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineRole, RunSummary } from '@shared/contract';
import { fromPreset, presets } from '@shared/specs';
import { openWorkbench, type Workbench } from '../../../main/workbench';
import { makePictureFolder } from '../support/pictures';

const engineEntry = fileURLToPath(new URL('../../../dist/node/engine.js', import.meta.url));

describe('a workbench whose engine processes are killed', () => {
  let workspace: string;
  let workbench: Workbench;
  let run: string;
  beforeAll(async () => {
    workspace = mkdtempSync(path.join(os.tmpdir(), 'tessera-workbench-'));
    workbench = await openWorkbench({ workspace, engineEntry, resources: null });
    const { grant } = await workbench.call('local.grant', { paths: [await makePictureFolder(60, 32)] });
    const { dataset, items } = await workbench.call('datasets.import', { grant, options: {} });
    expect([dataset, items]).toEqual(['shapes', 120]);
    const spec = fromPreset(
      presets.find(({ name }) => name === 'tiny')!,
      dataset,
    );
    Object.assign(spec.training, { steps: 300, checkpointEvery: 20, evaluateEvery: 100, previewEvery: 20 });
    run = (await workbench.call('runs.start', { spec })).id;
  });
  afterAll(async () => {
    await workbench.close();
    rmSync(workspace, { recursive: true, force: true });
  });

  const until = async (passes: (run: RunSummary) => boolean): Promise<RunSummary> => {
    for (;;) {
      const summary = await workbench.call('runs.get', { run });
      if (passes(summary)) return summary;
      if (summary.failure && summary.status === 'failed') throw new Error(summary.failure.message);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const kill = async (role: EngineRole): Promise<void> => {
    const status = await workbench.call('engine.status', {});
    process.kill(status.find((engine) => engine.role === role)!.pid!, 'SIGKILL');
  };

  it('loses no more of a run than the steps since its checkpoint, and trains it to its end', async () => {
    await until(({ checkpoints }) => checkpoints.length >= 2);
    await kill('trainer');
    const interrupted = await until(({ status }) => status === 'interrupted');
    const from = interrupted.checkpoints.at(-1)!;
    const [incident] = await workbench.call('runs.incidents', {});
    expect(incident).toMatchObject({
      role: 'trainer',
      run,
      step: from,
      message: expect.stringContaining(`continue from step ${from}`) as string,
    });
    await workbench.call('runs.continue', { run });
    const finished = await until(({ status, active }) => status === 'finished' && !active);
    expect(finished).toMatchObject({
      step: 300,
      failure: null,
      evaluation: { step: 300, items: expect.any(Number) as number },
    });
    const { step, series } = await workbench.call('runs.metrics', { run });
    const trained = [...step].filter((_, row) => !Number.isNaN(series.loss![row]!));
    expect(trained).toEqual(Array.from({ length: 300 }, (_, i) => i + 1));
    expect((await workbench.call('runs.previews', { run })).steps).toContain(300);
  });

  it('decodes after the studio process was killed, without being asked twice', async () => {
    const { latent, reconstruction } = await workbench.call('studio.encode', {
      run,
      picture: { kind: 'item', dataset: 'shapes', index: 3 },
    });
    await kill('studio');
    const { picture } = await workbench.call('studio.decode', { run, latent });
    expect(picture.data).toEqual(reconstruction.data);
  });

  it('exports the run in every format, and each export can be read', async () => {
    for (const format of ['safetensors', 'savedmodel'] as const) {
      const { id, path: place, files } = await workbench.call('exports.create', { run, format });
      expect(existsSync(place)).toBe(true);
      for (const { name, bytes } of files) {
        expect((await workbench.call('exports.read', { id, file: name, offset: 0 })).total).toBe(bytes);
      }
    }
  });
});
