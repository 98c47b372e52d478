import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const folder = 'main/engine/coding';
const sources = readdirSync(folder).map((name) => ({ name, text: readFileSync(`${folder}/${name}`, 'utf8') }));
/** Functions whose last bits each JavaScript engine chooses for itself. */
const INEXACT = /Math\.(?:exp|expm1|log|log2|log10|log1p|pow|sin|cos|tan|tanh|cbrt|hypot)\b/;

describe('what decides about the bytes of a compressed file', () => {
  it.each(sources)('is exact on every machine: $name', ({ text }) => {
    const code = text.replaceAll(/\/\*\*[\s\S]*?\*\//g, '').split('\n');
    const inexact = code.filter((line) => INEXACT.test(line) && !reportsOnly.some((known) => line.includes(known)));
    expect(inexact).toEqual([]);
    // Powers of other than written-out numbers are approximated as well.
    expect(code.filter((line) => /\*\*/.test(line) && !/2 \*\* \d+/.test(line))).toEqual([]);
  });

  it.each(sources)('needs no TensorFlow and nothing else of the engine: $name', ({ text }) => {
    const imported = [...text.matchAll(/from '([^']+)'/g)].map(([, name = '']) => name);
    expect(imported.filter((name) => !/^(?:\.\/[a-z-]+|@shared\/(?:specs|errors)|node:zlib)$/.test(name))).toEqual([]);
  });
});

/** Lines that say how large something is and decide nothing. */
const reportsOnly = ['Math.log2(WHOLE / this.#range)', 'count * Math.log2(total / count)'];
