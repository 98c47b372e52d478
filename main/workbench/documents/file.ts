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

/** Kinds without typed arrays are plain JSON, for anyone to read. */
const plain: ReadonlySet<DocumentKind> = new Set(['draft', 'current-model']);
/** Longer than any head can be: titles and facts have limits. */
const HEAD_BYTES = 64 * 1024;
const LINE_FEED = 0x0a;

/** How the file of a document is called. */
export const fileName = (kind: DocumentKind, id: string): string => `${id}.${plain.has(kind) ? 'json' : 'document'}`;

/** The id that a file's name stands for; null for names that no document of this kind has. */
export function idOf(kind: DocumentKind, name: string): string | null {
  const id = name.replace(/\.\w+$/, '');
  return fileName(kind, id) === name && documentSummarySchema.shape.id.safeParse(id).success ? id : null;
}

/**
 * A document as its file has it: JSON `{title, facts, changedAt, value}`; or where the value has typed arrays, a first line
 * of JSON without the value, and then the value as MessagePack.
 */
export function encodeDocument(kind: DocumentKind, head: Head, value: unknown): Uint8Array {
  if (plain.has(kind)) return Buffer.from(`${JSON.stringify({ ...head, value }, null, 1)}\n`);
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), packValue(value)]);
}

/** Reads a whole document. Throws BAD_FILE, naming the file, for anything but one; errors of the file system as they are. */
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

/** Reads what a list shows, without the value where that is large. Throws as `readDocument`. */
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
