import type { NameEncoding } from '@shared/specs/dataset';
import { createEncodingGuess, decodeName, encodingNames, isAscii, utf8Name, type Encoding } from './name-encoding';

/** Reads the names of one archive that don't say what encoding they are in. */
export interface NameReader {
  /** Looks at all such names once, unless an encoding was chosen or the archive is known already. */
  survey(all: () => AsyncIterable<Uint8Array>): Promise<void>;
  /** A name as text. */
  read(name: Uint8Array): string;
  notes(): string[];
}

const MOST_SHOWN = 3;

export function createNameReader(archive: string, chosen: NameEncoding): NameReader {
  let encoding: Encoding | null = chosen === 'auto' ? null : chosen;
  let isGuessed = false;
  const shown = new Set<string>();
  return {
    async survey(all) {
      if (encoding !== null) return;
      const guess = createEncodingGuess();
      for await (const name of all()) guess.add(name);
      isGuessed = guess.best() !== null && guess.best() !== 'utf-8';
      encoding = guess.best() ?? 'utf-8';
    },
    read(name) {
      if (isAscii(name) && encoding !== 'shift_jis') return Buffer.from(name).toString('latin1');
      // an archive may mix: a name that is UTF-8 to the letter in an archive that was not guessed stays so
      const text = encoding === null ? (utf8Name(name) ?? decodeName(name, 'utf-8')) : decodeName(name, encoding);
      if (isGuessed && shown.size < MOST_SHOWN)
        for (const part of text.split(/[\\/]/)) if (/[^\0-\x7f]/.test(part) && shown.size < MOST_SHOWN) shown.add(part);
      return text;
    },
    notes: () =>
      isGuessed && encoding !== null
        ? [
            `Names in ${archive} don't say how they are written: read as ${encodingNames[encoding]} (${[...shown].join(', ')}). If they look wrong, choose the encoding (--name-encoding).`,
          ]
        : [],
  };
}
