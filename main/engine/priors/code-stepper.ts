import type { Program } from '../tensorflow/graph';
import * as ops from '../tensorflow/ops';
import { type SequenceNetwork, partsOf } from './network';
import type { TokenSequence } from './sequence';

/** Goes through items code by code, with a cache and without a draw: what coding by a prior needs. Nobody is told a class. */
export interface CodeStepper {
  /** Which of an item's codes comes at each position, [latentSize]. */
  readonly order: Int32Array;
  /**
   * Logits of the codes at `position`, [batch, symbols]. Positions come in order; position 0 begins anew.
   * @param previous [batch] the codes at position − 1; any at position 0
   */
  next(position: number, previous: Int32Array): { symbols: number; values: Float32Array };
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
    const call = program.define(
      `${name}/next-${part}`,
      { feeds: { last, position: { shape: [1], dtype: 'int32' } } },
      (fed) => ({ logits: step(fed.last, fed.position, ops.zeros([batch], 'int32')) }),
    );
    const { begin } = step;
    const beginning =
      begin &&
      program.define(`${name}/begin-${part}`, { feeds: { last } }, (fed) => {
        begin(fed.last);
        return { last: fed.last };
      });
    return { start, end, call, beginning };
  });

  return {
    order: places,
    next(position, previous) {
      const before = position === 0 ? 0 : (first[position - 1] ?? 0);
      const tokens = previous.map((code) => code + before);
      const { start, call, beginning } = parts.find(({ end }) => position < end)!;
      if (position === start) beginning?.run({ last: tokens });
      const logits = call.run({ last: tokens, position }).logits.data as Float32Array;
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
