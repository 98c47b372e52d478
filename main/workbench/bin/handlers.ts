import type { binRequests } from '@shared/contract';
import { AppError } from '@shared/errors';
import type { HandlersOf } from '../handlers';
import type { Bin, BinKind } from './bin';

/** @param restore puts a thing of each kind back, from the entry `key` */
export function binHandlers(
  bin: Bin,
  restore: Record<BinKind, (id: string, key: string) => unknown>,
): HandlersOf<typeof binRequests> {
  return {
    'bin.list': () => bin.list(),
    'bin.restore': async ({ key }) => {
      const { kind, id, name } = await bin.get(key);
      if (kind === 'other')
        throw new AppError('BAD_FILE', `"${name}" is neither a dataset nor a run, so it can't be put back.`);
      await restore[kind](id, key);
      return { kind, id, name };
    },
    'bin.empty': ({ key }) => bin.empty(key),
  };
}
