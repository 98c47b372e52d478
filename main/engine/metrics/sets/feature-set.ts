/** Features of a set of items: `count × size` numbers, item by item. */
export interface FeatureSet {
  readonly count: number;
  readonly size: number;
  readonly values: Float32Array;
}

/** Lets other work of the process have its turn, between pieces of a long computation. */
export type Pause = () => Promise<void>;
