/** A few checkpoints kept loaded: the least recently used make room for new ones. */
export interface ModelCache<Model> {
  /** Loads the checkpoint if need be and lends it to `work`: it is not disposed of before `work` has settled. */
  use<T>(runDirectory: string, step: number, work: (model: Model) => T | Promise<T>): Promise<T>;
  /** Frees every model that nobody uses, and the others once they are given back. */
  dispose(): void;
}

export interface ModelCacheOptions<Model> {
  load(runDirectory: string, step: number): Promise<Model>;
  /** Bytes of a model's weights. */
  bytesOf(model: Model): number;
  /** Models kept at most. */
  models?: number;
  /** Bytes of weights kept at most; one model is kept however large it is. */
  bytes?: number;
}

interface Entry<Model> {
  model: Promise<Model>;
  bytes: number;
  users: number;
}

const MEBIBYTE = 1024 * 1024;

export function createModelCache<Model extends { dispose(): void }>({
  load,
  bytesOf,
  models = 4,
  bytes = 512 * MEBIBYTE,
}: ModelCacheOptions<Model>): ModelCache<Model> {
  /** In the order of their last use, the newest last. */
  const entries = new Map<string, Entry<Model>>();
  let closed = false;

  const free = (key: string, entry: Entry<Model>): void => {
    entries.delete(key);
    void entry.model.then((model) => model.dispose());
  };
  const makeRoom = (): void => {
    const idle = [...entries].filter(([, entry]) => entry.users === 0);
    for (const [key, entry] of idle) {
      const held = [...entries.values()].reduce((sum, one) => sum + one.bytes, 0);
      const tooMany = entries.size > models || (held > bytes && entries.size > 1);
      if (closed || tooMany) free(key, entry);
    }
  };
  const open = (key: string, runDirectory: string, step: number): Entry<Model> => {
    const entry: Entry<Model> = { model: load(runDirectory, step), bytes: 0, users: 0 };
    entry.model.then(
      (model) => (entry.bytes = bytesOf(model)),
      () => entries.get(key) === entry && entries.delete(key), // the next request tries again
    );
    return entry;
  };

  return {
    async use(runDirectory, step, work) {
      const key = `${runDirectory}\n${step}`;
      const entry = entries.get(key) ?? open(key, runDirectory, step);
      entries.delete(key);
      entries.set(key, entry);
      entry.users += 1;
      try {
        return await work(await entry.model);
      } finally {
        entry.users -= 1;
        makeRoom();
      }
    },
    dispose() {
      closed = true;
      makeRoom();
    },
  };
}

/** Bytes of variables of four bytes per value. */
export function weightBytes({
  weights,
}: {
  readonly weights: readonly { readonly shape: readonly number[] }[];
}): number {
  return weights.reduce((sum, { shape }) => sum + 4 * shape.reduce((product, side) => product * side, 1), 0);
}
