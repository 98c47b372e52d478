import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { appRequests } from '@shared/contract';
import { AppError } from '@shared/errors';
import { nearby } from '../engine';
import type { HandlersOf } from '../handlers';
import type { Storage } from '../workspace';

export interface AppHandlersOptions {
  host: 'browser' | 'desktop';
  workspace: string;
  /** Holds help/<locale>/<page>.md and help/pictures/<name>.png; null if there are no resources. */
  resources: string | null;
  storage: Pick<Storage, 'state'>;
}

export function appHandlers({
  host,
  workspace,
  resources,
  storage,
}: AppHandlersOptions): HandlersOf<typeof appRequests> {
  return {
    'app.info': () => ({ version: tesseraVersion(), host, workspace, platform: process.platform }),
    'app.storage': () => storage.state(),
    'app.help': async ({ page, locale }) => {
      const file = path.join(resources ?? '', 'help', locale, `${page}.md`);
      const markdown = resources === null ? null : await readFile(file, 'utf8').catch(() => null);
      if (markdown === null)
        throw new AppError('NOT_FOUND', `The manual has no page "${page}" in this language.`, '', { field: 'page' });
      return { markdown };
    },
    'app.helpPicture': async ({ name }) => {
      const file = path.join(resources ?? '', 'help', 'pictures', `${name}.png`);
      const png = resources === null ? null : await readFile(file).catch(() => null);
      if (png === null) throw new AppError('NOT_FOUND', `The manual has no picture "${name}".`, '', { field: 'name' });
      return { png };
    },
  };
}

/** The version in package.json, beside or above the running bundle. */
function tesseraVersion(): string {
  const file = nearby('package.json');
  if (file === null) return '0.0.0';
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version?: string };
  return version ?? '0.0.0';
}
