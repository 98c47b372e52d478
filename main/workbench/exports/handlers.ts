import type { exportsRequests } from '@shared/contract';
import type { HandlersOf } from '../handlers';
import type { Exports } from './exports';

export function exportHandlers(
  exports: Exports,
  reveal: (folder: string) => boolean,
): HandlersOf<typeof exportsRequests> {
  return {
    'exports.create': ({ run, checkpoint, format }, { signal, progress }) =>
      exports.create(run, checkpoint, format, { signal, onProgress: progress }),
    'exports.read': async ({ id, file, offset }) => {
      const { bytes, total } = await exports.read(id, file, offset);
      return { bytes: new Uint8Array(bytes), total };
    },
    'exports.reveal': async ({ id }) => {
      const folder = await exports.folder(id);
      return { path: folder, opened: reveal(folder) };
    },
  };
}
