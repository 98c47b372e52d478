import type { AppError } from '@shared/errors';
import type { ImportOptions, Split } from '@shared/specs/dataset';
import type { Preprocessing } from '@shared/specs/run';
import type { ItemArray, ItemFacts, Signal } from '@shared/specs/media';
import type { ImportLimits } from '../limits';
import type { ItemStatistics } from '../pack/statistics';
import type { SourceFile } from '../sources';

/** A medium's items as files and in a pack: without TensorFlow, for the process that imports. */
export interface MediumFiles<S extends Signal = Signal> {
  /** Reads the medium's items out of what a person gave, for one import. */
  reader(options: ImportOptions, limits: ImportLimits, signal: AbortSignal): ItemReader<S>;
  /** Smaller items of the medium to show in place of these; null where these are small enough themselves. */
  thumbnails(signal: S): { signal: S; shrink(item: ItemArray): ItemArray } | null;
  /**
   * A file that a person opened or dropped, brought to `signal` as the import of a dataset did. Throws BAD_FILE or LIMIT with a sentence that names the
   * file.
   */
  open(name: string, bytes: Uint8Array, signal: S, preprocessing: Preprocessing): Promise<ItemArray>;
  /** An item as a file that other programs open; `recipe` is kept in it. */
  save(signal: S, item: ItemArray, recipe?: object): Promise<Uint8Array>;
  /** The ending of such files, `png`. */
  readonly ending: string;
}

/**
 * What an import asks of a medium. It walks its sources twice: `look` sees each source on the first walk, `choose` says
 * what all items become, and a `Conversion` makes them on the second. `Content` is what an item is made from: bytes still
 * to be decoded, or values out of a collection.
 */
export interface ItemReader<S extends Signal = Signal, Content = unknown, C extends Collection = Collection> {
  look(source: { sequential: boolean }): SourceLook<C>;
  /** The signal of all items, once every source has been looked at, and sentences for the report that say why. */
  choose(collections: readonly C[]): { signal: S; notes: string[] };
  /** Why a file becomes no item, or null for one to make items of. */
  reasonToSkip(file: SourceFile): Promise<string | null>;
  /** What the items of a file are made from: one, or one for each of its frames. `name` is what sentences call it. */
  contents(file: SourceFile, name: string, load: () => Promise<Uint8Array>): AsyncGenerator<Content>;
  /** The same for a file that is a collection, with the name of each item's class, or null. */
  collected(collection: C, file: SourceFile): AsyncGenerator<{ content: Content; label: string | null }>;
  convert(signal: S): Conversion<S, Content>;
  /** What to say where there is nothing to import, or nothing to train on; `example` names a file that was skipped. */
  nothing(of: 'all' | 'train', example: string): AppError;
}

/** A source on the first walk. */
export interface SourceLook<C extends Collection = Collection> {
  /** Whether a file is of this medium, by its ending, else by its first bytes. Remembers one that is a collection. */
  recognise(file: SourceFile): Promise<boolean>;
  /** Items that a file of this medium becomes. */
  count(file: SourceFile): Promise<number>;
  /** Looks into a file for what `choose` has to know. */
  sample(file: SourceFile): Promise<void>;
  finish(): Collected<C>;
}

/** Many items inside one file. */
export interface Collection {
  /** What its items are named after: `train-images-idx3-ubyte#17`. */
  name: string;
  /** Items it says it holds. */
  count: number;
  /** The split its name speaks of, or null. */
  split: Split | null;
  /** Names of all classes its items may have, in their own order. */
  classes(): string[];
}

/** What was found among the files of one source, by path. */
export interface Collected<C extends Collection = Collection> {
  collections: Map<string, C[]>;
  /** Files that belong to a collection: labels, names of classes. */
  companions: Set<string>;
  /** Files that should have been a collection, and why they are none. */
  refused: Map<string, string>;
  notes: string[];
}

/** Makes items of one signal. */
export interface Conversion<S extends Signal = Signal, Content = unknown> {
  /** Items made from a content: a file that can't be read is a result, not an error. May run several times at once. */
  convert(name: string, content: Content): Promise<Converted<S>[]>;
  /** Takes note of an item that goes into the pack, in the order of the pack. */
  enter(item: ConvertedItem, file: string): void;
  /** Sentences for the report, given the statistics of each split. */
  notes(statistics: Readonly<Record<Split, ItemStatistics>>): string[];
}

/** An item ready for the pack. */
export interface ConvertedItem {
  name: string;
  /** [...shape] of the signal. */
  data: ItemArray;
  facts: ItemFacts;
  /** Whatever its conversion wants to know when the item is entered. */
  seen?: unknown;
}

/** An item; why there is none; or another signal that all items need, with a sentence that says why. */
export type Converted<S extends Signal = Signal> =
  ConvertedItem | { name: string; skipped: string } | { instead: S; note: string };
