import { AppError } from '@shared/errors';
import { type CodeLevel, type CodesLatent, type Signal, gridOf, latentSize } from '@shared/specs';
import { ByteReader, ByteWriter } from './bytes';
import { type CoderName, coders } from './coders';
import { damaged } from './damaged';
import { type CodingLimits, defaultCodingLimits } from './limits';

/** Identifies the weights that something was made with. */
export interface WeightsIdentity {
  run: string;
  step: number;
  /** SHA-256, 64 hexadecimal digits. */
  weightsHash: string;
}

/** Identifies the model that a file was coded with, and what affects the last bits of its logits. */
export interface PriorIdentity extends WeightsIdentity {
  /** Number of sequences in lockstep. */
  lanes: number;
  /** Facts about the engine by name, e.g. `tensorflow`: 2.21.0, `threads`: 1, `onednn`: off, `cpu`: avx2 fma. */
  engine: Readonly<Record<string, string>>;
  /** The probe that `encodeWithModel` returned. */
  probe: number;
  /** The class that each item was conditioned on, null for an item without one; null if the model is unconditional. */
  labels: readonly (number | null)[] | null;
}

export type TsrCoder = CoderName | 'prior';

/** What a `.tsr` file states before its codes. */
export interface TsrHeader {
  coder: TsrCoder;
  /** The version of Tessera that wrote it. */
  tessera: string;
  /** The items' signal. */
  signal: Signal;
  latent: CodesLatent;
  items: number;
  /** One name per item, or none at all. */
  names: readonly string[] | null;
  /** The autoencoder whose decoder reconstructs the items. */
  autoencoder: WeightsIdentity;
  /** Present if `coder` is `prior`. */
  prior: PriorIdentity | null;
  /** CRC-32 of the codes [items, latentSize], each in 32 bits, little-endian. */
  codesCrc: number;
}

/** A coder's number in a file is its place here: only ever append. */
const coderNumbers: readonly TsrCoder[] = ['packed', 'huffman', 'static', 'adaptive', 'prior'];
const HASH = /^[0-9a-f]{64}$/;

/** @throws LIMIT naming what doesn't fit in a file */
export function writeHeader(header: TsrHeader): Uint8Array<ArrayBuffer> {
  requireWithin(header);
  const { signal, latent, names, prior } = header;
  const writer = new ByteWriter();
  writer.byte(coderNumbers.indexOf(header.coder));
  writer.text(header.tessera);
  writer.whole(signal.height);
  writer.whole(signal.width);
  writer.byte(signal.channels);
  writer.whole(latent.levels.length);
  for (const { axes, depth, codes, dimension } of latent.levels) {
    const { height, width } = gridOf({ axes });
    for (const value of [height, width, depth, codes, dimension]) writer.whole(value);
  }
  writer.whole(header.items);
  writer.byte(names ? 1 : 0);
  for (const name of names ?? []) writer.text(name);
  writeWeights(writer, header.autoencoder);
  writer.uint32(header.codesCrc);
  if (prior) writePrior(writer, prior);
  return writer.finish();
}

function writeWeights(writer: ByteWriter, { run, step, weightsHash }: WeightsIdentity): void {
  if (!HASH.test(weightsHash)) throw new AppError('INTERNAL', `“${weightsHash}” is not a SHA-256.`);
  writer.text(run);
  writer.whole(step);
  writer.raw(Buffer.from(weightsHash, 'hex'));
}

function writePrior(writer: ByteWriter, prior: PriorIdentity): void {
  writeWeights(writer, prior);
  writer.whole(prior.lanes);
  const facts = Object.entries(prior.engine).sort(([a], [b]) => (a < b ? -1 : 1));
  writer.whole(facts.length);
  for (const text of facts.flat()) writer.text(text);
  writer.uint32(prior.probe);
  writeLabels(writer, prior.labels);
}

/** How a file stores classes: not at all; one per item; or one plus the class per item, with 0 for none. */
const [UNTOLD, TOLD, TOLD_SOME] = [0, 1, 2];

function writeLabels(writer: ByteWriter, labels: PriorIdentity['labels']): void {
  const form = labels === null ? UNTOLD : labels.includes(null) ? TOLD_SOME : TOLD;
  writer.byte(form);
  for (const label of labels ?? []) writer.whole(label === null ? 0 : form === TOLD_SOME ? label + 1 : label);
}

function readLabels(reader: ByteReader, items: number, { alphabet }: CodingLimits): PriorIdentity['labels'] {
  const form = reader.byte('whether items have classes', { to: TOLD_SOME });
  if (form === UNTOLD) return null;
  const most = form === TOLD_SOME ? alphabet + 1 : alphabet;
  const labels = times(items, (item) => {
    const value = reader.whole(`the class of item ${item + 1}`, { to: most });
    if (form === TOLD) return value;
    return value === 0 ? null : value - 1;
  });
  if (form === TOLD_SOME && !labels.includes(null))
    throw damaged('it says that an item has no class, and each has one');
  return labels;
}

/**
 * Reads what `writeHeader` wrote. Every number is checked against `limits` before anything of its size is allocated.
 * @throws BAD_FILE naming the field and its byte
 */
