import { AppError } from '@shared/errors';

/** The functions that a pickle may refer to, by `module name`; REDUCE calls them. Nothing else is ever called. */
export type PickleGlobals = Readonly<Record<string, (args: readonly unknown[]) => unknown>>;

/** A name of `PickleGlobals` as it lies on the stack. */
class Global {
  constructor(readonly name: string) {}
}

const MARK = Symbol('mark');

/** Opcodes of protocol 2 that torch's own files use (Python's Lib/pickletools.py); any other is refused. */
const op = {
  proto: 0x80,
  stop: 0x2e,
  mark: 0x28,
  none: 0x4e,
  newTrue: 0x88,
  newFalse: 0x89,
  int: 0x4a,
  int1: 0x4b,
  int2: 0x4d,
  long1: 0x8a,
  unicode: 0x58,
  global: 0x63,
  persistentId: 0x51,
  emptyTuple: 0x29,
  tuple: 0x74,
  tuple1: 0x85,
  tuple2: 0x86,
  tuple3: 0x87,
  emptyList: 0x5d,
  append: 0x61,
  appends: 0x65,
  emptyDict: 0x7d,
  setItem: 0x73,
  setItems: 0x75,
  put: 0x71,
  longPut: 0x72,
  get: 0x68,
  longGet: 0x6a,
  reduce: 0x52,
  build: 0x62,
} as const;

/**
 * Reads one pickle of plain values: numbers, text, lists and tuples (arrays), dictionaries (Map), and what `globals`
 * makes. A pickle is a program for a stack machine; this machine knows no way to import or run anything of its own.
 * @param from offset at which the pickle begins
 * @param persistent builds the object that a persistent id stands for
 * @returns the value, and the offset at which the pickle ends
 * @throws BAD_FILE for any other opcode or name, and where the bytes end too early
 */
export function readPickle(
  bytes: Uint8Array,
  from: number,
  globals: PickleGlobals = {},
  persistent: (id: unknown) => unknown = () => refuse('a persistent id'),
): { value: unknown; end: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stack: unknown[] = [];
  const memo = new Map<number, unknown>();
  let at = from;

  const skip = (count: number): number => {
    if (at + count > bytes.length) throw damaged('it ends too early');
    at += count;
    return at - count;
  };
  const uint8 = () => view.getUint8(skip(1));
  const uint32 = () => view.getUint32(skip(4), true);
  const text = (length: number) => new TextDecoder().decode(bytes.subarray(skip(length), at));
  const line = () => {
    const end = bytes.indexOf(0x0a, at);
    if (end < 0) throw damaged('it ends too early');
    const found = text(end - at);
    at += 1;
    return found;
  };
  const pop = (): unknown => (stack.length > 0 ? stack.pop() : refuse('an empty stack'));
  const popMany = (count: number) => Array.from({ length: count }, pop).reverse();
  const popToMark = () => {
    const mark = stack.lastIndexOf(MARK);
    if (mark < 0) throw damaged('a mark is missing');
    const above = stack.splice(mark);
    return above.slice(1);
  };
  const top = <T>(kind: new (...args: never[]) => T): T => {
    const found = stack.at(-1);
    return found instanceof kind ? found : refuse('a value of another kind');
  };
  const setItems = (items: readonly unknown[]) => {
    const target = top(Map<unknown, unknown>);
    for (let each = 0; each < items.length; each += 2) target.set(items[each], items[each + 1]);
  };
  const recall = (index: number) => (memo.has(index) ? memo.get(index) : refuse(`memo ${index}`));
  const long = (length: number): bigint => {
    let value = 0n;
    for (let byte = 0; byte < length; byte++) value |= BigInt(uint8()) << BigInt(8 * byte);
    return BigInt.asIntN(8 * length, value);
  };
  const reduce = () => {
    const [made, args] = popMany(2);
    const make = made instanceof Global && Object.hasOwn(globals, made.name) ? globals[made.name] : undefined;
    return make && Array.isArray(args) ? make(args) : refuse('a call');
  };

  for (;;) {
    const code = uint8();
    if (code === op.stop) return { value: pop(), end: at };
    else if (code === op.proto) skip(1);
    else if (code === op.mark) stack.push(MARK);
    else if (code === op.none) stack.push(null);
    else if (code === op.newTrue || code === op.newFalse) stack.push(code === op.newTrue);
    else if (code === op.int) stack.push(view.getInt32(skip(4), true));
    else if (code === op.int1) stack.push(uint8());
    else if (code === op.int2) stack.push(view.getUint16(skip(2), true));
    else if (code === op.long1) stack.push(long(uint8()));
    else if (code === op.unicode) stack.push(text(uint32()));
    else if (code === op.global) stack.push(known(`${line()} ${line()}`, globals));
    else if (code === op.persistentId) stack.push(persistent(pop()));
    else if (code === op.emptyTuple || code === op.emptyList) stack.push([]);
    else if (code === op.tuple) stack.push(popToMark());
    else if (code === op.tuple1) stack.push(popMany(1));
    else if (code === op.tuple2) stack.push(popMany(2));
    else if (code === op.tuple3) stack.push(popMany(3));
    else if (code === op.append) appendTo(popMany(1));
    else if (code === op.appends) appendTo(popToMark());
    else if (code === op.emptyDict) stack.push(new Map());
    else if (code === op.setItem) setItems(popMany(2));
    else if (code === op.setItems) setItems(popToMark());
    else if (code === op.put) memo.set(uint8(), stack.at(-1));
    else if (code === op.longPut) memo.set(uint32(), stack.at(-1));
    else if (code === op.get) stack.push(recall(uint8()));
    else if (code === op.longGet) stack.push(recall(uint32()));
    else if (code === op.reduce) stack.push(reduce());
    else if (code === op.build)
      pop(); // an object's attributes: state dictionaries keep version numbers there
    else refuse(`opcode 0x${code.toString(16)}`);
  }

  function appendTo(items: readonly unknown[]): void {
    top(Array<unknown>).push(...items);
  }
}

function known(name: string, globals: PickleGlobals): Global {
  return Object.hasOwn(globals, name) ? new Global(name) : refuse(`"${name}"`);
}

function refuse(what: string): never {
  throw new AppError('BAD_FILE', `The pickle holds ${what}, which Tessera does not read.`);
}

function damaged(reason: string): AppError {
  return new AppError('BAD_FILE', `The pickle is damaged: ${reason}.`);
}
