import { newItems } from '@shared/specs';
import { setImmediate } from 'node:timers/promises';
import { AppError } from '@shared/errors';
import type { Autoencoder } from '../autoencoders';
import { feedOf, fromStored } from '../media/kinds/stored';
import type { Pack } from '../media/pack';
import { logMeanExp } from '../numerics/log-mean-exp';
import type { Program, ProgramFunction } from '../tensorflow/graph';

/** Items whose draws are made in one call. */
const BATCH = 16;

/** Values of decoded items in one call, at most: what bounds its memory, however many draws are asked for. */
const MOST_VALUES = 2 ** 21;

interface LikelihoodOptions {
  signal: AbortSignal | undefined;
  onProgress(done: number): void;
}

/**
 * The negative log-likelihood of held-out items by importance sampling, with the number of draws K in its name:
 * `nll-iwae-K` in nats (of a Gaussian decoder of a density) and `bits-per-dimension-iwae-K`, means over the items.
 * Empty for models that have no likelihood. Draws are made in calls of one size and summed up outside in double
 * precision.
 */
export async function estimateLikelihood(
  program: Program,
  model: Autoencoder,
  pack: Pack,
  items: Uint32Array,
  { signal, onProgress }: LikelihoodOptions,
): Promise<Record<string, number>> {
  const { importance } = model;
  if (!importance) return {};
  const { samples } = importance;
  const most = Math.max(1, Math.floor(MOST_VALUES / (BATCH * pack.itemValues)));
  const calls = Math.ceil(samples / most);
  const draws = Math.ceil(samples / calls);
  const { weigh, toBits } = functionsOf(program, model, importance, draws);
  const stored = newItems(pack.signal, BATCH);
  const logWeights = Array.from({ length: BATCH }, () => new Float64Array(samples));
  const sums = { nats: 0, bits: 0 };
  for (let at = 0; at < items.length; at += BATCH) {
    const some = items.subarray(at, at + BATCH);
    pack.readItems(some, stored);
    const batch = at / BATCH;
    for (let call = 0; call < calls; call++) {
      if (signal?.aborted) throw new AppError('CANCELLED', 'The evaluation was cancelled.');
      const { found } = weigh.run({ stored, batch, call: batch * calls + call });
      // The last call may draw more than are asked for.
      const used = Math.min(draws, samples - call * draws);
      for (let draw = 0; draw < used; draw++)
        for (let item = 0; item < some.length; item++)
          logWeights[item]![call * draws + draw] = found!.data[draw * BATCH + item]!;
      await setImmediate();
    }
    const likelihoods = Float32Array.from(logWeights, logMeanExp);
    const { bits } = toBits.run({ likelihoods });
    for (let item = 0; item < some.length; item++) {
      sums.nats -= likelihoods[item]!;
      sums.bits += bits!.data[item]!;
    }
    onProgress(at + some.length);
  }
  return {
    [`nll-iwae-${samples}`]: sums.nats / items.length,
    [`bits-per-dimension-iwae-${samples}`]: sums.bits / items.length,
  };
}

interface Functions {
  weigh: ProgramFunction;
  toBits: ProgramFunction;
}

/** Defined once per number of draws. */
function functionsOf(
  program: Program,
  model: Autoencoder,
  importance: NonNullable<Autoencoder['importance']>,
  draws: number,
): Functions {
  return program.once(`importance/${draws}`, () => defineFunctions(program, model, importance, draws));
}

function defineFunctions(
  program: Program,
  { signal }: Autoencoder,
  importance: NonNullable<Autoencoder['importance']>,
  draws: number,
): Functions {
  const scalar = { shape: [], dtype: 'int32' } as const;
  const feeds = { stored: feedOf(signal, BATCH), batch: scalar, call: scalar };
  return {
    weigh: program.define(`importance-weights-${draws}`, { feeds }, ({ stored, batch, call }) => ({
      found: importance.logWeights(fromStored(signal, stored), draws, { batch, call }),
    })),
    toBits: program.define(
      `bits-per-dimension-${draws}`,
      { feeds: { likelihoods: { shape: [BATCH], dtype: 'float32' } } },
      ({ likelihoods }) => ({ bits: importance.bitsPerDimension(likelihoods) }),
    ),
  };
}
