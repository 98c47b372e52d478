import { AppError } from '@shared/errors';
import type { StoredTensor } from './safetensors';
import { readPickle } from './pickle';

/** The first value in a file that `torch.save` wrote before PyTorch 1.6. */
const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;
/**
 * Most values of a storage: more than any trunk has, so that a damaged file cannot ask for an absurd amount of memory.
 */
const MOST_VALUES = 1e8;

/** A view of a storage, as in the arguments of `torch._utils._rebuild_tensor_v2`. */
interface View {
  storage: Storage;
  offset: number;
  shape: number[];
  strides: number[];
}

interface Storage {
  kind: string;
  key: string;
  values: number;
}

/** Bytes per value of the storage types that occur in models. */
const valueBytes: Readonly<Record<string, number>> = { FloatStorage: 4, LongStorage: 8 };

/**
 * Reads the float32 tensors of a state dictionary that `torch.save` wrote before PyTorch 1.6 (no zip): five pickles
 * (magic number, protocol, machine, dictionary, storage keys), then each storage as a count and its values. Tensors are
 * views of storages with strides of any order, and come out row by row. Counters (int64) are left out.
 * @param fileName named in errors
 * @throws BAD_FILE for anything else
 */
export function readTorchFile(bytes: Uint8Array, fileName: string): Record<string, StoredTensor> {
  const bad = (reason: string) => new AppError('BAD_FILE', `${fileName} is no state dictionary of PyTorch: ${reason}.`);
  const magic = readPickle(bytes, 0);
  if (magic.value !== MAGIC) throw bad('it does not begin like one');
  const protocol = readPickle(bytes, magic.end);
  if (protocol.value !== PROTOCOL) throw bad('it is of another version');
  const machine = readPickle(bytes, protocol.end);
  if (!(machine.value instanceof Map) || machine.value.get('little_endian') !== true) throw bad('it is big-endian');
  const dictionary = readPickle(bytes, machine.end, stateGlobals(bad), (id) => storageOf(id, bad));
  if (!(dictionary.value instanceof Map)) throw bad('it holds no dictionary');
  const keys = readPickle(bytes, dictionary.end);
  if (!Array.isArray(keys.value)) throw bad('it lists no storages');

  const views = [...dictionary.value].filter((entry): entry is [string, View] => isView(entry[1]));
  const places = storagePlaces(bytes, keys.end, keys.value as unknown[], views, bad);
  return Object.fromEntries(
    views
      .filter(([, { storage }]) => storage.kind === 'FloatStorage')
      .map(([name, view]) => [name, gather(bytes, view, places.get(view.storage.key) ?? 0)]),
  );
}

type Complaint = (reason: string) => AppError;

function stateGlobals(bad: Complaint) {
  return {
    'collections OrderedDict': () => new Map<unknown, unknown>(),
    'torch FloatStorage': () => null,
    'torch LongStorage': () => null,
    'torch._utils _rebuild_tensor_v2': ([storage, offset, shape, strides]: readonly unknown[]): View => {
      const view = { storage, offset, shape, strides } as View;
      if (!isView(view)) throw bad('a tensor is damaged');
      const largest = view.shape.reduce((sum, side, axis) => sum + (side - 1) * (view.strides[axis] ?? 0), view.offset);
      if (view.shape.includes(0) || largest >= view.storage.values) throw bad('a tensor is larger than its storage');
      return view;
    },
  };
}

/** `('storage', type, key, device, count, None)` */
function storageOf(id: unknown, bad: Complaint): Storage {
  const [what, type, key, , values] = Array.isArray(id) ? (id as unknown[]) : [];
  const kind = (type as { name?: unknown } | undefined)?.name;
  const name = typeof kind === 'string' ? kind.replace(/^torch /, '') : '';
  const isKnown = what === 'storage' && name in valueBytes && typeof key === 'string';
  if (!isKnown || !isCount(values) || values > MOST_VALUES) throw bad('a storage is of an unknown kind');
  return { kind: name, key, values };
}

/** The offset of each storage's values, by its key. */
function storagePlaces(
  bytes: Uint8Array,
  from: number,
  keys: readonly unknown[],
  views: readonly (readonly [string, View])[],
  bad: Complaint,
): Map<string, number> {
  const storages = new Map(views.map(([, { storage }]) => [storage.key, storage]));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const places = new Map<string, number>();
  let at = from;
  for (const key of keys) {
    const storage = storages.get(String(key));
    if (!storage) throw bad(`nothing uses the storage ${String(key)}`);
    const end = at + 8 + storage.values * (valueBytes[storage.kind] ?? 0);
    if (end > bytes.length) throw bad('it is cut off');
    if (Number(view.getBigInt64(at, true)) !== storage.values) throw bad('a storage has another size than announced');
    places.set(storage.key, at + 8);
    at = end;
  }
  if (at !== bytes.length) throw bad('there are bytes after its last storage');
  if (places.size !== storages.size) throw bad('a storage is missing');
  return places;
}

/** The values of a float32 view, row by row. */
function gather(bytes: Uint8Array, { offset, shape, strides }: View, place: number): StoredTensor {
  const source = new DataView(bytes.buffer, bytes.byteOffset + place);
  const data = new Float32Array(shape.reduce((product, side) => product * side, 1));
  const index = shape.map(() => 0);
  for (let each = 0; each < data.length; each++) {
    const position = index.reduce((sum, at, axis) => sum + at * (strides[axis] ?? 0), offset);
    data[each] = source.getFloat32(4 * position, true);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] ?? 0) + 1;
      if (index[axis] !== shape[axis]) break;
      index[axis] = 0;
    }
  }
  return { dtype: 'float32', shape: [...shape], data };
}

function isView(value: unknown): value is View {
  const { storage, offset, shape, strides } = (value ?? {}) as Partial<View>;
  return (
    typeof storage === 'object' &&
    isCount(offset) &&
    Array.isArray(shape) &&
    Array.isArray(strides) &&
    shape.length === strides.length &&
    [...shape, ...strides].every(isCount)
  );
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
