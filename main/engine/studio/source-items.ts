import { AppError } from '@shared/errors';
import type { StoredArray } from '@shared/specs';
import { defaultLimits } from '../media/limits';
import { openSources, type SourceFile } from '../media/sources';
import { type ModelInput, type NamedItem, openItem } from './items';

/** Files that were passed over are named up to this many. */
const MOST_LISTED = 100;

/** Files that were passed over: the first hundred of them, and how many there were. */
export interface Skipped {
  skipped: { file: string; reason: string }[];
  skippedCount: number;
}

export interface SourceItems extends Skipped {
  /** To be gone through once; `skipped` is whole afterwards. */
  items: AsyncGenerator<NamedItem>;
}

/**
 * Items of files, folders or archives (absolute paths) as a model reads them. One that was named itself must be readable; in
 * a folder or an archive, what isn't one is passed over and counted.
 * @throws BAD_FILE if there is none at all; NOT_FOUND, BAD_REQUEST, LIMIT naming the file; CANCELLED
 */
export function sourceItems(sources: readonly string[], input: ModelInput, signal: AbortSignal): SourceItems {
  const passed: Skipped = { skipped: [], skippedCount: 0 };
  const skip = (file: string, reason: string): void => {
    passed.skippedCount += 1;
    if (passed.skipped.length < MOST_LISTED) passed.skipped.push({ file, reason });
  };

  async function* read(): AsyncGenerator<NamedItem> {
    let count = 0;
    for (const source of await openSources(sources, defaultLimits)) {
      const mustRead = source.kind === 'files';
      for await (const file of source.files({ signal, refuse: skip })) {
        const item = await readFile(file, input).catch((thrown: unknown) => {
          if (mustRead || !(thrown instanceof AppError)) throw thrown;
          skip(file.path, thrown.message);
          return null;
        });
        if (item === null) continue;
        count += 1;
        yield { name: file.path, item };
      }
    }
    if (count > 0) return;
    const [first] = passed.skipped;
    const hint = first ? `${first.file}: ${first.reason}` : '';
    throw new AppError('BAD_FILE', 'There is no picture to encode.', hint, { field: 'sources' });
  }
  return Object.assign(passed, { items: read() });
}

async function readFile(file: SourceFile, input: ModelInput): Promise<StoredArray> {
  let bytes: Uint8Array;
  try {
    bytes = await file.read();
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    throw new AppError(thrown.code, `${file.path}: ${thrown.message}.`, thrown.hint, { cause: thrown });
  }
  return openItem(file.path, bytes, input);
}
