import { existsSync, readFileSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { AppError } from '@shared/errors';
import type { Verification } from '@shared/contract';
import { packFileName, thumbnailFileName, type DatasetManifest } from '@shared/specs/dataset';
import { replaceFile } from '../../../files';
import { CHECKSUMS_FILE, ITEMS_FILE } from './files';
import { readManifest } from './reader';

/** Small enough to say which items are damaged, large enough that a terabyte's checksums are a few megabytes. */
const BLOCK_BYTES = 1024 * 1024;
/** Damaged blocks that are named; the others are counted. */
const MOST_NAMED = 100;

/** `checksums.json`: the CRC-32 of each block of a dataset's files, the last block shorter. */
const checksumsSchema = z.object({
  version: z.literal(1),
  blockBytes: z.number().int().positive(),
  /** `import`: of what was written; `later`: of what lay there when a dataset without checksums was first looked at. */
  since: z.enum(['import', 'later']),
  files: z.record(z.string(), z.object({ bytes: z.number().int().nonnegative(), crc32: z.array(z.number().int()) })),
});
type Checksums = z.infer<typeof checksumsSchema>;
type FileSums = Checksums['files'][string];

/** Takes a file's bytes as they come, in pieces of any length. */
export function createBlockSums(blockBytes = BLOCK_BYTES): { add(bytes: Uint8Array): void; finish(): FileSums } {
  const sums: number[] = [];
  let bytes = 0;
  let sum = 0;
  return {
    add(piece) {
      for (let at = 0; at < piece.length;) {
        const taken = Math.min(blockBytes - (bytes % blockBytes), piece.length - at);
        sum = crc32(piece.subarray(at, at + taken), sum);
        at += taken;
        bytes += taken;
        if (bytes % blockBytes === 0) [sum] = [0, sums.push(sum)];
      }
    },
    finish: () => ({ bytes, crc32: bytes % blockBytes === 0 ? sums : [...sums, sum] }),
  };
}

/** Writes the checksums of a dataset's files, by name. */
export function writeChecksums(directory: string, files: Checksums['files'], since: Checksums['since']): void {
  const content: Checksums = { version: 1, blockBytes: BLOCK_BYTES, since, files };
  replaceFile(path.join(directory, CHECKSUMS_FILE), Buffer.from(`${JSON.stringify(content)}\n`));
}

/**
 * Reads a dataset's files once and compares every block with its checksum. A dataset from before there were checksums
 * gets them, if its folder can be written to: what is there now is taken for right, and later changes are seen.
 * @throws NOT_FOUND without a dataset; BAD_FILE for damaged checksums; DISK; CANCELLED through the signal
 */
export async function verifyDataset(
  directory: string,
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void } = {},
): Promise<Verification> {
  const names = filesOf(readManifest(directory));
  const known = readChecksums(directory);
  const blockBytes = known?.blockBytes ?? BLOCK_BYTES;
  const sizes = await Promise.all(names.map((name) => sizeOf(path.join(directory, name))));
  const total = sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  const found: Checksums['files'] = {};
  let done = 0;
  for (const [at, name] of names.entries()) {
    if (sizes[at] === null) continue;
    found[name] = await sumsOf(path.join(directory, name), blockBytes, signal, (bytes) =>
      onProgress?.((done += bytes), total),
    );
  }
  if (known) {
    const damage = Object.entries(known.files).flatMap(([name, sums]) => damageOf(name, sums, found[name], blockBytes));
    return {
      state: damage.length > 0 ? 'damaged' : 'right',
      bytes: done,
      damage: damage.slice(0, MOST_NAMED),
      blocks: damage.length,
    };
  }
  try {
    writeChecksums(directory, found, 'later');
  } catch {
    // a folder that can't be written to only stays without
  }
  return { state: 'new', bytes: done, damage: [], blocks: 0 };
}

function damageOf(
  file: string,
  expected: FileSums,
  found: FileSums | undefined,
  blockBytes: number,
): Verification['damage'] {
  if (!found) return [{ file, offset: 0, bytes: expected.bytes }];
  const blocks = Math.max(expected.crc32.length, found.crc32.length);
  return Array.from({ length: blocks }, (_, block) => block)
    .filter((block) => expected.crc32[block] !== found.crc32[block])
    .map((block) => {
      const offset = block * blockBytes;
      return { file, offset, bytes: Math.max(0, Math.min(blockBytes, Math.max(expected.bytes, found.bytes) - offset)) };
    });
}

function filesOf({ thumbnails, signal }: DatasetManifest): string[] {
  const small = thumbnails === null ? [] : [thumbnailFileName({ ...thumbnails, channels: signal.channels })];
  return [packFileName(signal), ITEMS_FILE, ...small];
}

/** Null for a dataset without. */
function readChecksums(directory: string): Checksums | null {
  const file = path.join(directory, CHECKSUMS_FILE);
  if (!existsSync(file)) return null;
  try {
    return checksumsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new AppError(
      'BAD_FILE',
      `${CHECKSUMS_FILE} is damaged.`,
      'Delete it: the checksums are then made anew of what is there.',
      { cause },
    );
  }
}

async function sizeOf(file: string): Promise<number | null> {
  return stat(file).then(
    ({ size }) => size,
    () => null,
  );
}

async function sumsOf(
  file: string,
  blockBytes: number,
  signal: AbortSignal | undefined,
  onBytes: (bytes: number) => void,
): Promise<FileSums> {
  const sums = createBlockSums(blockBytes);
  const handle = await open(file, 'r');
  try {
    const buffer = Buffer.allocUnsafe(BLOCK_BYTES);
    for (;;) {
      signal?.throwIfAborted();
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) return sums.finish();
      sums.add(buffer.subarray(0, bytesRead));
      onBytes(bytesRead);
    }
  } finally {
    await handle.close();
  }
}
