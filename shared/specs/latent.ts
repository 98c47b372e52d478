import { z } from 'zod';

const count = z.number().int().positive();

/**
 * One grid of codes: at each place `depth` indices (stages of a residual quantizer, groups, heads), each from 0 to
 * `codes` − 1, together standing for a vector of length `dimension`. `axes` are its lengths along the medium's axes;
 * their product is the number of places. Takes what versions before there were media wrote as well: `height` and
 * `width`.
 */
export const codeLevelSchema = z.preprocess(
  (value) => {
    if (typeof value !== 'object' || value === null || !('height' in value)) return value;
    const { height, width, ...rest } = value as Record<string, unknown>;
    return { axes: [height, width], ...rest };
  },
  z.object({ axes: z.array(count).min(1), depth: count, codes: count, dimension: count }),
);
export type CodeLevel = z.infer<typeof codeLevelSchema>;

/**
 * What a model turns a picture into: grids of codes, the coarsest first (one, unless it has a hierarchy), or one
 * vector.
 */
export const latentShapeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('codes'), levels: z.array(codeLevelSchema).min(1) }),
  z.object({ kind: z.literal('vector'), length: count }),
]);
export type LatentShape = z.infer<typeof latentShapeSchema>;
export type CodesLatent = Extract<LatentShape, { kind: 'codes' }>;
export type VectorLatent = Extract<LatentShape, { kind: 'vector' }>;

/**
 * One code a place: a stage of a level. It is what a person paints on and what a codebook belongs to. An item's codes
 * are the levels one after the other, each [...axes, depth] row by row; the layer's code of cell c stands at `first + c
 * · stride`.
 */
export interface CodeLayer extends Pick<CodeLevel, 'axes' | 'codes' | 'dimension'> {
  level: number;
  stage: number;
  /** Number of places. */
  cells: number;
  first: number;
  stride: number;
  /** Where this layer's codes begin in an array with a count for each code of every layer. */
  firstCode: number;
}

/** Places of a grid of codes. */
export const cellsOf = ({ axes }: Pick<CodeLevel, 'axes'>): number => axes.reduce((product, side) => product * side, 1);

/** All layers in order: level by level, stage by stage. */
export function layersOf({ levels }: Pick<CodesLatent, 'levels'>): CodeLayer[] {
  const layers: CodeLayer[] = [];
  let [before, firstCode] = [0, 0];
  levels.forEach(({ axes, depth, codes, dimension }, level) => {
    const cells = cellsOf({ axes });
    for (let stage = 0; stage < depth; stage++) {
      layers.push({ level, stage, axes, cells, codes, dimension, first: before + stage, stride: depth, firstCode });
      firstCode += codes;
    }
    before += cells * depth;
  });
  return layers;
}

/** Numbers of an item's latent: codes, or components of the vector. */
export function latentSize(latent: LatentShape): number {
  if (latent.kind === 'vector') return latent.length;
  return latent.levels.reduce((sum, level) => sum + cellsOf(level) * level.depth, 0);
}

/** Bits of an item's latent as it is, before any coding: log₂ K a code, 32 a component of a vector. */
export function latentBits(latent: LatentShape): number {
  if (latent.kind === 'vector') return 32 * latent.length;
  return latent.levels.reduce((sum, level) => sum + cellsOf(level) * level.depth * Math.log2(level.codes), 0);
}

/** The codes of one layer, [cells], out of an item's. */
export function layerCodes({ cells, first, stride }: CodeLayer, indices: ArrayLike<number>): Int32Array<ArrayBuffer> {
  return Int32Array.from({ length: cells }, (_, cell) => indices[first + cell * stride] ?? 0);
}
