import { z } from 'zod';
import { empty } from './common';

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
};
