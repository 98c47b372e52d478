import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import {
  documentSchemas,
  documentSummarySchema,
  type DocumentKind,
  type DocumentSummary,
  type DocumentValue,
} from '@shared/contract';
import { packValue, unpackValue } from '@shared/wire';
import { AppError } from '@shared/errors';
import { z } from 'zod';

/** What the file says of a document besides its value. */
const headSchema = documentSummarySchema.pick({ title: true, facts: true, changedAt: true });
type Head = z.infer<typeof headSchema>;

/** Kinds without typed arrays, which are stored as plain JSON for anyone to read. */
const plain: ReadonlySet<DocumentKind> = new Set(['draft', 'current-model']);
/** Longer than any head: titles and facts have limits. */
const HEAD_BYTES = 64 * 1024;
const LINE_FEED = 0x0a;

/** The file name of a document. */
export const fileName = (kind: DocumentKind, id: string): string => `${id}.${plain.has(kind) ? 'json' : 'document'}`;

/** The id in a file's name; null for a name that no document of this kind has. */
export function idOf(kind: DocumentKind, name: string): string | null {
  const id = name.replace(/\.\w+$/, '');
  return fileName(kind, id) === name && documentSummarySchema.shape.id.safeParse(id).success ? id : null;
}

/**
 * Serialises a document: JSON `{title, facts, changedAt, value}`, or, if the value has typed arrays, a first line of
 * JSON without the value followed by the value as MessagePack.
 */
export function encodeDocument(kind: DocumentKind, head: Head, value: unknown): Uint8Array {
  if (plain.has(kind)) return Buffer.from(`${JSON.stringify({ ...head, value }, null, 1)}\n`);
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), packValue(value)]);
}

/** Reads a whole document. Throws BAD_FILE, naming the file, for anything else; file system errors pass through. */
export function readDocument<K extends DocumentKind>(
  kind: K,
  file: string,
): { head: Head; value: DocumentValue<K>; bytes: number } {
  const content = readFileSync(file);
  return understood(file, () => {
    const { head, body } = split(kind, content);
    const value = documentSchemas[kind].parse(body()) as DocumentValue<K>;
    return { head, value, bytes: content.length };
  });
}

/** Reads what a list shows, without a large value. Throws as `readDocument`. */
export function readHead(kind: DocumentKind, file: string): Head {
  if (plain.has(kind)) return readDocument(kind, file).head;
  const beginning = Buffer.alloc(HEAD_BYTES);
  const descriptor = openSync(file, 'r');
  let length: number;
  try {
    length = readSync(descriptor, beginning, 0, HEAD_BYTES, 0);
  } finally {
    closeSync(descriptor);
  }
  return understood(file, () => split(kind, beginning.subarray(0, length)).head);
}

function split(kind: DocumentKind, content: Buffer): { head: Head; body(): unknown } {
  if (plain.has(kind)) {
    const whole = z.object({ ...headSchema.shape, value: z.unknown() }).parse(JSON.parse(content.toString()));
    const { value, ...head } = whole;
    return { head, body: () => value };
  }
  const end = content.indexOf(LINE_FEED);
  const head = headSchema.parse(JSON.parse(content.subarray(0, Math.max(0, end)).toString()));
  return { head, body: () => unpackValue(content.subarray(end + 1)) };
}

function understood<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new AppError(
      'BAD_FILE',
      `${file} is damaged: it is no longer what Tessera wrote.`,
      'Put back a copy of the file, or remove the document.',
      { field: file, cause },
    );
  }
}

export type { Head };
export type Kept<K extends DocumentKind> = DocumentSummary & { kind: K; value: DocumentValue<K> };
