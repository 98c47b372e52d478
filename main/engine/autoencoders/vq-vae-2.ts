import { type Signal, type VqVae2Spec, channelsOf, dimensionOf } from '@shared/specs';
import { convLayer, convTransposeLayer } from '../nn';
import { type Quantized, type Quantizer, createQuantizer } from '../quantizers';
import type { Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import type { CodeAutoencoder, ModelContext } from './autoencoder';
import { convolutionalDecoder, convolutionalEncoder, rankOf, wholeCells } from './convolutional';
import { decodedByVectors } from './latents';
import { prepareQuantizer } from './prepare-quantizer';

/**
 * VQ-VAE-2 (Razavi, van den Oord, Vinyals 2019, “Generating Diverse High-Fidelity Images with VQ-VAE-2”), with the network and
 * the numbers of rosinality/vq-vae-2-pytorch, for any number of levels. Level 1 is the coarsest; a level has twice the sides of
 * the one above it.
 *
 *   hₗ = Eₗ(hₗ₊₁)                       encoders from the picture up: the lowest halves it `downsamplings` times, others once
 *   zₗ = conv([Dₗ(sₗ₋₁), hₗ])           from the top down: what is above, decoded, and what the encoder sees; z₁ = conv(h₁)
 *   qₗ = the codes nearest to zₗ         each level with codes of its own
 *   sₗ = [upsampled sₗ₋₁, qₗ]            all that is known so far; s₁ = q₁
 *   x̂ = D(s) of the lowest level
 *
 * The loss is ‖x − x̂‖² / σ² (NMSE: one β fits all data, as in VQ-VAE) and each level's terms, `commitment-1` for the coarsest.
 *
 * Sides that don't divide are continued with the values at their ends, as in VQ-VAE.
 */
export function vqVae2(
  program: Program,
  spec: VqVae2Spec,
  { signal, dataVariance, seed }: ModelContext,
): CodeAutoencoder {
  const { grid: topGrid, whole, cut } = wholeCells(signal, spec.downsamplings + spec.levels - 1);
  const levels = createLevels(program, spec, signal, seed);
  const lowest = levels.at(-1)!;
  const decoder = convolutionalDecoder(program, spec, lowest.known, channelsOf(signal), { rank: rankOf(signal) });
  const imagesOf = (known: Tensor) => cut(decoder(known));

  /** Goes from the top down; `choose` turns a level's latents into the vectors of its codes. Returns all that is known. */
  const descend = (images: Tensor, choose: (latents: Tensor, level: Level, number: number) => Tensor): Tensor => {
    const features: Tensor[] = [];
    levels.reduceRight((h, { encoder }) => (features.unshift(encoder(h)), features[0]!), whole(images));
    let known: Tensor | undefined;
    levels.forEach((level, number) => {
      const seen = features[number]!;
      const latents = level.toLatents(known ? ops.concat([level.decodeAbove(known), seen], seen.rank - 1) : seen);
      known = level.join(known, choose(latents, level, number));
    });
    return known!;
  };

  /** What the quantizer of a level is given, the levels above it quantized as they are now. */
  const latentsOf = (images: Tensor, wanted: Level): Tensor => {
    let found: Tensor | undefined;
    descend(images, (latents, level) => {
      if (level === wanted) found = latents;
      return level.quantizer.lookUp(level.quantizer.indices(latents));
    });
    return found!;
  };

  const shapes = levels.map(({ quantizer: { depth, codes, dimension } }, number) => ({
    axes: topGrid.map((side) => side * 2 ** number),
    ...{ depth, codes, dimension },
  }));
  const preparations = levels.flatMap((level, number) => {
    const name = quantizerName(number);
    const { quantizer } = level;
    const prepare = prepareQuantizer(program, {
      quantizer,
      signal,
      grid: shapes[number]!.axes,
      latentsOf: (images) => latentsOf(images, level),
      name,
    });
    return prepare ? [prepare] : [];
  });

  return {
    signal,
    latent: { kind: 'codes', levels: shapes },
    weights: [...new Set([...program.trainable, ...levels.flatMap(({ quantizer }) => quantizer.weights)])],
    codebook: (level, stage) => levels[level]!.quantizer.codebook(stage),
    encode(images) {
      const all: Tensor[] = [];
      descend(images, (latents, { quantizer }) => {
        const indices = quantizer.indices(latents);
        all.push(indices);
        return quantizer.lookUp(indices);
      });
      return all;
    },
    ...decodedByVectors(
      (latents) => levels.map(({ quantizer }, number) => quantizer.lookUp(latents[number]!)),
      (vectors) => {
        const known = levels.reduce<Tensor | undefined>(
          (above, { join }, number) => join(above, vectors[number]!),
          undefined,
        );
        return imagesOf(known!);
      },
    ),
    larger: { cell: 2 ** (spec.downsamplings + spec.levels - 1), isPlaceless: true },
    ...(preparations.length > 0
      ? {
          async prepare(pictures) {
            for (const prepare of preparations) await prepare(pictures);
          },
        }
      : {}),
    loss(images, step) {
      const quantized: Quantized[] = [];
      const known = descend(images, (latents, { quantizer }) => {
        const found = quantizer.quantize(latents, step);
        quantized.push(found);
        return found.quantized;
      });
      const reconstruction = imagesOf(known);
      const nmse = ops.div(ops.mean(ops.square(ops.sub(reconstruction, images))), dataVariance);
      const ofLevels = quantized.flatMap(({ terms }, number) =>
        Object.entries(terms).map(([name, term]) => [`${name}-${number + 1}`, term] as const),
      );
      const perplexities = quantized.map(({ perplexity }) => perplexity);
      return {
        total: ofLevels.reduce((sum, [, term]) => ops.add(sum, term), nmse),
        terms: { reconstruction: nmse, ...Object.fromEntries(ofLevels) },
        reconstruction,
        metrics: {
          perplexity: ops.div(
            perplexities.reduce((sum, one) => ops.add(sum, one)),
            levels.length,
          ),
          ...Object.fromEntries(perplexities.map((one, number) => [`perplexity-${number + 1}`, one])),
        },
        updates: quantized.flatMap(({ updates }) => updates),
      };
    },
  };
}

interface Level {
  /** Features of the level below, or the item → this level's [N, ...grid, hidden]. */
  encoder(below: Tensor): Tensor;
  /** What is known above → [N, ...grid, D] at this level's size. */
  decodeAbove(known: Tensor): Tensor;
  toLatents(features: Tensor): Tensor;
  quantizer: Quantizer;
  /** What is known above, and the vectors of this level's codes → what is known now, [N, ...grid, known]. */
  join(above: Tensor | undefined, vectors: Tensor): Tensor;
  known: number;
}

const quantizerName = (number: number) => `level${number + 1}/quantizer`;

/** From the coarsest on. */
function createLevels(program: Program, spec: VqVae2Spec, signal: Signal, seed: number): Level[] {
  const rank = rankOf(signal);
  let known = 0;
  return Array.from({ length: spec.levels }, (_, number): Level => {
    const name = `level${number + 1}`;
    const isTop = number === 0;
    const isLowest = number === spec.levels - 1;
    const dimension = dimensionOf(isTop ? spec.top : spec.quantizer);
    const knownAbove = known;
    const above = number === 1 ? dimensionOf(spec.top) : dimension;
    known = isTop ? dimension : above + dimension;

    const once = { ...spec, downsamplings: 1 };
    const encoder = convolutionalEncoder(program, isLowest ? spec : once, isLowest ? channelsOf(signal) : spec.hidden, {
      rank,
      name: `${name}/encoder`,
      isRectified: false,
    });
    const decodeAbove = isTop
      ? undefined
      : convolutionalDecoder(program, once, knownAbove, above, { rank, name: `${name}/above` });
    const toLatents = convLayer(program, `${name}/pre-vq`, {
      rank,
      inChannels: spec.hidden + (isTop ? 0 : above),
      filters: dimension,
      kernel: 1,
    });
    // Another seed a level: what is random in one has nothing to do with the others.
    const quantizer = createQuantizer(
      program,
      quantizerName(number),
      isTop ? spec.top : spec.quantizer,
      (seed + number) | 0,
    );
    const up = isTop
      ? undefined
      : convTransposeLayer(program, `${name}/up`, {
          rank,
          inChannels: knownAbove,
          filters: above,
          kernel: 4,
          stride: 2,
        });
    return {
      encoder,
      decodeAbove: (knownSoFar) => decodeAbove!(knownSoFar),
      toLatents,
      quantizer,
      join: (knownSoFar, vectors) => (knownSoFar ? ops.concat([up!(knownSoFar), vectors], vectors.rank - 1) : vectors),
      known,
    };
  });
}
