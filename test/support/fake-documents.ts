import type { DocumentKind, DocumentSummary, EventPayload, WorkbenchContract } from '@shared/contract';
import type { AppError } from '@shared/errors';
import type { FakeHandlers } from './fake-workbench';

type Changed = EventPayload<WorkbenchContract, 'documents.changed'>;

/** The documents of a workspace in memory, as the fake workbench answers for them. */
export function fakeDocuments() {
  const kept = new Map<string, DocumentSummary & { value: unknown }>();
  const listeners = new Set<(change: Changed) => void>();
  let refusal: AppError | null = null;
  let clock = 0;
  const summaryOf = ({ value: _, ...summary }: DocumentSummary & { value: unknown }): DocumentSummary => summary;

  function put(kind: DocumentKind, id: string, value: unknown, title = '', facts: DocumentSummary['facts'] = {}) {
    const changedAt = new Date((clock += 1000)).toISOString();
    const summary = { id, title, facts, changedAt, bytes: 1 };
    kept.set(`${kind}/${id}`, { ...summary, value });
    listeners.forEach((listener) => listener({ kind, id, document: summary }));
    return summary;
  }

  const handlers: FakeHandlers = {
    'documents.list': ({ kind }) => ({
      documents: [...kept]
        .filter(([key]) => key.startsWith(`${kind}/`))
        .map(([, document]) => summaryOf(document))
        .sort((a, b) => (a.changedAt < b.changedAt ? 1 : -1)),
      damaged: [],
    }),
    'documents.read': ({ kind, id }) => {
      const found = kept.get(`${kind}/${id}`);
      return (found ? { kind, ...found } : null) as never;
    },
    'documents.write': ({ kind, id, value, title, facts }) => {
      if (refusal) throw refusal;
      return put(kind, id, value, title, facts);
    },
    'documents.remove': ({ kind, id }) => {
      kept.delete(`${kind}/${id}`);
      listeners.forEach((listener) => listener({ kind, id, document: null }));
      return {};
    },
  };
  return {
    handlers,
    put,
    value: (kind: DocumentKind, id: string): unknown => kept.get(`${kind}/${id}`)?.value ?? null,
    ids: (kind: DocumentKind): string[] =>
      [...kept.keys()].filter((key) => key.startsWith(`${kind}/`)).map((key) => key.slice(kind.length + 1)),
    /** Writing throws this from now on; null: no longer. */
    refuse: (error: AppError | null) => void (refusal = error),
    onChange: (listener: (change: Changed) => void) => void listeners.add(listener),
  };
}
