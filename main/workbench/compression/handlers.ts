import type { compressionRequests } from '@shared/contract';
import { AppError } from '@shared/errors';
import type { Grants } from '../files';
import type { HandlersOf } from '../handlers';
import type { Compression } from './compression';

export function compressionHandlers(
  compression: Compression,
  resolve: Grants['resolve'],
): HandlersOf<typeof compressionRequests> {
  return {
    'compression.measure': async ({ pictures, ...request }, { signal, progress }) => {
      const which =
        pictures.kind === 'files' ? { kind: pictures.kind, sources: (await resolve(pictures.grant)).paths } : pictures;
      return compression.measure({ ...request, pictures: which }, { signal, onProgress: progress });
    },
    'compression.restore': async ({ grant }, { signal, progress }) => {
      const { paths } = await resolve(grant);
      const [only, ...others] = paths;
      if (only === undefined || others.length > 0)
        throw new AppError('BAD_REQUEST', 'One compressed file is opened at a time.', 'Choose one .tsr file.', {
          field: 'grant',
        });
      return compression.restore(only, { signal, onProgress: progress });
    },
  };
}
