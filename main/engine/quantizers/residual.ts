import type { ResidualQuantizerSpec } from '@shared/specs';
import type { Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import { finerScalars, softClamp } from './finer-scalars';
import { lfq } from './lfq';
import type { VariableUpdate } from '../tensorflow/graph';
import type { CreateQuantizer, Quantized, Quantizer } from './quantizer';
import { chain, fitStages } from './residual-chain';
import { joinCodes, meanPerplexity, meanTerms, splitCodes } from './stages';

/** Sets the draws of this file apart from others that a step makes with the run's seed. */
const STREAMS = { dropout: 31 } as const;

/**
 * Residual quantization (Zeghidour et al. 2021, algorithm 1; Lee et al. 2022, section 3.1): the first stage quantizes a latent,
 * each further one what those before it left over; the codes' vectors add up:
 *
 *   r₁ = z      eₖ = nearest(rₖ)      rₖ₊₁ = rₖ − sg[eₖ]      q = Σ eₖ
 *
 * The terms of the loss are those of the stages, on rₖ and eₖ, as means over stages. The gradient passes q straight through to z
 * once, as in RQ-VAE; the sum of the stages' own estimators, which vector-quantize-pytorch takes, would multiply it by their
 * number. Where each stage has projections of its own (`factorised`, as in the Descript codec), it passes through all of them.
 *
 * With quantizer dropout a step uses the stages 1 … n, n drawn evenly from all, and trains no others. Codes are found for all of
 * them at any time, so an index is always one. With one codebook for all stages, it is learnt from all that they quantize, as one
 * batch.
 */
export function residualQuantizer(
  program: Program,
  name: string,
  spec: ResidualQuantizerSpec,
  seed: number,
  create: CreateQuantizer,
): Quantizer {
  const { stages: depth, shared, dropout, quantizer: inner } = spec;
  const one = shared ? create(program, `${name}/stage`, inner, seed) : undefined;
  const stages = Array.from({ length: depth }, (_, stage): Quantizer => {
    if (one) return one;
    if (inner.kind === 'fsq') return finerScalars(inner.levels, stage);
    const own = `${name}/stage${stage}`;
    return inner.kind === 'lfq' ? lfq(program, own, inner, seed, 2 ** -stage) : create(program, own, inner, seed);
  });
  const [first] = stages as [Quantizer];
  const { codes, dimension } = first;

  const reachable = (latents: Tensor) => (inner.kind === 'fsq' ? softClamp(latents, inner.levels) : latents);
  const estimator = 'rotation' in inner && inner.rotation ? ops.rotationTrick : ops.straightThrough;
  /** How many stages a training step uses, 1 to depth: int32 scalar. */
  const drawn = (step: Tensor) => ops.random.uniformInt([], ops.seedOf(seed, step, STREAMS.dropout), 1, depth + 1);

  return {
    codes,
    depth,
    dimension,
    weights: one ? one.weights : stages.flatMap(({ weights }) => weights),
    codebook: (stage) => stages[stage]!.codebook(0),
    indices: (latents) =>
      joinCodes(
        chain(stages, ops.stopGradient(reachable(latents))).map(({ indices }) => indices),
        1,
      ),
    lookUp: (indices) => sum(splitCodes(indices, depth, 1).map((part, stage) => stages[stage]!.lookUp(part))),
    quantize(latents, step) {
      const inputs = reachable(latents);
      const used = dropout ? drawn(step) : undefined;
      const found = one ? learnTogether(one, inputs, step, used) : learnApart(inputs, step, used);
      const vectors = sum(found.parts.map((part, stage) => onlyIf(isUsed(used, stage), part)));
      return {
        quantized: inner.kind === 'factorised' ? vectors : estimator(inputs, ops.stopGradient(vectors)),
        indices: found.indices,
        terms: found.terms,
        perplexity: meanPerplexity(found.indices, depth, codes),
        updates: found.updates,
      };
    },
    ...(first.prepare ? { prepare: (latents: Float32Array) => fitStages(program, name, stages, latents) } : {}),
  };

  /** Each stage with a codebook of its own. */
  function learnApart(inputs: Tensor, step: Tensor, used: Tensor | undefined): Learnt {
    const learnt: { found: Quantized; vectors: Tensor }[] = [];
    let residual = inputs;
    for (const stage of stages) {
      const found = stage.quantize(residual, step);
      const vectors = stage.lookUp(found.indices);
      residual = ops.sub(residual, ops.stopGradient(vectors));
      learnt.push({ found, vectors });
    }
    return {
      parts: learnt.map(({ found, vectors }) => (inner.kind === 'factorised' ? found.quantized : vectors)),
      indices: joinCodes(
        learnt.map(({ found }) => found.indices),
        1,
      ),
      terms: meanTerms(
        learnt.map(({ found }, stage) =>
          Object.fromEntries(
            Object.entries(found.terms).map(([term, value]) => [term, onlyIf(isUsed(used, stage), value)]),
          ),
        ),
      ),
      updates: learnt.flatMap(({ found }, stage) => {
        const isIn = isUsed(used, stage);
        return isIn ? found.updates.map((update) => updateIf(isIn, update)) : found.updates;
      }),
    };
  }

  /** One codebook, learnt from all residuals [depth, N, …]; what stages that aren't used quantize is replaced by the others'. */
  function learnTogether(quantizer: Quantizer, inputs: Tensor, step: Tensor, used: Tensor | undefined): Learnt {
    const links = chain(stages, inputs);
    const all = ops.stack(links.map(({ residual }) => residual));
    const { terms, updates, quantized } = quantizer.quantize(used ? ops.gather(all, around(used, depth)) : all, step);
    return {
      parts: inner.kind === 'factorised' ? ops.unstack(quantized) : links.map(({ vectors }) => vectors),
      indices: joinCodes(
        links.map(({ indices }) => indices),
        1,
      ),
      terms,
      updates,
    };
  }
}

interface Learnt extends Pick<Quantized, 'indices' | 'terms' | 'updates'> {
  /** What each stage adds to the sum. */
  parts: readonly Tensor[];
}

/** bool scalar; undefined where it is always. */
function isUsed(used: Tensor | undefined, stage: number): Tensor | undefined {
  return used && stage > 0 ? ops.greater(used, stage) : undefined;
}

function onlyIf(condition: Tensor | undefined, x: Tensor): Tensor {
  return condition ? ops.mul(x, ops.cast(condition, 'float32')) : x;
}

function updateIf(condition: Tensor, update: VariableUpdate): VariableUpdate {
  return update.kind === 'assign'
    ? { ...update, value: ops.where(condition, update.value, update.variable.read()) }
    : { ...update, rows: ops.logicalAnd(update.rows, condition) };
}

/** 0, 1, … used − 1, 0, 1, …: int32 [length]. */
function around(used: Tensor, length: number): Tensor {
  const places = ops.cast(ops.range(0, length), 'float32');
  const turn = ops.cast(used, 'float32');
  const turns = ops.floor(ops.div(ops.add(places, 0.5), turn));
  return ops.cast(ops.sub(places, ops.mul(turns, turn)), 'int32');
}

function sum(parts: readonly Tensor[]): Tensor {
  return parts.reduce((total, part) => ops.add(total, part));
}
