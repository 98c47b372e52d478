import type { Signal } from '@shared/specs';
import type { Program } from '../../tensorflow/graph';
import type { Tensor } from '../../tensorflow/native/load';

/** A measure of each reconstruction beside its original: both stored values as float32, [N, ...shape] → [N]. */
export type PerItem = (reconstruction: Tensor, original: Tensor) => Tensor;

/** What a medium's items are to evaluations. Only processes that load TensorFlow import it. */
export interface MediumTensors<S extends Signal = Signal> {
  /** What every evaluation measures, by the metric's name. `finish`, if given, turns each item's number into the measure. */
  readonly measures: Readonly<Record<string, { perItem: PerItem; finish?(found: number): number }>>;
  /** The measures that only a thorough evaluation takes, which are added to a program when one is first wanted. */
  thorough(program: Program, signal: S): Readonly<Record<string, PerItem>>;
  /** What sets of items are compared by; null where nothing is known for the medium. */
  readonly features: MediumFeatures | null;
}

/** Features of items, by a network that looks at them. */
export interface MediumFeatures {
  /** Features of an item. */
  readonly size: number;
  /** Tells one network from another. */
  identity(): string;
  /** Whether the network is on this computer; `define` throws SETUP_FAILED where it isn't. */
  isSetUp(): boolean;
  /** Adds the network to a program: items in the models' range [N, ...shape] → [N, size]. */
  define(program: Program): (items: Tensor) => Tensor;
}
