import type { ModelInfo, Items, PictureSource } from '@shared/contract';
import type { Numbers } from './numbers';

/** The picture on the table: what it was, what the model makes of it, and the latent that somebody edits. */
export interface Table {
  model: ModelInfo;
  name: string;
  source: PictureSource | null;
  /** Null for a latent opened from a file: it has no original. */
  original: Items | null;
  /** The latent as the encoder chose it, and what it decodes to. */
  encoded: Numbers;
  reconstruction: Items;
}
