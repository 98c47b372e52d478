import type { Program } from '../tensorflow/graph';
import * as ops from '../tensorflow/ops';
import { type SequenceNetwork, partsOf } from './network';
import type { TokenSequence } from './sequence';

/** Goes through items code by code, with a cache and without a draw: what coding by a prior needs. */
export interface CodeStepper {
  /** Which of an item's codes comes at each position, [latentSize]. */
  readonly order: Int32Array;
  /**
   * Logits of the codes at `position`, [batch, symbols]. Positions come in order; position 0 begins anew.
   * @param previous [batch] the codes at position − 1; any at position 0
   * @param given [batch] what each item is conditioned on at every position: 0 nothing, 1 + c the class c; nothing if left out.
   *   All zeros needn't give the last bits that leaving it out does: it is another graph.
   */
  next(position: number, previous: Int32Array, given?: Int32Array): { symbols: number; values: Float32Array };
}

/** A graph call a position, of `batch` sequences. Of a token's logits those are cut out whose codes can stand at the position. */
export function createCodeStepper(
  program: Program,
  name: string,
  network: SequenceNetwork,
  { places, first, codes }: TokenSequence,
  { batch }: { batch: number },
): CodeStepper {
  const { vocabulary } = network;
  const last = { shape: [batch], dtype: 'int32' } as const;
  const parts = partsOf(network).map(({ part, start, end }) => {
    const step = network.stepper({ batch, part });
    const fed = { last, position: { shape: [1], dtype: 'int32' } } as const;
    const call = program.define(`${name}/next-${part}`, { feeds: fed }, (of) => ({
      logits: step(of.last, of.position, ops.zeros([batch], 'int32')),
    }));
    const defineConditioned = () =>
      program.define(`${name}/next-${part}-conditioned`, { feeds: { ...fed, given: last } }, (of) => ({
        logits: step(of.last, of.position, of.given),
      }));
    let conditioned: ReturnType<typeof defineConditioned> | undefined;
    const logitsOf = (tokens: Int32Array, position: number, given?: Int32Array): Float32Array => {
      if (!given) return call.run({ last: tokens, position }).logits.data as Float32Array;
      conditioned ??= defineConditioned();
      return conditioned.run({ last: tokens, position, given }).logits.data as Float32Array;
    };
    const { begin } = step;
    const beginning =
      begin &&
      program.define(`${name}/begin-${part}`, { feeds: { last } }, (fed) => {
        begin(fed.last);
        return { last: fed.last };
      });
    return { start, end, logitsOf, beginning };
  });

  return {
    order: places,
    next(position, previous, given) {
      const before = position === 0 ? 0 : (first[position - 1] ?? 0);
      const tokens = previous.map((code) => code + before);
      const { start, logitsOf, beginning } = parts.find(({ end }) => position < end)!;
      if (position === start) beginning?.run({ last: tokens });
      const logits = logitsOf(tokens, position, given);
      const [from, symbols] = [first[position] ?? 0, codes[position] ?? 0];
      if (symbols === vocabulary) return { symbols, values: logits };
      const values = new Float32Array(batch * symbols);
      for (let lane = 0; lane < batch; lane++) {
        const row = lane * vocabulary + from;
        values.set(logits.subarray(row, row + symbols), lane * symbols);
      }
      return { symbols, values };
    },
  };
}
