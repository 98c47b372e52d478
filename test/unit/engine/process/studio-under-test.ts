import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Evaluation, Latent } from '@shared/contract';
import { type EngineUnderTest, type Workplace, buildEngine, openWorkplace, startRole } from '../../../support/engine';

/** Every model here is trained this long. */
export const STEPS = 30;

/** A checkpoint that requests are about. */
export interface Checkpoint {
  runDirectory: string;
  step: number;
}

/** A studio process, with a dataset and a run that was really trained on it, and the requests that go with them. */
export async function openStudio() {
  const [engine, place] = await Promise.all([buildEngine(), openWorkplace()]);
  const [model, evaluation] = await train(engine.entry, place, 'first', 1);
  const studio = await startRole(engine.entry, 'studio');
  return {
    place,
    studio,
    model,
    /** What the trainer found at that checkpoint. */
    evaluation,
    /** Another run's checkpoint. */
    trainAnother: async (): Promise<Checkpoint> => (await train(engine.entry, place, 'second', 2))[0],
    /** Another studio process, with these variables in its environment. */
    start: (environment: NodeJS.ProcessEnv): Promise<EngineUnderTest<'studio'>> =>
      startRole(engine.entry, 'studio', environment),
    item: (index: number) => ({ kind: 'item' as const, datasetDirectory: place.dataset, index }),
    split: { ...model, layer: 0, datasetDirectory: place.dataset, split: 'test' as const },
    async pixelsOf(index: number): Promise<Uint8Array> {
      const bytes = 16 * 16 * 3;
      const pack = await readFile(path.join(place.dataset, 'pack-16x16x3.u8'));
      return new Uint8Array(pack.subarray(index * bytes, (index + 1) * bytes));
    },
    async close(): Promise<void> {
      await stop(studio);
      await Promise.all([place.remove(), engine.remove()]);
    },
  };
}
export type StudioUnderTest = Awaited<ReturnType<typeof openStudio>>;

export async function stop({ peer, exited }: EngineUnderTest<'studio'>): Promise<void> {
  await peer.request('engine.stop', {});
  await exited;
}

async function train(entry: string, place: Workplace, id: string, seed: number): Promise<[Checkpoint, Evaluation]> {
  const runDirectory = await place.makeRun(id, { steps: STEPS, evaluateEvery: STEPS, checkpointEvery: STEPS, seed });
  const { peer, exited } = await startRole(entry, 'trainer');
  const evaluated = new Promise<Evaluation>((resolve) => peer.on('trainer.evaluation', resolve));
  const finished = new Promise<void>((resolve) =>
    peer.on('trainer.status', ({ status }) => status === 'finished' && resolve()),
  );
  await peer.request('trainer.start', { runDirectory, datasetDirectory: place.dataset });
  const found = await evaluated;
  await finished;
  await peer.request('engine.stop', {});
  await exited;
  return [{ runDirectory, step: STEPS }, found];
}

/** The latent of every model here: 4 × 4 of 16 codes. */
export const grid4 = { kind: 'codes', levels: [{ axes: [4, 4], depth: 1, codes: 16, dimension: 4 }] };

export const codes = (indices: Int32Array) => ({ kind: 'codes' as const, indices });

export function indicesOf(latent: Latent): Int32Array {
  if (latent.kind !== 'codes') throw new Error('These are no codes.');
  return latent.indices;
}
