import { useEventListener } from '@vueuse/core';
import { defineStore } from 'pinia';
import { onScopeDispose, ref, shallowRef } from 'vue';
import type {
  DocumentKind,
  DocumentSummary,
  DocumentValue,
  EventPayload,
  WorkbenchContract,
  WrittenKind,
} from '@shared/contract';
import type { AppError } from '@shared/errors';
import { asAppError } from '@shared/errors';
import { useConnection } from './connection';

/** Between two writes of one document that changes all the time: at least this, and this many times what the last one took. */
const SPACING_MS = 250;
const SPACING_WRITES = 9;

/** How a document is called in lists, and what they say of it besides. */
export interface About {
  title: string;
  facts?: DocumentSummary['facts'];
}
export type Kept<K extends DocumentKind> = DocumentSummary & { value: DocumentValue<K> };
type Changed = EventPayload<WorkbenchContract, 'documents.changed'>;

/** What is to be written of a document; a later one has a larger number. */
type Version = About & { value: unknown; number: number };

/** One document's writes: the newest waits while one is on its way. */
interface Writer {
  kind: WrittenKind;
  id: string;
  waiting: Version | null;
  inFlight: number;
  timer: ReturnType<typeof setTimeout> | undefined;
  /** Milliseconds that the last write took. */
  took: number;
  /** When this page wrote it last, as the workbench says. */
  changedAt: string | null;
  /** Whether the newest was refused: then only this page has it. */
  isRefused: boolean;
}

/**
 * What the person made, as the workspace keeps it. The first change is written at once, further ones at most four times a
 * second, and a large document so seldom that writing it takes a tenth of the time; what waits is sent when the page goes, and again after the workbench was away.
 */
