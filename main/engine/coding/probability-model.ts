import { cumulativeFromLogits } from './cumulative';

/** Integer cumulative frequencies of the next code of several sequences. */
export interface CumulativeTable {
  /** Codebook size K. */
  symbols: number;
  /**
   * Cumulative frequencies [lanes, K + 1]; each row rises strictly from 0 to T ≤ 2²⁸, so every code has a share. Valid
   * until the next call.
   */
  cumulative: Uint32Array;
}

/** Which items are coded in lockstep: `count` of them from item `first` on, at most `lanes`. */
export interface Batch {
  first: number;
  count: number;
}

/**
 * What coding with a model needs: integer frequencies of each code, given the codes before it. Encoder and decoder must
 * get the very same numbers, so a model must compute them in the same way in both:
 *
 * - code by code, also when encoding: logits of a whole sequence at once differ in their last bits from those of a step
 *   with a cache;
 * - always with `lanes` sequences: sums are split differently for other batch sizes. In a last batch with fewer items
 *   the remaining lanes are fed code 0;
 * - without random draws, and with no state left from an earlier batch after `begin`.
 *
 * Equal weights are not enough: another build of TensorFlow, another number of threads, oneDNN or not, AVX2 or AVX-512,
 * or a graphics card may each change the last bits of a logit, and rounding to integers only makes a difference rarer.
 * (A GPT of 4 layers and 512 codes gives different frequencies with one thread and with two, and with oneDNN; in
 * processes of equal settings they are equal.) So threads and oneDNN should be fixed, as in `samplingEnvironment`; and
 * a file records what it was made with, a probe of the frequencies and a CRC of the codes, so that wrongly decoded
 * codes are never handed out.
 */
export interface ProbabilityModel {
  readonly lanes: number;
  /**
   * The index of the code coded at each position, a permutation of 0 … latentSize − 1; the stored order if left out.
   */
  readonly order?: Int32Array;
  /** Begins new sequences. */
  begin(batch: Batch): void | Promise<void>;
  /**
   * Computes the frequencies of the codes at `position`.
   * @param previous the codes at position − 1 [lanes], all 0 at position 0; not used after the call returns
   */
  next(position: number, previous: Int32Array): CumulativeTable | Promise<CumulativeTable>;
}

/** A model that computes logits, as priors do. */
export interface LogitModel extends Pick<ProbabilityModel, 'lanes' | 'order' | 'begin'> {
  /**
   * The codebook size K at `position`, and the logits [lanes, K]. Parameters are the same as in
   * `ProbabilityModel.next`.
   */
  logits(position: number, previous: Int32Array): Logits | Promise<Logits>;
}
export interface Logits {
  symbols: number;
  /** Logits [lanes, K], float32. */
  values: ArrayLike<number>;
}

/** Makes a model of frequencies from a model of logits, rounded as `cumulativeFromLogits` says. */
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
