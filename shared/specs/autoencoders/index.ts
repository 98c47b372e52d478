/** Every autoencoder Tessera trains: one schema a file, one line here. */
import { z } from 'zod';
import { vqVaeSchema } from './vq-vae';

export { vqVaeSchema, type VqVaeSpec } from './vq-vae';

export const autoencoderSchema = z.discriminatedUnion('kind', [vqVaeSchema]);
export type AutoencoderSpec = z.infer<typeof autoencoderSchema>;
export type AutoencoderKind = AutoencoderSpec['kind'];
