import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import yauzl from 'yauzl';
import { AppError, asAppError } from '@shared/errors';
import { type SetUpProgress, progressMeter } from './progress';
import { makeFolder } from '../../../files';

/**
 * The files needed from the wheels: TensorFlow's two libraries with the notices of what they contain, the headers of
 * its C API, and CUDA's libraries.
 */
const WANTED = [
  /^tensorflow\/libtensorflow_(cc|framework)\.so\.2$/,
  /^tensorflow\/THIRD_PARTY_NOTICES\.txt$/,
  /^tensorflow\/include\/(tensorflow\/c|tensorflow\/core\/platform|tsl\/platform|xla\/tsl\/c)\/.*\.h$/,
  /^nvidia\/.*\/(lib|bin|nvvm)\/.+/,
];

/**
 * Unpacks the wanted files of a wheel under `folder`, in the wheel's own layout: the libraries find each other by it.
 * @throws BAD_FILE for a damaged archive
 */
export async function unpackWheel(
  wheel: string,
  item: string,
  folder: string,
  onProgress: (progress: SetUpProgress) => void,
): Promise<void> {
  const zip = await open(wheel);
  const report = progressMeter('unpack', item, undefined, onProgress);
  let bytes = 0;
  let reported = 0;
  const counter = () =>
    new Transform({
      transform(chunk: Buffer, _encoding, done) {
        bytes += chunk.length;
        if (bytes - reported > 50e6) report((reported = bytes));
        done(null, chunk);
      },
    });
  report(0);
  try {
    for await (const entry of zip.eachEntry()) {
      if (!WANTED.some((pattern) => pattern.test(entry.fileName))) continue;
      const target = path.join(folder, entry.fileName);
      makeFolder(path.dirname(target));
      await pipeline(await zip.openReadStreamPromise(entry), counter(), createWriteStream(target));
    }
  } catch (error) {
    const hint = 'TensorFlow needs 2 GB while it is set up; set TESSERA_CACHE to use another disk.';
    const known = asAppError(error, { path: folder, hint });
    if (known.code !== 'INTERNAL') throw known;
    throw new AppError('BAD_FILE', `${path.basename(wheel)} is damaged.`, 'Run set-up again.', { cause: error });
  } finally {
    zip.close();
  }
}

async function open(wheel: string): Promise<yauzl.ZipFile> {
  try {
    return await yauzl.openPromise(wheel, { lazyEntries: true, autoClose: false });
  } catch (error) {
    throw new AppError('BAD_FILE', `${path.basename(wheel)} is not a wheel.`, 'Run set-up again.', { cause: error });
  }
}
