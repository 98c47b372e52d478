import { z } from 'zod';
import { defaultNetwork, latentLength, networkSchema } from './network';

/** An autoencoder with one vector between encoder and decoder (Hinton and Salakhutdinov 2006). */
export const aeSchema = z.object({
  kind: z.literal('ae'),
  latent: latentLength,
  network: networkSchema.default(defaultNetwork),
});
export type AeSpec = z.infer<typeof aeSchema>;
