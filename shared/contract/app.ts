import { z } from 'zod';
import { bytes, empty } from './common';

export const appInfoSchema = z.object({
  version: z.string(),
  host: z.enum(['browser', 'desktop']),
  workspace: z.string(),
  platform: z.string(),
});
export type AppInfo = z.infer<typeof appInfoSchema>;

export const helpPages = [
  'start',
  'datasets',
  'training',
  'codebook',
  'studio',
  'samples',
  'runs',
  'present',
  'metrics',
  'results',
  'pca',
  'ae',
  'vae',
  'iwae',
  'vq-vae',
  'vq-vae-2',
  'dvae',
  'discrete-vae',
  'vqgan',
  'vit-vqgan',
  'quantizers',
  'priors',
  'export',
  'compression',
  'command-line',
  'engine',
  'formats',
] as const;

export const appRequests = {
  'app.info': { params: empty, result: appInfoSchema },
  /** A page of the manual as Markdown. */
  'app.help': {
    params: z.object({ page: z.enum(helpPages), locale: z.enum(['en', 'zh-CN']) }),
    result: z.object({ markdown: z.string() }),
  },
  /** A picture of the manual, as a PNG; pages name it `../pictures/NAME.png`. */
  'app.helpPicture': { params: z.object({ name: z.string().regex(/^[a-z0-9-]+$/) }), result: z.object({ png: bytes }) },
};
