import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPack } from '../../../../main/engine/media/pack';
import { decompressFile, openCompressed } from '../../../../main/engine/studio/decompress-file';
import { decodeFile } from '../../../../main/engine/studio/decode-file';
import { evaluateRun } from '../../../../main/engine/training/evaluate';
import { loadPrior } from '../../../../main/engine/training/load-prior';
import { loadRun } from '../../../../main/engine/training/load-run';
import { openSession } from '../../../../main/engine/training/open-session';
import { readRun } from '../../../../main/run-files';

let workspace = '';
const inside = (...names: string[]): string => path.join(workspace, ...names);
const quietly = { signal: new AbortController().signal, onProgress: () => undefined };

beforeAll(() => {
  workspace = mkdtempSync(path.join(os.tmpdir(), 'tessera-old-'));
  cpSync('test/fixtures/old-workspace', workspace, { recursive: true });
});
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

describe('a workspace of an earlier version', () => {
  it('has a run that reconstructs as its preview of then', async () => {
    const pack = openPack(inside('datasets', 'old'));
    const run = await loadRun(inside('runs', 'old-tiny'), 12);
    const now = run.reconstruct(pack.readItem(3), 1);
    const then = readFileSync(inside('runs', 'old-tiny', 'previews', '12.u8'));
    expect(now).toHaveLength(then.length);
    expect(Math.max(...now.map((value, at) => Math.abs(value - then[at]!)))).toBeLessThanOrEqual(1);
    run.dispose();
    pack.close();
  });

  it('has a run that is evaluated with the score of then', async () => {
    const run = await loadRun(inside('runs', 'old-tiny'), 12);
    const { evaluation } = await evaluateRun(run, inside('datasets', 'old'), 'test');
    expect(evaluation.measures.nmse).toBeCloseTo(2.409427, 4);
    run.dispose();
  });

  it('has a latent file and a compressed file that become the same pictures', async () => {
    const model = await loadRun(inside('runs', 'old-tiny'), 12);
    await decodeFile({ model, source: inside('latents.npz'), directory: inside('decoded'), ...quietly });
    const opened = openCompressed(inside('pictures.tsr'));
    await decompressFile({ opened, by: { model }, directory: inside('restored'), ...quietly });
    expect(readdirSync(inside('decoded'))).toHaveLength(16);
    for (const name of readdirSync(inside('decoded')))
      expect(readFileSync(inside('restored', name)).equals(readFileSync(inside('decoded', name)))).toBe(true);
    model.dispose();
  });

  it('has a prior that loads with its autoencoder', async () => {
    const prior = await loadPrior(inside('runs', 'old-tiny-gpt'), 4);
    expect(prior.info).toMatchObject({ run: 'old-tiny-gpt', step: 4 });
    prior.dispose();
  });

  it.each([
    ['old-tiny', 12],
    ['old-tiny-gpt', 4],
  ])('has the run %s, which trains on from its checkpoint', async (name, step) => {
    const runDirectory = inside('runs', name);
    const session = await openSession(readRun(runDirectory), {
      runDirectory,
      datasetDirectory: inside('datasets', 'old'),
    });
    session.restore(runDirectory, step);
    const batches = session.batchesFrom(step + 1);
    const { loss } = session.trainStep.run(await batches.next(), step + 1);
    expect(loss).toBeGreaterThan(0);
    await batches.close();
    session.dispose();
  });
});
