import { itemOf, type SamplesDocument } from '@shared/contract';
import type { Sheet } from './sheet';
import { sampleId } from './recipe';

/** A sheet as the workspace keeps it: the pictures and latents of all samples one after the other. */
export function documentOf({ recipe, isEach, wanted, samples }: Sheet): SamplesDocument {
  const first = samples[0];
  return {
    recipe,
    isEach,
    wanted,
    each: samples.map(({ number, recipe: own }) => ({ number, class: own.class })),
    pictures: first
      ? {
          ...first.pictures,
          count: samples.length,
          data: joined(
            Uint8Array,
            samples.map(({ pictures, index }) => itemOf(pictures, index)),
          ),
        }
      : null,
    codes: joined(
      Int32Array,
      samples.map(({ codes }) => codes),
    ),
    vectors: first?.vector
      ? joined(
          Float32Array,
          samples.flatMap(({ vector }) => vector ?? []),
        )
      : null,
  };
}

/** The sheet that was kept as `id`; fewer samples than were wanted say that it was cancelled. */
export function sheetOf(
  id: string,
  { recipe, isEach, wanted, each, pictures, codes, vectors }: SamplesDocument,
): Sheet {
  const rowOf = <A extends Int32Array | Float32Array>(all: A, at: number): A => {
    const size = all.length / Math.max(1, each.length);
    return all.slice(at * size, (at + 1) * size) as A;
  };
  return {
    id,
    recipe,
    isEach,
    wanted,
    samples: pictures
      ? each.map(({ number, class: of }, index) => {
          const own = { ...recipe, class: of };
          return {
            id: sampleId(own, number),
            recipe: own,
            number,
            pictures,
            index,
            codes: Int32Array.from(rowOf(codes, index)),
            ...(vectors && { vector: Float32Array.from(rowOf(vectors, index)) }),
          };
        })
      : [],
    soFar: null,
    state: each.length < wanted ? 'cancelled' : 'done',
    error: null,
  };
}

/** Typed arrays one after the other. */
function joined<A extends Uint8Array | Int32Array | Float32Array>(
  of: new (length: number) => A,
  parts: readonly ArrayLike<number>[],
): A {
  const whole = new of(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
