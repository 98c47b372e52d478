import type { Canvas, Corner } from '@shared/specs';

/** An item's latent: its codes, or its vector. */
export type Numbers = Int32Array | Float32Array;

/** A canvas larger than the model's own, and where on it the picture lies that was laid on the table. */
export type Frame = Canvas & Corner;
