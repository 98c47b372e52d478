import type { filesRequests } from '@shared/contract';
import type { HandlersOf } from '../handlers';
import type { Grants } from './grants';

/** Answers one connection; its uploads are deleted when it closes. */
export function fileHandlers(grants: Grants): { handlers: HandlersOf<typeof filesRequests>; close(): Promise<void> } {
  const own = new Set<string>();
  return {
    handlers: {
      'files.open': () => {
        const grant = grants.openUpload();
        own.add(grant);
        return { grant };
      },
      'files.write': async ({ grant, path, offset, bytes }) => {
        await grants.upload(grant).write(path, offset, bytes);
        return {};
      },
      'files.release': async ({ grant }) => {
        own.delete(grant);
        await grants.release(grant);
        return {};
      },
    },
    close: async () => {
      await Promise.all([...own].map((grant) => grants.release(grant)));
      own.clear();
    },
  };
}
