import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import type { DocumentKind, DocumentSummary, DocumentValue } from '@shared/contract';
import { AppError, asAppError } from '@shared/errors';
import { makeFolder, onDisk, replaceFile } from '../../files';
import type { Events } from '../events';
import { encodeDocument, fileName, idOf, readDocument, readHead, type Kept } from './file';

const MIB = 1024 * 1024;

export interface DocumentLimit {
  /** Largest size of one document's file. */
  bytes: number;
  /**
   * Largest number of documents of the kind. Beyond it a new one is refused: nothing of a person's is deleted to
   * make room.
   */
  count: number;
}

/** Size and number limits of each kind of document. A page sends at most 64 MiB per message. */
export const documentLimits: Readonly<Record<DocumentKind, DocumentLimit>> = {
  studio: { bytes: 32 * MIB, count: 1000 },
  picture: { bytes: 60 * MIB, count: 1000 },
  draft: { bytes: MIB, count: 1000 },
  samples: { bytes: 60 * MIB, count: 1000 },
  favourites: { bytes: 60 * MIB, count: 1 },
  comparison: { bytes: 256 * MIB, count: 1000 },
  compression: { bytes: 256 * MIB, count: 1000 },
  'current-model': { bytes: MIB, count: 1 },
};

export interface Documents {
  /** Lists documents, newest first, and those whose files can't be read. */
  list(kind: DocumentKind): { documents: DocumentSummary[]; damaged: { id: string; file: string; message: string }[] };
  /** Returns null if there is none. Throws BAD_FILE for a damaged one. */
  read<K extends DocumentKind>(kind: K, id: string): Kept<K> | null;
  /** Creates or replaces a document, whole or not at all. Throws LIMIT, DISK or DENIED; then nothing has changed. */
  write<K extends DocumentKind>(
    kind: K,
    document: Pick<DocumentSummary, 'id' | 'title' | 'facts'> & { value: DocumentValue<K> },
  ): DocumentSummary;
  /** Throws DISK or DENIED. */
  remove(kind: DocumentKind, id: string): void;
}

/** Documents below the folder `root`, one file each: `root/<kind>/<id>`. */
export function createDocuments(root: string, events: Pick<Events, 'emit'>, now = (): Date => new Date()): Documents {
  const folder = (kind: DocumentKind): string => path.join(root, kind);
  const place = (kind: DocumentKind, id: string): string => path.join(folder(kind), fileName(kind, id));
  const ids = (kind: DocumentKind): string[] =>
    existsSync(folder(kind))
      ? onDisk(folder(kind), () => readdirSync(folder(kind))).flatMap((name) => idOf(kind, name) ?? [])
      : [];

  return {
    list: (kind) => {
      const documents: DocumentSummary[] = [];
      const damaged: { id: string; file: string; message: string }[] = [];
      for (const id of ids(kind)) {
        const file = place(kind, id);
        try {
          documents.push({ id, ...readHead(kind, file), bytes: statSync(file).size });
        } catch (thrown) {
          if (existsSync(file)) damaged.push({ id, file, message: asAppError(thrown).message });
        }
      }
      return { documents: documents.sort((a, b) => (a.changedAt < b.changedAt ? 1 : -1)), damaged };
    },
    read: (kind, id) => {
      const file = place(kind, id);
      if (!existsSync(file)) return null;
      const { head, value, bytes } = readDocument(kind, file);
      return { kind, id, ...head, bytes, value };
    },
    write: (kind, { id, title, facts, value }) => {
      const file = place(kind, id);
      const head = { title, facts, changedAt: now().toISOString() };
      const content = encodeDocument(kind, head, value);
      const limit = documentLimits[kind];
      if (content.length > limit.bytes)
        throw new AppError(
          'LIMIT',
          `“${title}” takes ${megabytes(content.length)} MB, and at most ${megabytes(limit.bytes)} MB are kept.`,
          'Save it as a file instead.',
        );
      if (!existsSync(file) && ids(kind).length >= limit.count)
        throw new AppError(
          'LIMIT',
          `${limit.count} are kept already, and “${title}” would be one more.`,
          'Remove some that you no longer need.',
        );
      onDisk(folder(kind), () => makeFolder(folder(kind)));
      replaceFile(file, content);
      const summary = { id, ...head, bytes: content.length };
      events.emit('documents.changed', { kind, id, document: summary });
      return summary;
    },
    remove: (kind, id) => {
      const file = place(kind, id);
      if (!existsSync(file)) return;
      onDisk(file, () => rmSync(file));
      events.emit('documents.changed', { kind, id, document: null });
    },
  };
}

const megabytes = (bytes: number): number => Math.ceil(bytes / 1_000_000);
