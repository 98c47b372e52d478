import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { asAppError } from '@shared/errors';
import {
  datasetManifestSchema,
  packFileName,
  thumbnailFileName,
  type DatasetManifest,
  type NewItemLine,
} from '@shared/specs/dataset';
import { type ItemArray, type Signal, bytesIn, mediumOf } from '@shared/specs/media';
import { makeFolder, onDiskLater, replaceFile } from '../../../files';
import { filesOf } from '../kinds/files';
import { createBlockSums, writeChecksums } from './checksums';
import { ITEMS_FILE, MANIFEST_FILE } from './files';
import { readItemLines } from './items';

/** Bytes gathered before they are written: large enough for the disk, small enough for memory. */
const BATCH_BYTES = 4 * 1024 * 1024;

/** Writes a dataset's files into a folder, item by item. */
export interface PackWriter {
  /** Appends one item, [...shape], and its line. Copies the values. */
  add(item: ItemArray, line: NewItemLine): Promise<void>;
  /**
   * Writes what is left and the manifest last, all of it safe on disk: a folder with a manifest is whole. `numbers`,
   * where given, says by the class of each line which number it has in the end.
   */
  finish(manifest: Omit<DatasetManifest, 'thumbnails'>, numbers?: readonly number[] | null): Promise<DatasetManifest>;
  /** Closes the files, wherever things stand. */
  close(): Promise<void>;
  /** Closes the files and removes them. */
  discard(): Promise<void>;
}

/**
 * Opens the files of a new dataset in `directory`, made if missing. Throws CONFLICT if a dataset is there, DISK
 * otherwise.
 */
export async function createPackWriter(directory: string, signal: Signal): Promise<PackWriter> {
  const small = filesOf(signal).thumbnails(signal);
  const outputs: Output[] = [];
  const names: string[] = [];
  const close = async (): Promise<void> => {
    for (const output of outputs) await output.close();
  };
  const create = async (name: string): Promise<Output> => {
    const output = await createOutput(directory, name);
    outputs.push(output);
    names.push(name);
    return output;
  };
  try {
    makeFolder(directory);
    const pack = await create(packFileName(signal));
    const items = await create(ITEMS_FILE);
    const thumbnails = small === null ? null : await create(thumbnailFileName(small.signal));
    return {
      add: (item, line) =>
        onDiskLater(directory, async () => {
          await pack.append(bytesIn(item));
          if (thumbnails !== null && small !== null) await thumbnails.append(bytesIn(small.shrink(item)));
          await items.append(lineOf({ ...line, facts: mediumOf(signal).facts.parse(line.facts) }));
        }),
      finish: (rest, numbers = null) =>
        onDiskLater(directory, async () => {
          for (const output of outputs) await output.settle();
          const sums = Object.fromEntries(outputs.map((output) => [output.name, output.sums.finish()]));
          if (numbers !== null) {
            await items.close();
            sums[ITEMS_FILE] = await renumber(directory, numbers);
          }
          writeChecksums(directory, sums, 'import');
          const manifest = datasetManifestSchema.parse({ ...rest, thumbnails: small?.signal ?? null });
          replaceFile(join(directory, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
          return manifest;
        }),
      close,
      discard: async () => {
        await close();
        for (const name of names) await rm(join(directory, name), { force: true });
      },
    };
  } catch (thrown) {
    await close();
    throw asAppError(thrown, { path: directory });
  }
}

/** An item's line as it is written: its facts beside the other fields, and none of the texts that it hasn't. */
function lineOf({ facts, captions = [], tags = [], fields = {}, ...rest }: NewItemLine): Buffer {
  const texts = {
    ...(captions.length > 0 ? { captions } : {}),
    ...(tags.length > 0 ? { tags } : {}),
    ...(Object.keys(fields).length > 0 ? { fields } : {}),
  };
  return Buffer.from(`${JSON.stringify({ ...rest, ...facts, ...texts })}\n`);
}

/** Gives the lines' classes other numbers, in a new file that takes the old one's place; answers its checksums. */
async function renumber(
  directory: string,
  numbers: readonly number[],
): Promise<ReturnType<ReturnType<typeof createBlockSums>['finish']>> {
  const name = `${ITEMS_FILE}.new`;
  const output = await createOutput(directory, name);
  try {
    for await (const line of readItemLines(directory)) {
      const label = line.label === null ? null : numbers[line.label]!;
      await output.append(lineOf({ ...line, label }));
    }
    await output.settle();
  } finally {
    await output.close();
  }
  await rename(join(directory, name), join(directory, ITEMS_FILE));
  return output.sums.finish();
}

/** A file written front to back in large pieces. */
interface Output {
  readonly name: string;
  readonly sums: ReturnType<typeof createBlockSums>;
  append(bytes: Uint8Array): Promise<void>;
  /** Writes what is gathered and waits until the disk has it. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

async function createOutput(directory: string, name: string): Promise<Output> {
  const handle = await open(join(directory, name), 'wx');
  const sums = createBlockSums();
  const batch = new Uint8Array(BATCH_BYTES);
  let filled = 0;
  let closing: Promise<void> | null = null;
  const flush = async (): Promise<void> => {
    const length = filled;
    filled = 0;
    await writeAll(handle, batch.subarray(0, length));
  };
  return {
    name,
    sums,
    async append(bytes) {
      sums.add(bytes);
      if (filled + bytes.length > batch.length) await flush();
      if (bytes.length > batch.length) return writeAll(handle, bytes);
      batch.set(bytes, filled);
      filled += bytes.length;
    },
    async settle() {
      await flush();
      await handle.sync();
    },
    close: () => (closing ??= handle.close()),
  };
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) written += (await handle.write(bytes, written)).bytesWritten;
}
