import type { CodebookSpec } from '@shared/specs';
import { hyper, normalInit, uniformInit } from '../nn';
import type { Program, Variable } from '../tensorflow/graph';
import * as ops from '../tensorflow/ops';
import type { Tensor } from '../tensorflow/native/load';
import { movingAverages } from './ema';
import { kMeans } from './k-means';
import { nearest, nearestByCosine, perplexityOf } from './nearest';
import type { Quantizer } from './quantizer';
import { diversityLoss, orthogonalityLoss } from './regularisers';
import { codeRevival } from './revival';

/** Below this norm a vector has no direction; vector-quantize-pytorch's. */
const SHORTEST = 1e-6;

/**
 * A table of K codes e and the choice of the nearest for each latent vector z, with all ways of learning the table:
 *
 *   commitment      β · ‖z − sg[e]‖²        keeps the encoder near its codes (van den Oord et al. 2017, equation 3)
 *   codebook        w · ‖sg[z] − e‖²        moves codes to the encoder's outputs, with `update: 'gradient'`; with `'ema'`
 *                                           moving averages do that instead (appendix A.1), `'frozen'` codes stay
 *   orthogonality, diversity                `regularisers`, where they have a weight
 *
 * all as means over all components. A batch is quantized with the table from before its update. With `isUnit` z and e are
 * divided by their length wherever they are used, so that the nearest code is that with the largest cosine, and what comes
 * out is of length 1.
 */
export function codebookQuantizer(
  program: Program,
  name: string,
  spec: CodebookSpec,
  seed: number,
  { isUnit }: { isUnit: boolean },
): Quantizer {
  const { codes, dimension, update } = spec;
  const commitment = hyper(program, `${name}/commitment`, spec.commitment);
  const codebook = createCodebook(program, name, spec, isUnit);
  const averages = update === 'ema' ? movingAverages(program, `${name}/ema`, spec, isUnit) : undefined;
  const revival = spec.reviveAfter > 0 ? codeRevival(program, `${name}/revival`, spec, seed) : undefined;

  const unit = (x: Tensor) => (isUnit ? ops.l2Normalize(x, -1, SHORTEST) : x);
  const table = () => unit(codebook.read());
  const choose = (inputs: Tensor, vectors: Tensor) => (isUnit ? nearestByCosine : nearest)(inputs, vectors);

  return {
    codes,
    depth: 1,
    dimension,
    weights: [codebook],
    codebook: table,
    indices: (latents) => choose(unit(latents), table()),
    lookUp: (which) => ops.gather(table(), which),
    quantize(latents, step) {
      const all = table();
      const inputs = unit(latents);
      const indices = choose(inputs, all);
      const vectors = ops.gather(all, indices);
      const fixed = ops.stopGradient(inputs);
      const flat = ops.reshape(fixed, [-1, dimension]);

      const terms: Record<string, Tensor> = {
        commitment: ops.mul(ops.mean(ops.square(ops.sub(ops.stopGradient(vectors), inputs))), commitment()),
      };
      if (update === 'gradient') {
        terms.codebook = ops.mul(ops.mean(ops.square(ops.sub(vectors, fixed))), spec.codebookWeight);
      }
      if (spec.orthogonality > 0) terms.orthogonality = ops.mul(orthogonalityLoss(all), spec.orthogonality);
      if (spec.diversity > 0) {
        terms.diversity = ops.mul(diversityLoss(ops.reshape(inputs, [-1, dimension]), all, isUnit), spec.diversity);
      }

      const counts = ops.bincount(indices, codes);
      const revived = revival?.revive(flat, counts, step);
      const moved = averages
        ? averages.update(codebook, flat, ops.reshape(indices, [-1]), counts, revived)
        : revived
          ? [{ kind: 'replaceRows', variable: codebook, rows: revived.rows, values: revived.values } as const]
          : [];
      return {
        quantized: (spec.rotation ? ops.rotationTrick : ops.straightThrough)(inputs, vectors),
        indices,
        terms,
        perplexity: perplexityOf(counts),
        updates: [...moved, ...(revived?.updates ?? [])],
      };
    },
    ...(spec.initialisation === 'k-means'
      ? {
          async prepare(latents: Float32Array) {
            const { means, counts } = await kMeans(latents, { codes, dimension, isUnit, seed });
            const values = program.read([codebook.name])[codebook.name]!.data as Float32Array;
            values.set(means);
            program.load({ [codebook.name]: values, ...averages?.begunWith(means, counts) });
          },
        }
      : {}),
  };
}

/** Uniform in ±sqrt(3 / D), Sonnet's variance scaling; on the unit sphere in all directions alike. */
function createCodebook(program: Program, name: string, spec: CodebookSpec, isUnit: boolean): Variable {
  const { codes, dimension, update } = spec;
  const limit = Math.sqrt(3 / dimension);
  const initialiser = isUnit ? normalInit(1 / Math.sqrt(dimension)) : uniformInit(-limit, limit);
  return program.variable(
    `${name}/codebook`,
    { shape: [codes, dimension], initialiser },
    { trainable: update === 'gradient', learningRate: spec.codebookRate },
  );
}
