import type { CompressedHeader } from '@shared/contract';

/** What a coder is called, by its name in a file. */
export const coderWords: Readonly<Record<CompressedHeader['coder'], string>> = {
  packed: 'compression.coder.packed',
  huffman: 'compression.coder.huffman',
  static: 'compression.coder.static',
  adaptive: 'compression.coder.adaptive',
  prior: 'compression.coder.prior',
};
