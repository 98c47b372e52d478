import { z } from 'zod';
import { autoencoders } from '../specs/autoencoders';
import { bytes, empty } from './common';

export const appInfoSchema = z.object({
  version: z.string(),
  host: z.enum(['browser', 'desktop']),
  workspace: z.string(),
  platform: z.string(),
});
export type AppInfo = z.infer<typeof appInfoSchema>;

/**
 * Whether the workspace's folder can be written to. While it is `full` or `read-only` one can look at everything, and
 * what is deleted makes room; nothing can be imported, trained or changed.
 */
export const storageSchema = z.object({
  state: z.enum(['writable', 'full', 'read-only']),
  folder: z.string(),
  /** What is wrong and what to do; both empty of a folder that can be written to. */
  message: z.string(),
  hint: z.string(),
});
export type StorageState = z.infer<typeof storageSchema>;

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
  ...autoencoders.map(({ kind }) => kind),
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
  'app.storage': { params: empty, result: storageSchema },
  /** A page of the manual as Markdown. */
  'app.help': {
    params: z.object({ page: z.enum(helpPages), locale: z.enum(['en', 'zh-CN']) }),
    result: z.object({ markdown: z.string() }),
  },
  /** A picture of the manual, as a PNG; pages name it `../pictures/NAME.png`. */
  'app.helpPicture': { params: z.object({ name: z.string().regex(/^[a-z0-9-]+$/) }), result: z.object({ png: bytes }) },
};

export const appEvents = { 'app.storage': storageSchema };
