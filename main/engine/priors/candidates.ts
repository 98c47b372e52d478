import type { Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import { guided } from './condition';
import { narrow } from './narrow';
import type { SampleOptions } from './sampler';
import { type TokenSequence, tokensOf } from './sequence';

/** How codes are drawn, as far as their probabilities go; `label` −1 for none. */
export interface DrawnHow extends Pick<SampleOptions, 'temperature' | 'topK' | 'topP' | 'guidance'> {
  label: number;
}

/** For each code of an item, what could have stood in its place, the likeliest first. */
export interface Candidates {
  /** Candidates of a place. */
  readonly each: number;
  /** [latentSize, each]; −1 where fewer can be drawn. */
  readonly codes: Int32Array;
  /** As drawing sees them, after guidance, temperature, top-k and top-p: [latentSize, each] */
  readonly probabilities: Float32Array;
  /** Probabilities of the codes that were drawn, [latentSize]. */
  readonly drawn: Float32Array;
}

/**
 * What can be drawn in each place of one item.
 * @param seen the item's codes as the network sees them, −1 where one is open; of a prior that goes code by code all of them, for
 *   each place looks at those before it alone
 * @param drawn whose probabilities are asked for besides, [latentSize]; anything where that isn't asked
 */
export type FindCandidates = (seen: Int32Array, drawn: Int32Array, how: DrawnHow) => Candidates;

/** Candidates that a place has at most. */
const EACH = 8;

/**
 * A graph call an item: the logits of all places at once, made into probabilities as the samplers do it. `logitsOf`: tokens [n, L]
 * int32, −1 where open, and what each item is conditioned on [n] → logits [n, L, V], −10⁹ for what can't stand there.
 */
export function createCandidates(
  program: Program,
  name: string,
  sequence: TokenSequence,
  logitsOf: (tokens: Tensor, given: Tensor) => Tensor,
): FindCandidates {
  const { length, vocabulary, places, first } = sequence;
  const each = Math.min(EACH, vocabulary);

  const define = (isGuided: boolean, isNarrowed: boolean) => {
    const feeds = {
      tokens: { shape: [1, length], dtype: 'int32' },
      drawn: { shape: [length], dtype: 'int32' },
      label: { shape: [1], dtype: 'int32' },
      temperature: { shape: [], dtype: 'float32' },
      guidance: { shape: [], dtype: 'float32' },
      topK: { shape: [1], dtype: 'int32' },
      topP: { shape: [], dtype: 'float32' },
    } as const;
    const label = `${name}/${isGuided ? 'guided' : 'plain'}${isNarrowed ? '-narrowed' : ''}`;
    return program.define(label, { feeds }, (fed) => {
      const plain = guided(fed.tokens, fed.label, isGuided ? fed.guidance : null, logitsOf);
      const heated = ops.reshape(ops.div(plain, fed.temperature), [length, vocabulary]);
      const logits = isNarrowed ? narrow(heated, fed.topK, fed.topP) : heated;
      const { values, indices } = ops.topK(ops.softmax(logits), each);
      const drawn = ops.exp(ops.neg(ops.sparseSoftmaxCrossEntropy(logits, fed.drawn)));
      return { values, indices, drawn };
    });
  };

  const defined = new Map<string, ReturnType<typeof define>>();
  return (seen, drawn, { label, temperature = 1, topK = 0, topP = 1, guidance = 1 }) => {
    const [isGuided, isNarrowed] = [label >= 0 && guidance !== 1, topK > 0 || topP < 1];
    const key = `${isGuided} ${isNarrowed}`;
    const call = defined.get(key) ?? define(isGuided, isNarrowed);
    defined.set(key, call);
    const found = call.run({
      tokens: tokensOf(sequence, seen),
      drawn: tokensOf(sequence, drawn).map((token) => Math.max(0, token)),
      label: label + 1,
      temperature,
      guidance,
      topK: topK === 0 ? vocabulary : topK,
      topP,
    });
    const codes = new Int32Array(length * each);
    const probabilities = new Float32Array(length * each);
    const ofDrawn = new Float32Array(length);
    for (let position = 0; position < length; position++) {
      const place = places[position] ?? 0;
      ofDrawn[place] = found.drawn.data[position] ?? 0;
      for (let rank = 0; rank < each; rank++) {
        const probability = found.values.data[position * each + rank] ?? 0;
        const token = found.indices.data[position * each + rank] ?? 0;
        codes[place * each + rank] = probability > 0 ? token - (first[position] ?? 0) : -1;
        probabilities[place * each + rank] = probability;
      }
    }
    return { each, codes, probabilities, drawn: ofDrawn };
  };
}
