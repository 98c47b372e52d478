import { AppError } from '@shared/errors';
import type { ImportLimits } from '../limits';
import { decodeElements, NPY_HEADER_BYTES, parseNpyHeader, readNpy, type NpyHeader } from '../npy';
import type { SourceFile } from '../sources';
import { zipSource } from '../sources/zip';
import { byteOf, type ChosenRange, type ValueRange } from '../value-range';
import { numberedClasses, splitOfName, type Collection } from './collection';
import { collect, records } from './records';
import { rangeOf } from './scale';

const MAXIMUM_SIDE = 4096;

interface Found {
  name: string;
  header: NpyHeader;
}

/**
 * The picture arrays of a `.npz` on disk, `[N,H,W]` or `[N,H,W,C]`, each with the labels that go with it by name
 * (`x_train`/`y_train`, `train_images`/`train_labels`, `images`/`labels`, `arr_0`/`arr_1`). Adds to `notes` how numbers
 * were taken for pixels. Throws BAD_FILE when there is none or one can't be read.
 */
export async function npzCollections(
  file: SourceFile,
  limits: ImportLimits,
  chosen: ChosenRange,
  signal: AbortSignal,
  notes: string[],
): Promise<Collection[]> {
  if (file.location === null)
    throw new AppError('BAD_FILE', 'a .npz inside an archive is not read; import it by itself');
  const entries = (): AsyncGenerator<SourceFile> => npyFiles(file.location!, limits, signal);
  const found: Found[] = [];
  for await (const entry of entries()) {
    const header = parseNpyHeader(await entry.head(NPY_HEADER_BYTES));
    if ((await entry.size()) !== header.dataOffset + header.count * header.elementBytes)
      throw new AppError('BAD_FILE', `“${entry.path}” has not the size that its header says`);
    found.push({ name: entry.path.replace(/\.npy$/, ''), header });
  }
  const collections: Collection[] = [];
  for (const { name, header } of found.filter(({ header: { shape } }) => shape.length === 3 || shape.length === 4)) {
    const [count = 0, height = 1, width = 1, channels = 1] = header.shape;
    if (header.fortranOrder)
      throw new AppError('BAD_FILE', `“${name}” is stored in Fortran order; save it with numpy.ascontiguousarray`);
    if (height < 1 || height > MAXIMUM_SIDE || width < 1 || width > MAXIMUM_SIDE || ![1, 3, 4].includes(channels)) {
      throw new AppError(
        'BAD_FILE',
        `“${name}” has the shape ${header.shape.join(' × ')}; expected N × height × width × 1, 3 or 4`,
      );
    }
    const stream = (): AsyncGenerator<Uint8Array> => contentOf(entries(), name);
    const recordBytes = height * width * channels * header.elementBytes;
    const read = (): AsyncGenerator<Uint8Array> => records(stream(), recordBytes, header.dataOffset);
    const range = await rangeOf(name, header, read, chosen, signal);
    if (range.note !== null) notes.push(range.note);
    const labels = await labelsFor(name, count, found, entries);
    collections.push({
      name: `${file.path}/${name}`,
      count,
      height,
      width,
      channels: channels as 1 | 3 | 4,
      split: splitOfName(name),
      classes: () => (labels === null ? [] : numberedClasses(labels)),
      pictures: () => pictures(read(), header, range, count, labels),
    });
  }
  if (collections.length === 0)
    throw new AppError(
      'BAD_FILE',
      'it holds no array of pictures ([N, height, width] or [N, height, width, channels])',
    );
  return collections;
}

async function* pictures(
  stream: AsyncIterable<Uint8Array>,
  header: NpyHeader,
  range: ValueRange,
  count: number,
  labels: Int32Array | null,
): ReturnType<Collection['pictures']> {
  const isBytes = header.type === 'uint8' && range.low === 0 && range.high === 255;
  const toByte = byteOf(range);
  let index = 0;
  for await (const record of stream) {
    if (index === count) continue; // the array's checksum is only known to be right at its end
    const pixels = isBytes ? record : Uint8Array.from(decodeElements(record, header), toByte);
    yield { pixels, label: labels === null ? null : String(labels[index]!) };
    index += 1;
  }
}

async function* npyFiles(
  location: string | Buffer,
  limits: ImportLimits,
  signal: AbortSignal,
): AsyncGenerator<SourceFile> {
  const refuse = (path: string, reason: string): void => {
    throw new AppError('BAD_FILE', `“${path}” inside: ${reason}`);
  };
  for await (const entry of zipSource(location, limits).files({ signal, refuse }))
    if (entry.path.endsWith('.npy')) yield entry;
}

async function* contentOf(entries: AsyncGenerator<SourceFile>, name: string): AsyncGenerator<Uint8Array> {
  for await (const entry of entries) {
    if (entry.path !== `${name}.npy`) continue;
    try {
      yield* entry.stream();
    } catch (thrown) {
      throw thrown instanceof AppError
        ? new AppError(thrown.code, `“${name}” in it: ${thrown.message}`, thrown.hint)
        : thrown;
    }
    return;
  }
}

/** Class numbers that belong to the pictures `name`: whole numbers, `[N]` or `[N,1]`; null when there are none. */
async function labelsFor(
  name: string,
  count: number,
  found: readonly Found[],
  entries: () => AsyncGenerator<SourceFile>,
): Promise<Int32Array | null> {
  const lower = name.toLowerCase();
  const wanted = [
    lower.replace(/images?|imgs?|data|pixels/, 'labels'),
    lower.replace(/^x/, 'y'),
    lower.replace('arr_0', 'arr_1'),
  ];
  if (found.filter(({ header }) => header.shape.length > 2).length === 1)
    wanted.push('labels', 'label', 'y', 'targets');
  const match = wanted
    .map((label) => found.find((candidate) => candidate.name !== name && candidate.name.toLowerCase() === label))
    .find((candidate) => candidate !== undefined);
  if (match === undefined) return null;
  const { shape, type } = match.header;
  if (type === 'text' || shape[0] !== count || shape.length > 2 || (shape[1] ?? 1) !== 1) return null;
  const bytes = await collect(
    contentOf(entries(), match.name),
    match.header.dataOffset + count * match.header.elementBytes,
  );
  if (bytes === null) return null;
  const { data } = readNpy(bytes);
  const labels = Int32Array.from(data);
  return labels.every((label, i) => label === data[i]) ? labels : null;
}
