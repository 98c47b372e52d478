import { ByteWriter } from './bytes';
import { damaged } from './damaged';

/** Appends bits one after another, the highest first; the last byte is padded with zeros. */
export class BitWriter {
  readonly #bytes = new ByteWriter();
  #current = 0;
  #filled = 0;

  /** Number of bits written. */
  get length(): number {
    return this.#bytes.length * 8 + this.#filled;
  }

  /** Appends the lowest `count` bits of `value`, 0 to 32. */
  write(value: number, count: number): void {
    for (let left = count; left > 0;) {
      const taken = Math.min(8 - this.#filled, left);
      left -= taken;
      this.#current = (this.#current << taken) | ((value >>> left) & ((1 << taken) - 1));
      this.#filled += taken;
      if (this.#filled < 8) continue;
      this.#bytes.byte(this.#current);
      this.#current = 0;
      this.#filled = 0;
    }
  }

  finish(): Uint8Array<ArrayBuffer> {
    if (this.#filled > 0) this.write(0, 8 - this.#filled);
    return this.#bytes.finish();
  }
}

/** Reads what `BitWriter` wrote. @throws BAD_FILE beyond the end, and where the padding is not zeros */
export class BitReader {
  #at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  /** Number of bits left. */
  get left(): number {
    return this.bytes.length * 8 - this.#at;
  }

  /** Reads the next `count` bits, 0 to 32. */
  read(count: number): number {
    if (count > this.left) throw damaged('its codes are cut off');
    let value = 0;
    for (let left = count; left > 0;) {
      const free = 8 - (this.#at & 7);
      const taken = Math.min(free, left);
      const byte = this.bytes[this.#at >>> 3] ?? 0;
      value = (value << taken) | ((byte >>> (free - taken)) & ((1 << taken) - 1));
      this.#at += taken;
      left -= taken;
    }
    return value >>> 0;
  }

  /** Looks at the next `count` bits (up to 24) without consuming them; bits beyond the end read as zeros. */
  peek(count: number): number {
    const byte = this.#at >>> 3;
    const { bytes } = this;
    const word =
      (((bytes[byte] ?? 0) << 24) |
        ((bytes[byte + 1] ?? 0) << 16) |
        ((bytes[byte + 2] ?? 0) << 8) |
        (bytes[byte + 3] ?? 0)) <<
      (this.#at & 7);
    return count === 0 ? 0 : word >>> (32 - count);
  }

  skip(count: number): void {
    if (count > this.left) throw damaged('its codes are cut off');
    this.#at += count;
  }

  /** Requires that only the zeros that pad the last byte are left. */
  end(): void {
    if (this.left >= 8 || this.read(this.left) !== 0) throw damaged('something follows its codes');
  }
}
