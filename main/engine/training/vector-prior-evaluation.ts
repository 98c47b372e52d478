import { scoreIn } from '@shared/metrics';
import { setImmediate } from 'node:timers/promises';
import type { Evaluation } from '@shared/contract';
import { AppError } from '@shared/errors';
import { logDensities, standardNormal } from '../density';
import type { VectorPrior } from '../priors';
import type { Program } from '../tensorflow/graph';
import type { DatasetVectors } from './dataset-latents';

/** Vectors that are judged at once. */
const BATCH = 64;

/**
 * Adds the judging of a prior over vectors to a program; the returned function judges the present weights over a split.
 * `measures` are means over its items, in nats: `nats-per-latent`, −log p(z); `nats-per-dimension`, that divided by the
 * vector's length; and `nats-per-dimension-normal`, the same of N(0, I). A density can be above 1, and so these can be
 * negative.
 */
export function createVectorEvaluator(program: Program, prior: VectorPrior) {
  const { length } = prior.latent;
  const judge = program.define(
    `judge-${BATCH}`,
    { feeds: { vectors: { shape: [BATCH, length], dtype: 'float32' } } },
    ({ vectors }) => ({ logDensity: prior.logDensity(vectors) }),
  );
  const normal = standardNormal(length);

  return async (
    { vectors, items }: { vectors: DatasetVectors; items: Uint32Array },
    what: Pick<Evaluation, 'split' | 'step'>,
    { signal, onProgress }: { signal?: AbortSignal; onProgress?(done: number, total: number): void } = {},
  ): Promise<Evaluation> => {
    let [own, standard] = [0, 0];
    for (let at = 0; at < items.length; at += BATCH) {
      if (signal?.aborted) throw new AppError('CANCELLED', 'The evaluation was cancelled.');
      const some = items.subarray(at, at + BATCH);
      const found = vectors.of(some);
      const padded = new Float32Array(BATCH * length);
      padded.set(found);
      const { logDensity } = judge.run({ vectors: padded });
      for (let each = 0; each < some.length; each++) own -= logDensity.data[each] ?? 0;
      standard -= logDensities(normal, found).reduce((sum, one) => sum + one, 0);
      onProgress?.(at + some.length, items.length);
      await setImmediate();
    }
    const measures = {
      'nats-per-dimension': own / items.length / length,
      'nats-per-latent': own / items.length,
      'nats-per-dimension-normal': standard / items.length / length,
    };
    return { ...what, items: items.length, score: scoreIn(measures), measures };
  };
}
