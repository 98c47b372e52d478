import { z } from 'zod';

const count = z.number().int().positive();

/**
 * One grid of codes: at each of `height × width` places `depth` indices (stages of a residual quantizer, groups, heads),
 * each from 0 to `codes` − 1, together standing for a vector of length `dimension`.
 */
export const codeLevelSchema = z.object({
  height: count,
  width: count,
  depth: count,
  codes: count,
  dimension: count,
});
export type CodeLevel = z.infer<typeof codeLevelSchema>;

/** What a model turns a picture into: grids of codes, the coarsest first (one, unless it has a hierarchy), or one vector. */
export const latentShapeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('codes'), levels: z.array(codeLevelSchema).min(1) }),
  z.object({ kind: z.literal('vector'), length: count }),
]);
export type LatentShape = z.infer<typeof latentShapeSchema>;
export type CodesLatent = Extract<LatentShape, { kind: 'codes' }>;
export type VectorLatent = Extract<LatentShape, { kind: 'vector' }>;

/**
 * One code a place: a stage of a level. It is what a person paints on and what a codebook belongs to. An item's codes are
 * the levels one after the other, each [height, width, depth] row by row; the layer's code of cell c stands at
 * `first + c · stride`.
 */
export interface CodeLayer extends Pick<CodeLevel, 'height' | 'width' | 'codes' | 'dimension'> {
  level: number;
  stage: number;
  first: number;
  stride: number;
  /** Of counts of all layers' codes in one array, where this layer's begin. */
  firstCode: number;
}

/** All layers in order: level by level, stage by stage. */
export function layersOf({ levels }: Pick<CodesLatent, 'levels'>): CodeLayer[] {
  const layers: CodeLayer[] = [];
  let [before, firstCode] = [0, 0];
  levels.forEach(({ height, width, depth, codes, dimension }, level) => {
    for (let stage = 0; stage < depth; stage++) {
      layers.push({ level, stage, height, width, codes, dimension, first: before + stage, stride: depth, firstCode });
      firstCode += codes;
    }
    before += height * width * depth;
  });
  return layers;
}

/** Numbers of an item's latent: codes, or components of the vector. */
export function latentSize(latent: LatentShape): number {
  if (latent.kind === 'vector') return latent.length;
  return latent.levels.reduce((sum, { height, width, depth }) => sum + height * width * depth, 0);
}

/** Bits of an item's latent as it is, before any coding: log₂ K a code, 32 a component of a vector. */
export function latentBits(latent: LatentShape): number {
  if (latent.kind === 'vector') return 32 * latent.length;
  return latent.levels.reduce(
    (sum, { height, width, depth, codes }) => sum + height * width * depth * Math.log2(codes),
    0,
  );
}

/** The codes of one layer, [height × width], out of an item's. */
export function layerCodes(layer: CodeLayer, indices: ArrayLike<number>): Int32Array<ArrayBuffer> {
  const { height, width, first, stride } = layer;
  return Int32Array.from({ length: height * width }, (_, cell) => indices[first + cell * stride] ?? 0);
}
