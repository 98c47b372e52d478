import type { Tensor } from '@tensorflow/tfjs';
import type { Tfjs } from '../native/tfjs';

/**
 * TensorFlow's stateless random ops, number for number: the generator is Philox 4×32-10 (Salmon et al. 2011, “Parallel
 * random numbers: as easy as 1, 2, 3”), keyed from the int32 seed pair as TensorFlow does; Box–Muller makes normals.
 * Uniform values are bit for bit those of the native kernels, normal ones up to the last digits of sin and log.
 */
export function statelessDraws(tf: Tfjs) {
  const drawing =
    (fill: (values: Float32Array, generator: Philox) => void) =>
    ([shape, seed]: readonly Tensor[]): Tensor => {
      const sides = [...(shape!.dataSync() as Iterable<number>)];
      const values = new Float32Array(sides.reduce((product, side) => product * side, 1));
      fill(values, seeded(seed!.dataSync() as Int32Array));
      return tf.tensor(values, sides, 'float32');
    };
  return {
    StatelessRandomUniform: drawing(fillUniform),
    StatelessRandomNormal: drawing(fillNormal),
    StatelessTruncatedNormal: drawing(fillTruncated),
    StatelessRandomUniformInt: ([shape, seed, low, high]: readonly Tensor[]): Tensor => {
      const sides = [...(shape!.dataSync() as Iterable<number>)];
      const [from = 0] = low!.dataSync();
      const range = ((high!.dataSync()[0] ?? 0) - from) >>> 0;
      const generator = seeded(seed!.dataSync() as Int32Array);
      const values = new Int32Array(sides.reduce((product, side) => product * side, 1));
      for (let at = 0; at < values.length; at += 4) {
        values.set(
          [...generator.next()].slice(0, values.length - at).map((word) => from + (word % range)),
          at,
        );
      }
      return tf.tensor(values, sides, 'int32');
    },
  };
}

const ROUNDS = 10;
/** Number of blocks of the sequence that truncated normals reserve for every four values, since they may draw again. */
const BLOCKS_OF_TRUNCATED = 256;
const TRUNCATED_AT = 2;

/** A counter-based generator: blocks of four 32-bit words. */
class Philox {
  readonly #block = new Uint32Array(4);

  constructor(
    readonly counter: Uint32Array,
    readonly key: readonly [number, number],
  ) {}

  /** The next four words; the next call reuses the array. */
  next(): Uint32Array {
    const block = this.#block;
    block.set(this.counter);
    let [low, high] = this.key;
    for (let round = 0; round < ROUNDS; round++) {
      const [a, b, c, d] = block as unknown as [number, number, number, number];
      block[0] = mulHigh(0xcd9e8d57, c) ^ b ^ low;
      block[1] = Math.imul(0xcd9e8d57, c);
      block[2] = mulHigh(0xd2511f53, a) ^ d ^ high;
      block[3] = Math.imul(0xd2511f53, a);
      low = (low + 0x9e3779b9) | 0;
      high = (high + 0xbb67ae85) | 0;
    }
    this.skip(1);
    return block;
  }

  skip(blocks: number): void {
    const { counter } = this;
    let carry = blocks;
    for (let word = 0; word < 4 && carry > 0; word++) {
      const sum = (counter[word] ?? 0) + carry;
      counter[word] = sum;
      carry = Math.floor(sum / 2 ** 32);
    }
  }

  fork(): Philox {
    return new Philox(this.counter.slice(), this.key);
  }
}

/** TensorFlow scrambles a seed pair into key and counter with a Philox of its own. */
function seeded(seed: Int32Array): Philox {
  const [first = 0, second = 0] = seed;
  const counter = Uint32Array.of(first, first < 0 ? -1 : 0, second, second < 0 ? -1 : 0);
  const [a = 0, b = 0, c = 0, d = 0] = new Philox(counter, [0x3ec8f720, 0x02461e29]).next();
  return new Philox(Uint32Array.of(0, 0, c, d), [a | 0, b | 0]);
}

function fillUniform(values: Float32Array, generator: Philox): void {
  for (let at = 0; at < values.length; at += 4) {
    const block = generator.next();
    for (let word = 0; word < 4 && at + word < values.length; word++) values[at + word] = toUnit(block[word] ?? 0);
  }
}

function fillNormal(values: Float32Array, generator: Philox): void {
  for (let at = 0; at < values.length; at += 4) {
    const [a = 0, b = 0, c = 0, d = 0] = generator.next();
    values.set([...boxMuller(a, b), ...boxMuller(c, d)].slice(0, values.length - at), at);
  }
}

function fillTruncated(values: Float32Array, generator: Philox): void {
  for (let at = 0; at < values.length; at += 4) {
    const own = generator.fork();
    generator.skip(BLOCKS_OF_TRUNCATED);
    const found: number[] = [];
    while (found.length < 4) {
      const [a = 0, b = 0, c = 0, d = 0] = own.next();
      found.push(...[...boxMuller(a, b), ...boxMuller(c, d)].filter((value) => Math.abs(value) < TRUNCATED_AT));
    }
    values.set(found.slice(0, Math.min(4, values.length - at)), at);
  }
}

const bits = new Uint32Array(1);
const float = new Float32Array(bits.buffer);

/** The low 23 bits as a float32 in [0, 1). */
function toUnit(word: number): number {
  bits[0] = (word & 0x7fffff) | 0x3f800000;
  return (float[0] ?? 1) - 1;
}

const SMALLEST = Math.fround(1e-7);

function boxMuller(a: number, b: number): [number, number] {
  const radius = Math.fround(Math.sqrt(-2 * Math.log(Math.max(SMALLEST, toUnit(a)))));
  const angle = Math.fround(2 * Math.PI * toUnit(b));
  return [Math.sin(angle) * radius, Math.cos(angle) * radius];
}

/** The high 32 bits of the product of two unsigned 32-bit numbers. */
function mulHigh(a: number, b: number): number {
  const [aLow, aHigh] = [a & 0xffff, a >>> 16];
  const [bLow, bHigh] = [b & 0xffff, b >>> 16];
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const other = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + Math.floor(middle / 65536) + (other >>> 16)) | 0;
}
