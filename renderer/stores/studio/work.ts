import { computed, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import type { DocumentSummary, ModelInfo, PictureSource } from '@shared/contract';
import { AppError, asAppError } from '@shared/errors';
import { useConnection } from '@/stores/connection';
import { useCurrentModel } from '@/stores/current-model';
import { newDocumentId, useDocumentList, useDocuments } from '@/stores/documents';
import { useRuns } from '@/stores/runs';
import type { History } from './history';
import { doneAgain, documentOf, historyOf, isWorthKeeping, type Tools } from './kept';
import type { Table } from './laid-table';

interface WorkOptions {
  table: ShallowRef<Table | null>;
  history: ShallowRef<History>;
  tools: Ref<Tools>;
  takeTools(tools: Tools): Promise<void>;
  attempt(action: () => Promise<void>): Promise<void>;
  lay(next: Table, history?: History): Promise<void>;
  encode(run: string, source: PictureSource): Promise<Table>;
}

/** The pictures that somebody worked on: the one on the table is kept as it changes, others come back as they were left. */
export function useWork({ table, history, tools, takeTools, attempt, lay, encode }: WorkOptions) {
  const connection = useConnection();
  const documents = useDocuments();
  const current = useCurrentModel();
  const runs = useRuns();
  const { list, damaged, loaded } = useDocumentList('studio');
  /** The document of the picture on the table; null while there is nothing to keep of it. */
  const document = ref<string | null>(null);
  /** Edits that another picture took the place of, until they are brought back or somebody has seen it. */
  const aside = shallowRef<Pick<DocumentSummary, 'id' | 'title'> | null>(null);
  /** The documents of dropped pictures, by their bytes. */
  const files = new WeakMap<Uint8Array, string>();
  /** What the next picture that is laid down will be kept as. */
  let next: string | null = null;

  function fileOf(source: PictureSource | null): string | null {
    if (source?.kind !== 'file') return null;
    const known = files.get(source.bytes);
    if (known !== undefined) return known;
    const id = newDocumentId();
    files.set(source.bytes, id);
    const { name, bytes } = source;
    documents.write('picture', id, { title: name }, { name: name.slice(0, 300), bytes });
    return id;
  }

  function keep(): void {
    const of = table.value;
    if (!of || (document.value === null && !isWorthKeeping(of.source, history.value))) return;
    const id = (document.value ??= newDocumentId());
    const file = fileOf(of.source);
    const facts = {
      run: of.model.run,
      edits: history.value.done.length,
      ...(of.source?.kind === 'item' && { dataset: of.source.dataset, item: of.source.index }),
      ...(file && { picture: file }),
    };
    documents.write('studio', id, { title: of.name, facts }, documentOf(of, history.value, tools.value, file));
  }
  // at once: the next picture may be laid down before anybody waits
  watch([table, history], keep, { flush: 'sync' });
  watch(tools, () => document.value !== null && keep());
  // edits from before the page was opened are offered, not forced on whoever comes for something else
  watch(loaded, () => {
    const newest = list.value[0];
    if (table.value === null && newest && Number(newest.facts.edits) > 0) aside.value = newest;
  });

  /** Lays down a picture that goes on as this work, in the place of any other. */
  async function asWork(id: string | null, action: () => Promise<void>): Promise<void> {
    next = id;
    try {
      await action();
    } finally {
      next = null;
    }
  }

  async function modelOf(run: string, step: number): Promise<ModelInfo> {
    try {
      return await connection.request('studio.open', { run, checkpoint: step });
    } catch (thrown) {
      if (asAppError(thrown).code !== 'NOT_FOUND') throw thrown;
      return connection.request('studio.open', { run, checkpoint: 'latest' }); // that checkpoint was not kept
    }
  }

  async function sourceOf(
    picture: { kind: 'item'; dataset: string; index: number } | { kind: 'file'; kept: string } | null,
  ): Promise<PictureSource | null> {
    if (picture?.kind !== 'file') return picture;
    const file = await documents.read('picture', picture.kept);
    if (!file) return null;
    files.set(file.value.bytes, picture.kept);
    return { kind: 'file', ...file.value };
  }

  /** Puts what was kept on the table again, with its history; a failure is told, and leaves the table as it was. */
  function bringBack(id: string): Promise<void> {
    return attempt(async () => {
      const kept = await documents.read('studio', id);
      if (!kept)
        throw new AppError(
          'NOT_FOUND',
          'This work is no longer kept.',
          'Choose another in “Recent work”, or a picture.',
        );
      const { value } = kept;
      const source = await sourceOf(value.picture);
      const model = await modelOf(value.run, value.step);
      const { name, original, encoded, reconstruction } = value;
      const before = historyOf(value);
      // all screens show the model of the picture on the table
      if (current.model?.id !== value.run && runs.find(value.run)) current.choose(value.run);
      if (model.weightsHash === value.weightsHash) {
        await asWork(id, () => lay({ model, name, source, original, encoded, reconstruction }, before));
      } else if (source) {
        const again = await encode(value.run, source);
        await asWork(id, () => lay(again, doneAgain(encoded, before, again)));
      } else {
        throw new AppError(
          'CONFLICT',
          'These codes are of other weights: the checkpoint was trained again since.',
          'Open them with the checkpoint that they were made with.',
        );
      }
      if (aside.value?.id === id) aside.value = null;
      await takeTools(value.tools);
    });
  }

  return {
    /** Runs what lays the same picture down again, by another checkpoint: it stays the same work. */
    goOn: (action: () => Promise<void>) => asWork(document.value, action),
    /** Called when the picture on the table gives way to another one. */
    leaving(): void {
      const [id, of] = [document.value, table.value];
      if (id !== null && of && id !== next && history.value.done.length > 0) aside.value = { id, title: of.name };
      document.value = next;
      next = null;
    },
    state: {
      document,
      aside,
      recent: computed(() => list.value),
      damagedWork: damaged,
      bringBack,
      dismissAside: () => (aside.value = null),
      /** Throws kept work away; what is on the table stays there. */
      async discard({ id, facts }: Pick<DocumentSummary, 'id' | 'facts'>): Promise<void> {
        const isShared = list.value.some((other) => other.id !== id && other.facts.picture === facts.picture);
        await documents.remove('studio', id);
        if (typeof facts.picture === 'string' && !isShared) await documents.remove('picture', facts.picture);
        if (aside.value?.id === id) aside.value = null;
        if (document.value === id) document.value = null;
      },
    },
  };
}
