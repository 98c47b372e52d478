import { crc32 } from 'node:zlib';
import { AppError } from '@shared/errors';
import { type CodeSet, type CodeSetShape, type Layout, layoutOf } from './code-set';
import { searchCumulative } from './frequencies';
import type { CumulativeTable, ProbabilityModel } from './probability-model';
import { RangeDecoder, RangeEncoder } from './range-coder';

export interface ModelCoderOptions {
  /** Stops between two positions and throws the abort reason. */
  signal?: AbortSignal;
  /** Reports the number of codes coded so far, and the number of all codes. */
  onProgress?: (done: number, total: number) => void;
}

export interface ModelCoded {
  payload: Uint8Array<ArrayBuffer>;
  /**
   * CRC-32 of the cumulative frequencies of the first batch's items, position after position, each in 32 bits,
   * little-endian; 0 without items.
   */
  probe: number;
}

/**
 * Codes a set with a model, into one stream: batches of `lanes` items; within a batch position after position; at each
 * position the items in order.
 * @param set codes that `requireCodeSet` has accepted
 */
export async function encodeWithModel(
  set: CodeSet,
  model: ProbabilityModel,
  options: ModelCoderOptions = {},
): Promise<ModelCoded> {
  const encoder = new RangeEncoder();
  const { codes } = set;
  const probe = await walk(set, model, options, ({ symbols, cumulative }, lane, at) => {
    const code = codes[at]!;
    const share = lane * (symbols + 1) + code;
    const start = cumulative[share]!;
    encoder.encode(start, cumulative[share + 1]! - start, cumulative[lane * (symbols + 1) + symbols]!);
    return code;
  });
  return { payload: encoder.finish(), probe };
}

/**
 * Decodes what `encodeWithModel` coded with a model that gives the same frequencies.
 * @param payload verified to be as it was written, so that any fault that shows is the model's
 * @returns codes [items, latentSize], which are right only if their CRC is
 * @throws UNSUPPORTED as soon as the frequencies turn out to differ; for the first `lanes` items, before any other is
 *   decoded
 */
export async function decodeWithModel(
  { payload, probe }: { payload: Uint8Array; probe: number },
  shape: CodeSetShape,
  model: ProbabilityModel,
  options: ModelCoderOptions = {},
): Promise<Int32Array> {
  const decoder = new RangeDecoder(payload);
  const codes = new Int32Array(shape.items * layoutOf(shape.latent).size);
  const decode: Visit = ({ symbols, cumulative }, lane, at) => {
    const row = lane * (symbols + 1);
    const code = searchCumulative(cumulative, row, symbols, decoder.target(cumulative[row + symbols]!));
    const start = cumulative[row + code]!;
    decoder.take(start, cumulative[row + code + 1]! - start);
    codes[at] = code;
    return code;
  };
  try {
    await walk(shape, model, options, decode, probe);
    decoder.end();
  } catch (error) {
    throw error instanceof AppError && error.code === 'BAD_FILE' ? otherFrequencies() : error;
  }
  return codes;
}

/** The error for codes that were written with frequencies other than the model's here. */
export function otherFrequencies(): AppError {
  return new AppError(
    'UNSUPPORTED',
    'This file was compressed by a model, and the model gives other probabilities here than where that was done.',
    'Open it with the same engine on the same kind of machine, or compress it there without a model.',
  );
}

/** Codes one code, which belongs to item `at / size`, and returns it. */
type Visit = (table: CumulativeTable, lane: number, at: number) => number;

/**
 * Goes through all codes in the order of the stream. @returns the probe @throws UNSUPPORTED if it differs from the
 * expected one
 */
async function walk(
  { latent, items }: CodeSetShape,
  model: ProbabilityModel,
  { signal, onProgress }: ModelCoderOptions,
  visit: Visit,
  expected?: number,
): Promise<number> {
  const layout = layoutOf(latent);
  const order = orderOf(model, layout);
  const previous = new Int32Array(model.lanes);
  let probe = 0;
  for (let first = 0; first < items; first += model.lanes) {
    const count = Math.min(model.lanes, items - first);
    previous.fill(0);
    await model.begin({ first, count });
    for (let position = 0; position < layout.size; position++) {
      signal?.throwIfAborted();
      const place = order[position]!;
      const table = await model.next(position, previous);
      requireTable(table, model.lanes, layout.alphabets[layout.layerAt[place]!]!);
      if (first === 0) probe = crc32(bytesOf(table.cumulative.subarray(0, count * (table.symbols + 1))), probe);
      for (let lane = 0; lane < count; lane++)
        previous[lane] = visit(table, lane, (first + lane) * layout.size + place);
      onProgress?.(first * layout.size + (position + 1) * count, items * layout.size);
    }
    if (first === 0 && expected !== undefined && probe !== expected) throw otherFrequencies();
  }
  return probe;
}

/** Little-endian, as every machine that TensorFlow runs on is. */
const bytesOf = (numbers: Uint32Array): Uint8Array =>
  new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);

function orderOf({ order }: ProbabilityModel, { size }: Layout): Int32Array {
  if (!order) return Int32Array.from({ length: size }, (_, place) => place);
  if (order.length !== size || new Set(order).size !== size || order.some((place) => place < 0 || place >= size))
    throw new AppError('INTERNAL', `The model’s order is not one of ${size} codes.`);
  return order;
}

function requireTable({ symbols, cumulative }: CumulativeTable, lanes: number, alphabet: number): void {
  if (symbols !== alphabet || cumulative.length !== lanes * (symbols + 1))
    throw new AppError('INTERNAL', `The model gives ${symbols} frequencies for a code of ${alphabet}.`);
}
