import { AppError } from '@shared/errors';
import { ByteWriter } from './bytes';
import { damaged } from './damaged';

/**
 * The largest total of frequencies. A unit of range is then at least 2¹², so rounding it costs at most log₂(1 / (1 −
 * 2⁻¹²)) = 0.00035 bits per symbol, and a tenth as much on average.
 */
export const MOST_TOTAL = 2 ** 28;

const WHOLE = 2 ** 48;
const SMALL = 2 ** 40;
const LOOKAHEAD = 6;

/**
 * Encodes by range coding (Martin 1979) with carry, a byte at a time. The interval [low, low + range) of whole numbers
 * below 2⁴⁸ is cut in proportion to frequencies: a symbol that takes [start, start + frequency) of `total` keeps
 *
 *   low + ⌊range / total⌋ · start,  ⌊range / total⌋ · frequency,
 *
 * and while range ≤ 2⁴⁰ the top byte leaves and both grow by 256. All numbers stay below 2⁵³, where doubles are exact
 * and the rounded-down quotient of whole numbers is right; so every machine makes the same bytes, and nothing needs
 * more than a double.
 */
export class RangeEncoder {
  readonly #bytes = new ByteWriter();
  #low = 0;
  #range = WHOLE;
  /** The byte that a carry may still raise (−1 before the first), and the number of 255 bytes that wait behind it. */
  #held = -1;
  #waiting = 0;

  /** Number of bits so far, −log₂ of the interval's share of the whole. For reports only. */
  get written(): number {
    return (this.#bytes.length + this.#waiting + (this.#held >= 0 ? 1 : 0)) * 8 + Math.log2(WHOLE / this.#range);
  }

  /** @param total 1 to 2²⁸ @throws INTERNAL for a symbol that has no share: it could not be decoded */
  encode(start: number, frequency: number, total: number): void {
    if (!(frequency > 0 && start >= 0 && start + frequency <= total && total <= MOST_TOTAL))
      throw new AppError('INTERNAL', `A symbol with [${start}, +${frequency}) of ${total} can’t be coded.`);
    const unit = Math.floor(this.#range / total);
    this.#low += unit * start;
    this.#range = unit * frequency;
    while (this.#range <= SMALL) this.#shift();
  }

  /** Codes the lowest `count` bits of a value, 0 to 24, as equally likely. */
  bits(value: number, count: number): void {
    this.encode(value, 1, 1 << count);
  }

  /** Ends with the fewest bytes that name a number in the interval; the decoder reads missing bytes as zeros. */
  finish(): Uint8Array<ArrayBuffer> {
    let [bytes, unit] = [0, WHOLE];
    let value = 0;
    for (; bytes <= LOOKAHEAD; bytes++, unit /= 256) {
      value = Math.ceil(this.#low / unit) * unit;
      if (value < this.#low + this.#range) break;
    }
    this.#low = value;
    for (; bytes > 0; bytes--) this.#shift();
    // The held byte is the last one needed, and a carry out of it has been handled.
    this.#release(Math.floor(this.#low / WHOLE));
    return this.#bytes.finish();
  }

  /** Shifts out the top byte of `low`. */
  #shift(): void {
    const top = Math.floor(this.#low / SMALL);
    this.#low = (this.#low - top * SMALL) * 256;
    this.#range *= 256;
    if (top === 255) {
      this.#waiting++;
      return;
    }
    this.#release(top >> 8);
    this.#held = top & 255;
  }

  #release(carry: number): void {
    if (this.#held >= 0) this.#bytes.byte(this.#held + carry);
    for (; this.#waiting > 0; this.#waiting--) this.#bytes.byte((255 + carry) & 255);
    this.#held = -1;
  }
}

/**
 * Decodes what `RangeEncoder` wrote. A symbol is read in two steps: `target(total)` returns a number in [0, total),
 * which identifies the symbol, and `take(start, frequency)` removes its share.
 * @throws BAD_FILE for bytes that no encoder can have written, where that shows; only the CRC of the codes is
 *   conclusive
 */
export class RangeDecoder {
  #at = 0;
  #code = 0;
  #range = WHOLE;
  #unit = 0;

  constructor(private readonly bytes: Uint8Array) {
    for (let byte = 0; byte < LOOKAHEAD; byte++) this.#code = this.#code * 256 + this.#next();
  }

  target(total: number): number {
    this.#unit = Math.floor(this.#range / total);
    const target = Math.floor(this.#code / this.#unit);
    if (target >= total) throw damaged('its codes are damaged');
    return target;
  }

  take(start: number, frequency: number): void {
    this.#code -= this.#unit * start;
    this.#range = this.#unit * frequency;
    while (this.#range <= SMALL) {
      this.#code = this.#code * 256 + this.#next();
      this.#range *= 256;
    }
  }

  bits(count: number): number {
    const value = this.target(1 << count);
    this.take(value, 1);
    return value;
  }

  /** Requires that all bytes were needed. */
  end(): void {
    if (this.bytes.length > this.#at) throw damaged(`${this.bytes.length - this.#at} bytes follow its codes`);
  }

  /** An encoder leaves out at most `LOOKAHEAD` bytes, all zero. */
  #next(): number {
    const byte = this.bytes[this.#at++];
    if (byte === undefined && this.#at > this.bytes.length + LOOKAHEAD) throw damaged('its codes are cut off');
    return byte ?? 0;
  }
}