export function readHeader(bytes: Uint8Array, limits: CodingLimits = defaultCodingLimits): TsrHeader {
  const reader = new ByteReader(bytes, 'its header');
  const coder = coderNumbers[reader.byte('the coder', { to: coderNumbers.length - 1 })]!;
  const tessera = reader.text('the version of Tessera', limits.nameBytes);
  const signal = readSignal(reader, limits);
  const latent = readLatent(reader, limits);
  const mostItems = Math.min(limits.items, Math.floor(limits.codes / latentSize(latent)));
  const items = reader.whole('the number of items', { to: mostItems });
  const named = reader.byte('whether items have names', { to: 1 }) === 1;
  const names = named ? times(items, (item) => reader.text(`the name of item ${item + 1}`, limits.nameBytes)) : null;
  const autoencoder = readWeights(reader, 'the autoencoder', limits);
  const codesCrc = reader.uint32('the CRC of the codes');
  const prior = coder === 'prior' ? readPrior(reader, items, limits) : null;
  reader.end();
  return { coder, tessera, signal, latent, items, names, autoencoder, prior, codesCrc };
}

function readSignal(reader: ByteReader, { side }: CodingLimits): Signal {
  const height = reader.whole('the pictures’ height', { from: 1, to: side });
  const width = reader.whole('the pictures’ width', { from: 1, to: side });
  const channels = reader.byte('the pictures’ channels');
  if (channels !== 1 && channels !== 3) throw damaged(`its pictures have ${channels} channels, not 1 or 3`);
  return { kind: 'picture', height, width, channels };
}

function readLatent(reader: ByteReader, limits: CodingLimits): CodesLatent {
  const count = reader.whole('the number of grids', { from: 1, to: limits.levels });
  let symbols = 0;
  const levels = times(count, (index): CodeLevel => {
    const field = (name: string, to: number) => reader.whole(`the ${name} of grid ${index + 1}`, { from: 1, to });
    const height = field('height', limits.side);
    const width = field('width', limits.side);
    const depth = field('depth', limits.depth);
    const codes = field('number of codes', limits.alphabet);
    symbols += depth * codes;
    if (symbols > limits.symbols) throw damaged(`its codebooks have more than ${limits.symbols} codes together`);
    return { axes: [height, width], depth, codes, dimension: field('dimension', limits.side) };
  });
  const latent: CodesLatent = { kind: 'codes', levels };
  if (latentSize(latent) > limits.codes) throw damaged(`its grids have more than ${limits.codes} codes per item`);
  return latent;
}

function readWeights(reader: ByteReader, of: string, { nameBytes }: CodingLimits): WeightsIdentity {
  return {
    run: reader.text(`the run of ${of}`, nameBytes),
    step: reader.whole(`the step of ${of}`, { to: Number.MAX_SAFE_INTEGER }),
    weightsHash: Buffer.from(reader.raw(`the hash of ${of}`, 32)).toString('hex'),
  };
}

function readPrior(reader: ByteReader, items: number, limits: CodingLimits): PriorIdentity {
  const weights = readWeights(reader, 'the prior', limits);
  const lanes = reader.whole('the number of lanes', { from: 1, to: limits.lanes });
  const facts = reader.whole('the number of facts about the engine', { to: limits.facts });
  const text = (what: string) => reader.text(what, limits.nameBytes);
  const engine = Object.fromEntries(
    times(facts, () => [text('a fact’s name'), text('a fact about the engine')] as const),
  );
  const probe = reader.uint32('the probe of the frequencies');
  return { ...weights, lanes, engine, probe, labels: readLabels(reader, items, limits) };
}

/** Grows with what was read, so that a number alone never causes a large allocation. */
function times<T>(count: number, make: (index: number) => T): T[] {
  const made: T[] = [];
  for (let index = 0; index < count; index++) made.push(make(index));
  return made;
}

/** Refuses to write what would be refused on reading. */
function requireWithin({ coder, items, names, latent, signal, prior, autoencoder, tessera }: TsrHeader): void {
  const limits = defaultCodingLimits;
  if (!coderNumbers.includes(coder) || (coder === 'prior') !== (prior !== null))
    throw new AppError('INTERNAL', `A file of coder “${coder}” ${prior ? 'has no' : 'needs a'} prior.`);
  for (const list of [names, prior?.labels])
    if (list && list.length !== items)
      throw new AppError('INTERNAL', `${items} items have ${list.length} names or classes.`);
  const most = (what: string, value: number, limit: number) => {
    if (value > limit) throw new AppError('LIMIT', `A compressed file holds at most ${limit} ${what}, not ${value}.`);
  };
  most('items', items, limits.items);
  most('codes', items * latentSize(latent), limits.codes);
  most('grids', latent.levels.length, limits.levels);
  most('pixels a side', Math.max(signal.height, signal.width), limits.side);
  for (const { axes, depth, codes, dimension } of latent.levels) {
    most('places per side and numbers per code', Math.max(...axes, dimension), limits.side);
    most('codes per place', depth, limits.depth);
    most('codes in a codebook', codes, limits.alphabet);
  }
  most(
    'codes in all codebooks',
    latent.levels.reduce((sum, { depth, codes }) => sum + depth * codes, 0),
    limits.symbols,
  );
  most('lanes', prior?.lanes ?? 0, limits.lanes);
  most('facts about an engine', Object.keys(prior?.engine ?? {}).length, limits.facts);
  for (const label of prior?.labels ?? []) most('classes', label ?? 0, limits.alphabet);
  const texts = [
    tessera,
    autoencoder.run,
    ...(names ?? []),
    prior?.run ?? '',
    ...Object.entries(prior?.engine ?? {}).flat(),
  ];
  for (const text of texts) most(`bytes in a name (“${text.slice(0, 40)}”)`, Buffer.byteLength(text), limits.nameBytes);
}

/** Tells whether `name` is a coder that needs no model. */
export function isCoderName(name: TsrCoder): name is CoderName {
  return name in coders;
}
