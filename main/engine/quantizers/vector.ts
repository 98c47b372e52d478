import type { VectorQuantizerSpec } from '@shared/specs';
import { hyper, uniformInit } from '../nn';
import type { Program } from '../tensorflow/graph';
import * as ops from '../tensorflow/ops';
import type { Tensor } from '../tensorflow/native/load';
import { movingAverages } from './ema';
import type { Quantizer } from './quantizer';
import { codeRevival } from './revival';

/** In the logarithm of perplexity, as in Sonnet. */
const SMALLEST = 1e-10;

/**
 * Vector quantization (van den Oord et al. 2017): a latent vector z becomes the code whose vector e is nearest.
 *
 *   commitment  β · ‖z − sg[e]‖²   keeps the encoder near its codes (equation 3, third term)
 *   codebook    ‖sg[z] − e‖²       moves the codes to the encoder's outputs (second term), with `update: 'gradient'`;
 *                                  with `'ema'` moving averages do that instead (appendix A.1)
 *
 * both as means over all components, with the weights of the paper. A batch is quantised with the codebook from before
 * its update. The codebook starts uniform in ±sqrt(3 / D), Sonnet's variance scaling.
 */
export function vectorQuantizer(program: Program, name: string, spec: VectorQuantizerSpec, seed: number): Quantizer {
  const { codes, dimension } = spec;
  const commitment = hyper(program, `${name}/commitment`, spec.commitment);
  const limit = Math.sqrt(3 / dimension);
  const learnt = spec.update === 'gradient';
  const codebook = program.variable(
    `${name}/codebook`,
    { shape: [codes, dimension], initialiser: uniformInit(-limit, limit) },
    { trainable: learnt },
  );
  const averages = learnt ? undefined : movingAverages(program, `${name}/ema`, spec);
  const revival = spec.reviveAfter > 0 ? codeRevival(program, `${name}/revival`, spec, seed) : undefined;

  const indices = (latents: Tensor) => nearest(latents, codebook.read());
  const lookUp = (which: Tensor) => ops.gather(codebook.read(), which);

  return {
    codes,
    dimension,
    weights: [codebook],
    codebook: () => codebook.read(),
    indices,
    lookUp,
    quantize(latents, step) {
      const chosen = indices(latents);
      const vectors = lookUp(chosen);
      const fixed = ops.stopGradient(latents);

      const commitmentLoss = ops.mean(ops.square(ops.sub(ops.stopGradient(vectors), latents)));
      const codebookLoss = ops.mean(ops.square(ops.sub(vectors, fixed)));
      const terms = {
        commitment: ops.mul(commitmentLoss, commitment()),
        ...(learnt ? { codebook: codebookLoss } : {}),
      };

      const flat = ops.reshape(fixed, [-1, dimension]);
      const counts = ops.bincount(chosen, codes);
      const revived = revival?.revive(flat, counts, step);
      const moved = averages
        ? averages.update(codebook, flat, ops.reshape(chosen, [-1]), counts, revived)
        : revived
          ? [{ kind: 'replaceRows', variable: codebook, rows: revived.rows, values: revived.values } as const]
          : [];
      return {
        quantized: ops.straightThrough(latents, vectors),
        indices: chosen,
        terms,
        perplexity: perplexityOf(counts),
        updates: [...moved, ...(revived?.updates ?? [])],
      };
    },
  };
}

/**
 * The nearest row of `codebook` [K, D] for each vector of `latents` [..., D]: [...] int32, the first of equals.
 * ‖z − e‖² = ‖z‖² − 2 z·e + ‖e‖², and ‖z‖² is the same for every code.
 */
function nearest(latents: Tensor, codebook: Tensor): Tensor {
  const dimension = codebook.shape[1] ?? 0;
  const flat = ops.reshape(ops.stopGradient(latents), [-1, dimension]);
  const table = ops.stopGradient(codebook);
  const products = ops.matMul(flat, table, { transposeB: true });
  const distances = ops.sub(ops.sum(ops.square(table), 1), ops.mul(products, 2));
  return ops.reshape(ops.argMin(distances, 1), latents.shape.slice(0, -1));
}

/** exp(−Σ p log(p + 1e−10)) with p the share of each code: scalar. */
function perplexityOf(counts: Tensor): Tensor {
  const shares = ops.div(counts, ops.sum(counts));
  return ops.exp(ops.neg(ops.sum(ops.mul(shares, ops.log(ops.add(shares, SMALLEST))))));
}
