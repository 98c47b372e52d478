import { AppError } from '@shared/errors';
import { damaged } from './damaged';

/** Appends bytes one after another. */
export class ByteWriter {
  #bytes = new Uint8Array(256);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  byte(value: number): void {
    this.#grow(1);
    this.#bytes[this.#length++] = value;
  }

  /** Appends four bytes, the lowest first. */
  uint32(value: number): void {
    for (let shift = 0; shift < 32; shift += 8) this.byte((value >>> shift) & 255);
  }

  /**
   * Appends a whole number from 0 to 2⁵³ − 1 as LEB128: seven bits per byte, the lowest first; a set top bit says that
   * more follow.
   */
  whole(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) throw new AppError('INTERNAL', `${value} is not a whole number.`);
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.byte((rest % 128) | 128);
    this.byte(rest);
  }

  /** Appends text as UTF-8, preceded by its length in bytes. */
  text(value: string): void {
    const bytes = new TextEncoder().encode(value);
    this.whole(bytes.length);
    this.raw(bytes);
  }

  raw(bytes: Uint8Array): void {
    this.#grow(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** A copy of the bytes written. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  #grow(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + more));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

/** The range a number must lie in, both ends included. */
export interface Bounds {
  from?: number;
  to: number;
}

/**
 * Reads what `ByteWriter` wrote, never beyond the end. Every method takes the name of what it reads, for the error
 * message.
 * @throws BAD_FILE naming the field and the byte at which it begins
 */
export class ByteReader {
  #at = 0;

  constructor(
    private readonly bytes: Uint8Array,
    /** Names the bytes in messages, as in “its header”. */
    private readonly part: string,
  ) {}

  get left(): number {
    return this.bytes.length - this.#at;
  }

  byte(what: string, { from = 0, to }: Bounds = { to: 255 }): number {
    const begin = this.#at;
    return this.#within(this.#next(what, begin), what, begin, from, to);
  }

  uint32(what: string): number {
    const begin = this.#at;
    let value = 0;
    for (let weight = 1; weight < 2 ** 32; weight *= 256) value += weight * this.#next(what, begin);
    return value;
  }

  /** Reads a LEB128 number. Each number has only one encoding: a needless last byte is refused. */
  whole(what: string, { from = 0, to }: Bounds): number {
    const begin = this.#at;
    let [value, weight] = [0, 1];
    for (;;) {
      const byte = this.#next(what, begin);
      value += weight * (byte & 127);
      if (!Number.isSafeInteger(value) || (byte === 0 && weight > 1)) throw this.#bad(what, begin, 'is not a number');
      if (byte < 128) return this.#within(value, what, begin, from, to);
      weight *= 128;
      if (weight > 2 ** 49) throw this.#bad(what, begin, 'is not a number');
    }
  }

  text(what: string, mostBytes: number): string {
    const begin = this.#at;
    const length = this.whole(`${what} (its length)`, { to: mostBytes });
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(this.raw(what, length));
    } catch (cause) {
      if (cause instanceof AppError) throw cause;
      throw this.#bad(what, begin, 'is not UTF-8');
    }
  }

  /** A view of the next bytes, not a copy. */
  raw(what: string, length: number): Uint8Array {
    if (length > this.left) throw this.#bad(what, this.#at, 'is cut off');
    this.#at += length;
    return this.bytes.subarray(this.#at - length, this.#at);
  }

  /** Requires that nothing is left. */
  end(): void {
    if (this.left > 0) throw damaged(`${this.part} has ${this.left} bytes too many, from byte ${this.#at}`);
  }

  #next(what: string, begin: number): number {
    const byte = this.bytes[this.#at];
    if (byte === undefined) throw this.#bad(what, begin, 'is cut off');
    this.#at++;
    return byte;
  }

  #within(value: number, what: string, begin: number, from: number, to: number): number {
    if (value < from || value > to) throw this.#bad(what, begin, `is ${value}, which is not from ${from} to ${to}`);
    return value;
  }

  #bad(what: string, at: number, reason: string): AppError {
    return damaged(`${what} (${this.part}, byte ${at}) ${reason}`);
  }
}
