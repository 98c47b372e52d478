import type { GroupedQuantizerSpec, QuantizerSpec } from '@shared/specs';
import type { Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import type { CreateQuantizer, Quantizer } from './quantizer';
import { joinCodes, meanOf, meanTerms, meanPerplexity, splitCodes } from './stages';

/**
 * Grouped codes, or product quantization (Jégou et al. 2011; Baevski et al. 2020): a latent's D components are cut into G groups
 * of d, each quantized by itself; a place has the codes of all groups side by side, which stand for Kᴳ vectors. With one codebook
 * for all (`shared`, multi-head codes) a group is to the quantizer within as a place of its own. Terms are means over groups.
 */
export function groupedQuantizer(
  program: Program,
  name: string,
  spec: GroupedQuantizerSpec,
  seed: number,
  create: CreateQuantizer,
): Quantizer {
  return spec.shared
    ? withOneCodebook(create(program, `${name}/group`, spec.quantizer, seed), spec.groups)
    : withOwnCodebooks(
        Array.from({ length: spec.groups }, (_, group) =>
          create(program, `${name}/group${group}`, spec.quantizer, seedOfGroup(spec.quantizer, seed, group)),
        ),
      );
}

/** Groups draw differently, but where quantizers are dropped all leave the same stages out. */
function seedOfGroup(spec: QuantizerSpec, seed: number, group: number): number {
  return spec.kind === 'residual' ? seed : (seed + Math.imul(group, 0x9e3779b1)) | 0;
}

function withOneCodebook(inner: Quantizer, groups: number): Quantizer {
  const { codes, depth, dimension, weights } = inner;
  const fit = inner.prepare?.bind(inner);
  /** [..., G · d] → [..., G, d] */
  const apart = (latents: Tensor) => ops.reshape(latents, [...latents.shape.slice(0, -1), groups, dimension]);
  /** [..., G, d] → [..., G · d], and indices [..., G] or [..., G, depth] → [..., G · depth] */
  const together = (x: Tensor, outer: readonly number[]) => ops.reshape(x, [...outer, -1]);
  return {
    codes,
    depth: groups * depth,
    dimension: groups * dimension,
    weights,
    codebook: (stage) => inner.codebook(stage % depth),
    indices: (latents) => together(inner.indices(apart(latents)), latents.shape.slice(0, -1)),
    lookUp(indices) {
      const outer = indices.shape.slice(0, -1);
      return together(inner.lookUp(ops.reshape(indices, [...outer, groups, ...(depth === 1 ? [] : [depth])])), outer);
    },
    quantize(latents, step) {
      const outer = latents.shape.slice(0, -1);
      const found = inner.quantize(apart(latents), step);
      const indices = together(found.indices, outer);
      return {
        ...found,
        quantized: together(found.quantized, outer),
        indices,
        perplexity: meanPerplexity(indices, groups * depth, codes),
      };
    },
    // [M, G · d] lies in memory as [M · G, d]
    ...(fit ? { prepare: fit } : {}),
  };
}

function withOwnCodebooks(parts: readonly Quantizer[]): Quantizer {
  const [{ codes, depth, dimension } = { codes: 0, depth: 1, dimension: 1 }] = parts;
  const cut = (latents: Tensor) => ops.split(latents, parts.length, latents.rank - 1);
  return {
    codes,
    depth: parts.length * depth,
    dimension: parts.length * dimension,
    weights: parts.flatMap(({ weights }) => weights),
    codebook: (stage) => parts[Math.floor(stage / depth)]!.codebook(stage % depth),
    indices(latents) {
      const slices = cut(latents);
      return joinCodes(
        parts.map((part, group) => part.indices(slices[group]!)),
        depth,
      );
    },
    lookUp(indices) {
      const own = splitCodes(indices, parts.length, depth);
      return ops.concat(
        parts.map((part, group) => part.lookUp(own[group]!)),
        indices.rank - 1,
      );
    },
    quantize(latents, step) {
      const slices = cut(latents);
      const found = parts.map((part, group) => part.quantize(slices[group]!, step));
      return {
        quantized: ops.concat(
          found.map(({ quantized }) => quantized),
          latents.rank - 1,
        ),
        indices: joinCodes(
          found.map(({ indices }) => indices),
          depth,
        ),
        terms: meanTerms(found.map(({ terms }) => terms)),
        perplexity: meanOf(found.map(({ perplexity }) => perplexity)),
        updates: found.flatMap(({ updates }) => updates),
      };
    },
    ...(parts.every(({ prepare }) => prepare)
      ? {
          async prepare(latents: Float32Array) {
            for (const [group, part] of parts.entries()) {
              await part.prepare?.(columns(latents, parts.length * dimension, group * dimension, dimension));
            }
          },
        }
      : {}),
  };
}

/** `count` columns from `first` of rows of length `width`. */
function columns(rows: Float32Array, width: number, first: number, count: number): Float32Array {
  const out = new Float32Array((rows.length / width) * count);
  for (let from = first, to = 0; to < out.length; from += width, to += count)
    out.set(rows.subarray(from, from + count), to);
  return out;
}
