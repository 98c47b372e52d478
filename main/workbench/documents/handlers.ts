import type { documentsRequests } from '@shared/contract';
import type { HandlersOf } from '../handlers';
import type { Documents } from './documents';

export function documentHandlers(documents: Documents): HandlersOf<typeof documentsRequests> {
  return {
    'documents.list': ({ kind }) => documents.list(kind),
    // the contract has one union over all kinds; `read` ties each kind to its value
    'documents.read': ({ kind, id }) => documents.read(kind, id) as never,
    'documents.write': ({ kind, ...document }) => documents.write(kind, document),
    'documents.remove': ({ kind, id }) => {
      documents.remove(kind, id);
      return {};
    },
  };
}
