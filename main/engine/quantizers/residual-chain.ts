import { setImmediate } from 'node:timers/promises';
import type { Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import type { Quantizer } from './quantizer';

/** What a stage is given and finds. */
export interface Link {
  /** What the stages before it left over, [..., D]. The gradient to the latents passes, that to codebooks doesn't. */
  residual: Tensor;
  /** [...] int32 */
  indices: Tensor;
  /** [..., D] */
  vectors: Tensor;
}

/** Latents [..., D] through all stages. */
export function chain(stages: readonly Quantizer[], latents: Tensor): Link[] {
  let residual = latents;
  return stages.map((stage) => {
    const indices = stage.indices(residual);
    const vectors = stage.lookUp(indices);
    const link = { residual, indices, vectors };
    residual = ops.sub(residual, ops.stopGradient(vectors));
    return link;
  });
}

/** Latents that go through the stages in one call. */
const PIECE = 4096;

/**
 * Fits the stages to latents [M, D], each to what those before it leave over. One quantizer for all stages is fitted to the
 * latents, and once more to all that its stages are then given.
 */
export async function fitStages(
  program: Program,
  name: string,
  stages: readonly Quantizer[],
  latents: Float32Array,
): Promise<void> {
  const [{ dimension }, second] = stages as [Quantizer, Quantizer];
  const size = Math.min(PIECE, latents.length / dimension);
  const feeds = { piece: { shape: [size, dimension], dtype: 'float32' } } as const;
  const through = program.define(`${name}/left-over`, { feeds }, ({ piece }) =>
    Object.fromEntries(chain(stages, piece).map(({ residual }, stage) => [`stage${stage}`, residual])),
  );
  const givenTo = async (stage: number): Promise<Float32Array> => {
    const out = new Float32Array(latents.length);
    const piece = new Float32Array(size * dimension);
    for (let at = 0; at < latents.length; at += piece.length) {
      piece.set(latents.subarray(at, at + piece.length));
      const found = through.run({ piece }, [`stage${stage}`])[`stage${stage}`]!.data as Float32Array;
      out.set(found.subarray(0, latents.length - at), at);
      await setImmediate();
    }
    return out;
  };

  await stages[0]!.prepare?.(latents);
  if (second === stages[0]) {
    const all = new Float32Array(stages.length * latents.length);
    for (const stage of stages.keys()) all.set(await givenTo(stage), stage * latents.length);
    await second.prepare?.(all);
  } else {
    for (let stage = 1; stage < stages.length; stage++) await stages[stage]!.prepare?.(await givenTo(stage));
  }
}
