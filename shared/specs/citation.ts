/** What a citation of a run says; null for what was not recorded. */
export interface Cited {
  id: string;
  name: string;
  /** The model's name in its field, such as VQ-VAE. */
  model: string;
  dataset: string;
  step: number;
  seed: number;
  /** Four digits. */
  year: string;
  tessera: string | null;
  datasetHash: string | null;
  weightsHash: string | null;
}

/** Hexadecimal digits of a hash that a sentence gives: enough to tell any two apart. */
const DIGITS = 16;

/** A run as a sentence of a bibliography, and as an entry of BibTeX. */
export function citation(run: Cited): { text: string; bibtex: string } {
  const hash = (name: string, value: string | null): string[] =>
    value === null ? [] : [`${name} sha256:${value.slice(0, DIGITS)}`];
  const title = `${run.name}: ${run.model} trained on ${run.dataset}`;
  const facts = [
    `seed ${run.seed}`,
    `step ${run.step}`,
    ...hash('dataset', run.datasetHash),
    ...hash('weights', run.weightsHash),
  ];
  const tool = run.tessera === null ? 'Tessera' : `Tessera ${run.tessera}`;
  const fields = [
    `  title = {${escaped(title)}}`,
    `  year = {${run.year}}`,
    `  howpublished = {${escaped(tool)}}`,
    `  note = {${escaped(facts.join(', '))}}`,
  ];
  return {
    text: `${title}. ${tool}, ${run.year}. ${facts.join(', ')}.`,
    bibtex: `@misc{tessera-${run.id.replaceAll(/[^\w-]/g, '-')},\n${fields.join(',\n')},\n}`,
  };
}

/** A name within braces of BibTeX, whatever is in it. */
const escaped = (text: string): string => text.replaceAll(/[\\{}]/g, '').replaceAll(/([&%$#_])/g, '\\$1');
