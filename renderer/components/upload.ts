import type { useConnection } from '@/stores/connection';

const PIECE_BYTES = 1024 * 1024;

/** A file chosen on the page, with its path below what was chosen. */
export interface ChosenFile {
  path: string;
  file: File;
}

/** The files of an input or a drop, by relative path; a folder input gives `webkitRelativePath`. */
export const chosenFiles = (files: Iterable<File>): ChosenFile[] =>
  Array.from(files, (file) => ({ path: file.webkitRelativePath || file.name, file }));

/** The files below what was dropped: folders are walked. */
export async function droppedFiles(transfer: DataTransfer): Promise<ChosenFile[]> {
  const entries = Array.from(transfer.items, (item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  return (await Promise.all(entries.map(filesBelow))).flat();
}

async function filesBelow(entry: FileSystemEntry): Promise<ChosenFile[]> {
  const path = entry.fullPath.replace(/^\//, '');
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [{ path, file }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const children: FileSystemEntry[] = [];
  for (;;) {
    // a reader hands out its entries in batches, and an empty one at the end
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (batch.length === 0) break;
    children.push(...batch);
  }
  return (await Promise.all(children.map(filesBelow))).flat();
}

/** What the chosen files are called together: the folder's name, or the single file's; empty for loose files. */
export function nameOfChoice(files: readonly ChosenFile[]): string {
  const tops = new Set(files.map(({ path }) => path.split('/', 1)[0]!));
  const [top = ''] = tops;
  if (tops.size !== 1) return '';
  return files[0]!.path.includes('/') ? top : top.replace(/(\.tar)?\.[a-z0-9]+$/i, '');
}

/**
 * Sends files to the workbench piece by piece; answers the grant that an import names as its source. Gives the grant
 * back if it is stopped or fails.
 */
export async function uploadFiles(
  connection: Pick<ReturnType<typeof useConnection>, 'request'>,
  files: readonly ChosenFile[],
  options: { signal: AbortSignal; onProgress(done: number, total: number): void },
): Promise<string> {
  const total = files.reduce((sum, { file }) => sum + file.size, 0);
  const { grant } = await connection.request('files.open', {});
  let done = 0;
  try {
    for (const { path, file } of files) {
      let offset = 0;
      do {
        options.signal.throwIfAborted();
        const bytes = new Uint8Array(await file.slice(offset, offset + PIECE_BYTES).arrayBuffer());
        await connection.request('files.write', { grant, path, offset, bytes });
        offset += bytes.byteLength;
        done += bytes.byteLength;
        options.onProgress(done, total);
      } while (offset < file.size);
    }
    return grant;
  } catch (thrown) {
    await connection.request('files.release', { grant }).catch(() => undefined);
    throw thrown;
  }
}
