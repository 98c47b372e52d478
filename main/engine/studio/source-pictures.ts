import { AppError } from '@shared/errors';
import { decodePictureFile } from '../media';
import { defaultLimits } from '../media/limits';
import { openSources, type SourceFile } from '../media/sources';
import type { NamedPicture, PictureShape } from './pictures';

/** Files that were passed over are named up to this many. */
const MOST_LISTED = 100;

/** Files that were passed over: the first hundred of them, and how many there were. */
export interface Skipped {
  skipped: { file: string; reason: string }[];
  skippedCount: number;
}

export interface SourcePictures extends Skipped {
  /** To be gone through once; `skipped` is whole afterwards. */
  pictures: AsyncGenerator<NamedPicture>;
}

/**
 * Pictures of files, folders or archives (absolute paths) as a model reads them. One that was named itself must be
 * readable; in a folder or an archive, what isn't a picture is passed over and counted.
 * @throws BAD_FILE if there is none at all; NOT_FOUND, BAD_REQUEST, LIMIT naming the file; CANCELLED
 */
export function sourcePictures(sources: readonly string[], shape: PictureShape, signal: AbortSignal): SourcePictures {
  const passed: Skipped = { skipped: [], skippedCount: 0 };
  const skip = (file: string, reason: string): void => {
    passed.skippedCount += 1;
    if (passed.skipped.length < MOST_LISTED) passed.skipped.push({ file, reason });
  };

  async function* read(): AsyncGenerator<NamedPicture> {
    let count = 0;
    for (const source of await openSources(sources, defaultLimits)) {
      const mustRead = source.kind === 'files';
      for await (const file of source.files({ signal, refuse: skip })) {
        const pixels = await readFile(file, shape).catch((thrown: unknown) => {
          if (mustRead || !(thrown instanceof AppError)) throw thrown;
          skip(file.path, thrown.message);
          return null;
        });
        if (pixels === null) continue;
        count += 1;
        yield { name: file.path, pixels };
      }
    }
    if (count > 0) return;
    const [first] = passed.skipped;
    const hint = first ? `${first.file}: ${first.reason}` : '';
    throw new AppError('BAD_FILE', 'There is no picture to encode.', hint, { field: 'sources' });
  }
  return Object.assign(passed, { pictures: read() });
}

async function readFile(file: SourceFile, shape: PictureShape): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = await file.read();
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    throw new AppError(thrown.code, `${file.path}: ${thrown.message}.`, thrown.hint, { cause: thrown });
  }
  return (await decodePictureFile(file.path, bytes, shape)).pixels;
}
