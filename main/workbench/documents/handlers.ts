import type { documentsRequests } from '@shared/contract';
import type { HandlersOf } from '../handlers';
import type { Documents } from './documents';

export function documentHandlers(documents: Documents): HandlersOf<typeof documentsRequests> {
  return {
    'documents.list': ({ kind }) => documents.list(kind),
    // one union over all kinds: that the kind goes with its value is what `read` says for each
    'documents.read': ({ kind, id }) => documents.read(kind, id) as never,
    'documents.write': ({ kind, ...document }) => documents.write(kind, document),
    'documents.remove': ({ kind, id }) => {
      documents.remove(kind, id);
      return {};
    },
  };
}
