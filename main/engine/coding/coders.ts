import { AdaptiveFrequencies } from './adaptive-frequencies';
import { BitReader, BitWriter } from './bits';
import { ByteReader, ByteWriter } from './bytes';
import { type CodeSet, type CodeSetShape, type Layout, countCodes, layoutOf } from './code-set';
import { readCounts, writeCounts } from './count-table';
import { damaged } from './damaged';
import { FixedFrequencies, decodeSymbol, encodeSymbol } from './frequencies';
import { PrefixCode, codeLengths, readLengths, writeLengths } from './huffman';
import { RangeDecoder, RangeEncoder } from './range-coder';

/** The result of coding codes. */
export interface Coded {
  payload: Uint8Array<ArrayBuffer>;
  /** Number of the payload's bits that are tables; the rest are codes, except for the padding of the last byte. */
  tableBits: number;
}

/** A coder that needs nothing but the codes. Items follow one another; each layer has its own frequencies. */
export interface CodeCoder {
  /** Codes a set that `requireCodeSet` has accepted. */
  encode(set: CodeSet, layout?: Layout): Coded;
  /** @returns codes [items, latentSize] @throws BAD_FILE for bytes that aren't such codes */
  decode(payload: Uint8Array, shape: CodeSetShape): Int32Array;
}

/** Stores every code in ⌈log₂ K⌉ bits. */
const packed: CodeCoder = {
  encode(set, layout = layoutOf(set.latent)) {
    const bits = new BitWriter();
    const widths = layout.alphabets.map(bitsOf);
    forEachCode(set, layout, (layer, code) => bits.write(code, widths[layer]!));
    return { payload: bits.finish(), tableBits: 0 };
  },
  decode(payload, shape) {
    const layout = layoutOf(shape.latent);
    const widths = layout.alphabets.map(bitsOf);
    const bits = new BitReader(payload);
    const needed = shape.items * layout.cells.reduce((sum, cells, layer) => sum + cells * widths[layer]!, 0);
    if (bits.left < needed) throw damaged('its codes are cut off');
    const codes = fill(shape, layout, (layer) => {
      const code = bits.read(widths[layer]!);
      if (code >= layout.alphabets[layer]!) throw damaged(`it has the code ${code} of ${layout.alphabets[layer]}`);
      return code;
    });
    bits.end();
    return codes;
  },
};

/** An optimal prefix code for each layer: a table of word lengths, then the words. */
const huffman: CodeCoder = {
  encode(set, layout = layoutOf(set.latent)) {
    const lengths = countCodes(set, layout).map((counts) => codeLengths(counts));
    const tables = new RangeEncoder();
    for (const each of lengths) writeLengths(tables, each);
    const table = tables.finish();
    const prefixes = lengths.map((each) => new PrefixCode(each));
    const bits = new BitWriter();
    forEachCode(set, layout, (layer, code) => prefixes[layer]!.write(bits, code));
    const bytes = new ByteWriter();
    bytes.whole(table.length);
    bytes.raw(table);
    const tableBits = bytes.length * 8;
    bytes.raw(bits.finish());
    return { payload: bytes.finish(), tableBits };
  },
  decode(payload, shape) {
    const layout = layoutOf(shape.latent);
    const reader = new ByteReader(payload, 'its codes');
    const tables = new RangeDecoder(
      reader.raw('the Huffman table', reader.whole('the Huffman table’s length', { to: payload.length })),
    );
    const prefixes = layout.alphabets.map((alphabet) => new PrefixCode(readLengths(tables, alphabet)));
    tables.end();
    const bits = new BitReader(reader.raw('the codes', reader.left));
    const codes = fill(shape, layout, (layer) => prefixes[layer]!.read(bits));
    bits.end();
    return codes;
  },
};

/** Range coding with the counts of this file's codes: the counts come first, then the codes. */
const fixed: CodeCoder = {
  encode(set, layout = layoutOf(set.latent)) {
    const encoder = new RangeEncoder();
    const counts = countCodes(set, layout);
    for (const each of counts) writeCounts(encoder, each);
    const tableBits = encoder.written;
    const frequencies = counts.map((each) => new FixedFrequencies(each));
    forEachCode(set, layout, (layer, code) => encodeSymbol(encoder, frequencies[layer]!, code));
    return { payload: encoder.finish(), tableBits };
  },
  decode(payload, shape) {
    const layout = layoutOf(shape.latent);
    const decoder = new RangeDecoder(payload);
    const frequencies = layout.alphabets.map(
      (alphabet, layer) => new FixedFrequencies(readCounts(decoder, alphabet, shape.items * layout.cells[layer]!)),
    );
    const codes = fill(shape, layout, (layer) => decodeSymbol(decoder, frequencies[layer]!));
    decoder.end();
    return codes;
  },
};

/** Range coding with the counts of the codes so far; needs no table. */
const adaptive: CodeCoder = {
  encode(set, layout = layoutOf(set.latent)) {
    const encoder = new RangeEncoder();
    const frequencies = layout.alphabets.map((alphabet) => new AdaptiveFrequencies(alphabet));
    forEachCode(set, layout, (layer, code) => {
      encodeSymbol(encoder, frequencies[layer]!, code);
      frequencies[layer]!.count(code);
    });
    return { payload: encoder.finish(), tableBits: 0 };
  },
  decode(payload, shape) {
    const layout = layoutOf(shape.latent);
    const decoder = new RangeDecoder(payload);
    const frequencies = layout.alphabets.map((alphabet) => new AdaptiveFrequencies(alphabet));
    const codes = fill(shape, layout, (layer) => {
      const code = decodeSymbol(decoder, frequencies[layer]!);
      frequencies[layer]!.count(code);
      return code;
    });
    decoder.end();
    return codes;
  },
};

/** The coders that need no model, by their name in a file. */
export const coders = { packed, huffman, static: fixed, adaptive } satisfies Record<string, CodeCoder>;
export type CoderName = keyof typeof coders;

/** ⌈log₂ K⌉ */
const bitsOf = (alphabet: number): number => 32 - Math.clz32(alphabet - 1);

function forEachCode(
  { codes }: CodeSet,
  { size, layerAt }: Layout,
  visit: (layer: number, code: number) => void,
): void {
  for (let at = 0; at < codes.length;) {
    for (let place = 0; place < size; place++, at++) visit(layerAt[place]!, codes[at]!);
  }
}

function fill({ items }: CodeSetShape, { size, layerAt }: Layout, next: (layer: number) => number): Int32Array {
  const codes = new Int32Array(items * size);
  for (let at = 0; at < codes.length;) {
    for (let place = 0; place < size; place++, at++) codes[at] = next(layerAt[place]!);
  }
  return codes;
}
