import type { Initialiser, Program } from '../tensorflow/graph';
import { gather } from '../tensorflow/ops';
import { gptInit } from './initialisers';
import type { Layer } from './layer';

export interface EmbeddingLayerOptions {
  /** How many indices there are. */
  entries: number;
  dimension: number;
  /** N(0, 0.02²) if left out. */
  initialiser?: Initialiser;
}

/** A vector for each index: int32 [...] in [0, entries) → [..., dimension], with the variable `name/table`. */
export function embeddingLayer(program: Program, name: string, options: EmbeddingLayerOptions): Layer {
  const { entries, dimension, initialiser = gptInit() } = options;
  const table = program.variable(`${name}/table`, { shape: [entries, dimension], initialiser });
  return (indices) => gather(table.read(), indices);
}
