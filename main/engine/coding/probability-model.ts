import { cumulativeFromLogits } from './cumulative';

/** Whole cumulative frequencies of the next code of several sequences. */
export interface CumulativeTable {
  /** K */
  symbols: number;
  /** [lanes, K + 1], each row 0 … T, rising: every code has a share. `T` is at most 2²⁸. Used before the next call only. */
  cumulative: Uint32Array;
}

/** Which items are coded in lockstep: `count` of them from item `first` on, at most `lanes`. */
export interface Batch {
  first: number;
  count: number;
}

/**
 * What codes by a model need: of each code, given those before it, whole frequencies. Encoder and decoder must be given the very same
 * numbers, so a model must go the same way in both:
 *
 * - code by code, also when encoding: logits of a whole sequence at once differ in their last bits from those of a step with a cache;
 * - always with `lanes` sequences: sums are cut differently for other batches. Of a last batch that has fewer items the rest are
 *   fed code 0;
 * - without a draw, and with nothing left of an earlier batch after `begin`.
 *
 * The same weights don't suffice: another build of TensorFlow, another number of threads, oneDNN or not, AVX2 or AVX-512, a graphics card,
 * each may change the last bits of a logit, and rounding to whole numbers only makes that rarer. (A GPT of 4 layers and 512 codes gives
 * others with one thread than with two, and others with oneDNN; the same in each process of the same settings.) So threads and
 * oneDNN should be fixed, as in `samplingEnvironment`; and a file says what it was made with, has a probe of the frequencies and a
 * CRC of the codes: what was decoded wrongly is never handed out.
 */
export interface ProbabilityModel {
  readonly lanes: number;
  /** Which of an item's codes comes at each position: each of 0 … latentSize − 1 once. Left out: in the order in which they are stored. */
  readonly order?: Int32Array;
  /** New sequences begin. */
  begin(batch: Batch): void | Promise<void>;
  /**
   * Of the codes at `position`.
   * @param previous [lanes] the codes at position − 1, all 0 at position 0. Used before the call returns only.
   */
  next(position: number, previous: Int32Array): CumulativeTable | Promise<CumulativeTable>;
}

/** A model that gives logits, as priors do. */
export interface LogitModel extends Pick<ProbabilityModel, 'lanes' | 'order' | 'begin'> {
  /** K of the codes at `position`, and their logits [lanes, K]. Parameters as of `ProbabilityModel.next`. */
  logits(position: number, previous: Int32Array): Logits | Promise<Logits>;
}
export interface Logits {
  symbols: number;
  /** [lanes, K] float32 */
  values: ArrayLike<number>;
}

/** A model of frequencies from one of logits, rounded as `cumulativeFromLogits` says. */
export function fromLogits(model: LogitModel): ProbabilityModel {
  const { lanes, order } = model;
  let cumulative = new Uint32Array(0);
  return {
    lanes,
    ...(order ? { order } : {}),
    begin: (batch) => model.begin(batch),
    async next(position, previous) {
      const { symbols, values } = await model.logits(position, previous);
      if (cumulative.length !== lanes * (symbols + 1)) cumulative = new Uint32Array(lanes * (symbols + 1));
      for (let lane = 0; lane < lanes; lane++)
        cumulativeFromLogits(values, symbols, { from: lane * symbols, into: cumulative, at: lane * (symbols + 1) });
      return { symbols, cumulative };
    },
  };
}
