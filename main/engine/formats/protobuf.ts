/** Writes the protocol-buffer wire format: what GraphDef and SavedModel files are made of. */
export class MessageWriter {
  readonly #parts: Uint8Array[] = [];
  #size = 0;

  /** An integer, enum or bool field. Negative numbers take ten bytes, as the format requires. */
  integer(field: number, value: number | bigint): this {
    return this.#push(varint(BigInt(field) << 3n), varint(BigInt(value)));
  }

  /** A `float` field. */
  float(field: number, value: number): this {
    return this.#push(varint((BigInt(field) << 3n) | 5n), new Uint8Array(new Float32Array([value]).buffer));
  }

  /** A field of known length: text, bytes, a message or packed numbers. */
  bytes(field: number, value: Uint8Array | string): this {
    const content = typeof value === 'string' ? new TextEncoder().encode(value) : value;
    return this.#push(varint((BigInt(field) << 3n) | 2n), varint(BigInt(content.length)), content);
  }

  message(field: number, write: (writer: MessageWriter) => void): this {
    const inner = new MessageWriter();
    write(inner);
    return this.bytes(field, inner.finish());
  }

  packedIntegers(field: number, values: readonly number[]): this {
    const packed = new MessageWriter();
    for (const value of values) packed.#push(varint(BigInt(value)));
    return this.bytes(field, packed.finish());
  }

  packedFloats(field: number, values: readonly number[]): this {
    return this.bytes(field, new Uint8Array(new Float32Array(values).buffer));
  }

  finish(): Uint8Array {
    const whole = new Uint8Array(this.#size);
    let offset = 0;
    for (const part of this.#parts) {
      whole.set(part, offset);
      offset += part.length;
    }
    return whole;
  }

  #push(...parts: Uint8Array[]): this {
    for (const part of parts) {
      this.#parts.push(part);
      this.#size += part.length;
    }
    return this;
  }
}

function varint(value: bigint): Uint8Array {
  let rest = BigInt.asUintN(64, value);
  const bytes: number[] = [];
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