export const useDocuments = defineStore('documents', () => {
  const connection = useConnection();
  const writers = new Map<string, Writer>();
  const listeners = new Set<(change: Changed) => void>();
  let versions = 0;
  /** Why the newest write was refused: then what the person makes lasts only as long as the page. */
  const refusal = shallowRef<AppError | null>(null);

  function writerOf(kind: WrittenKind, id: string): Writer {
    const key = `${kind}/${id}`;
    const known = writers.get(key);
    if (known) return known;
    const fresh: Writer = {
      kind,
      id,
      waiting: null,
      inFlight: 0,
      timer: undefined,
      took: 0,
      changedAt: null,
      isRefused: false,
    };
    writers.set(key, fresh);
    return fresh;
  }

  /** Among several on their way, the newest waits, whichever fails last. */
  function putBack(writer: Writer, version: Version): void {
    if ((writer.waiting?.number ?? 0) < version.number) writer.waiting = version;
  }

  async function send(writer: Writer): Promise<void> {
    const { kind, id, waiting } = writer;
    if (!waiting) return;
    writer.waiting = null;
    writer.inFlight++;
    const begun = performance.now();
    try {
      const { title, facts = {}, value } = waiting;
      const params = { kind, id, title: title.slice(0, 300), facts, value } as never;
      writer.changedAt = (await connection.request('documents.write', params)).changedAt;
      refusal.value = null;
      writer.isRefused = false;
    } catch (thrown) {
      const error = asAppError(thrown);
      // while the workbench is away nothing is lost: it is written once it is back
      if (error.code === 'ENGINE_LOST') putBack(writer, waiting);
      else {
        refusal.value = error;
        writer.isRefused = true;
      }
    } finally {
      writer.took = performance.now() - begun;
      writer.inFlight--;
    }
  }

  function soon(writer: Writer): void {
    if (writer.timer !== undefined || connection.state !== 'open') return;
    void send(writer);
    writer.timer = setTimeout(
      () => {
        writer.timer = undefined;
        if (writer.waiting) soon(writer);
      },
      Math.max(SPACING_MS, SPACING_WRITES * writer.took),
    );
  }

  /** Writes all that waits. */
  async function flush(): Promise<void> {
    await Promise.all([...writers.values()].map(send));
  }
  useEventListener(window, 'pagehide', () => void flush());
  useEventListener(document, 'visibilitychange', () => document.visibilityState === 'hidden' && void flush());
  connection.onOpen(() => void flush());
  onScopeDispose(() => writers.forEach(({ timer }) => clearTimeout(timer)));

  connection.on('documents.changed', (change) => {
    for (const listener of listeners) listener(change);
  });

  return {
    refusal,
    flush,
    /** Keeps the newest value of a document; the workbench has it a moment later. */
    write<K extends WrittenKind>(kind: K, id: string, about: About, value: DocumentValue<K>): void {
      const writer = writerOf(kind, id);
      writer.waiting = { ...about, value, number: (versions += 1) };
      soon(writer);
    },
    /** Null where there is none. What waits to be written is written first. */
    async read<K extends DocumentKind>(kind: K, id: string): Promise<Kept<K> | null> {
      const writer = writers.get(`${kind}/${id}`);
      if (writer) await send(writer);
      const found = await connection.request('documents.read', { kind, id });
      return found as Kept<K> | null;
    },
    async remove(kind: DocumentKind, id: string): Promise<void> {
      const writer = writers.get(`${kind}/${id}`);
      if (writer) writer.waiting = null;
      await connection.request('documents.remove', { kind, id });
    },
    /** Hears of every change; answers how to end it. */
    onChange(listener: (change: Changed) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** Whether the newest value could not be written, so that only this page has it. */
    isRefused: (kind: DocumentKind, id: string): boolean => writers.get(`${kind}/${id}`)?.isRefused ?? false,
    /** Whether a change is this page's own, or one that this page is about to write over. */
    isOwn({ kind, id, document }: Changed): boolean {
      const writer = writers.get(`${kind}/${id}`);
      if (!writer) return false;
      return writer.waiting !== null || writer.inFlight > 0 || writer.changedAt === document?.changedAt;
    },
  };
});

/** A name for a new document. */
export const newDocumentId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join('');

/**
 * One document as reactive state: read once the workbench is there, and again after it was away; changes by other tabs
 * are followed. `load` resolves when it was read, and rejects with what reading throws.
 */
export function useDocument<K extends WrittenKind>(kind: K, id: string) {
  const documents = useDocuments();
  const connection = useConnection();
  const value = shallowRef<DocumentValue<K> | null>(null);
  const loaded = ref(false);
  const error = shallowRef<AppError | null>(null);
  /** How often it was changed here: what was read before a change is older than it. */
  let changes = 0;

  async function load(): Promise<void> {
    const before = changes;
    try {
      const found = await documents.read(kind, id);
      if (changes === before && !documents.isRefused(kind, id)) value.value = found?.value ?? null;
      error.value = null;
      loaded.value = true;
    } catch (thrown) {
      const failure = asAppError(thrown);
      if (failure.code === 'ENGINE_LOST') return; // it is read once the workbench is there
      error.value = failure;
      loaded.value = true;
    }
  }

  const ends = [
    connection.onOpen(() => void load()),
    documents.onChange((change) => {
      if (change.kind === kind && change.id === id && !documents.isOwn(change)) void load();
    }),
  ];
  onScopeDispose(() => ends.forEach((end) => end()), true);

  return {
    /** Null where there is none. */
    value,
    loaded,
    error,
    save(next: DocumentValue<K>, about: About): void {
      changes += 1;
      value.value = next;
      documents.write(kind, id, about, next);
    },
    async remove(): Promise<void> {
      changes += 1;
      value.value = null;
      await documents.remove(kind, id);
    },
  };
}

/** All documents of a kind, the newest first, followed as they change; and the files among them that can't be read. */
export function useDocumentList(kind: DocumentKind) {
  const documents = useDocuments();
  const connection = useConnection();
  const list = shallowRef<readonly DocumentSummary[]>([]);
  const damaged = shallowRef<readonly { id: string; file: string; message: string }[]>([]);
  const loaded = ref(false);
  const error = shallowRef<AppError | null>(null);

  async function refresh(): Promise<void> {
    try {
      const found = await connection.request('documents.list', { kind });
      list.value = found.documents;
      damaged.value = found.damaged;
      error.value = null;
    } catch (thrown) {
      error.value = asAppError(thrown);
    } finally {
      loaded.value = true;
    }
  }
  const ends = [
    connection.onOpen(() => void refresh()),
    documents.onChange((change) => {
      if (change.kind !== kind) return;
      const others = list.value.filter(({ id }) => id !== change.id);
      list.value = change.document ? [change.document, ...others] : others;
    }),
  ];
  onScopeDispose(() => ends.forEach((end) => end()), true);
  return { list, damaged, loaded, error, refresh };
}
