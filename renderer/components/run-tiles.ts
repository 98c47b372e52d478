import { shallowReactive } from 'vue';
import type { Items } from '@shared/contract';
import type { useConnection } from '@/stores/connection';

/** One of several pictures. */
export interface Tile {
  pictures: Items;
  index: number;
}

const KEPT = 24;
const tiles = shallowReactive(new Map<string, Tile | null>());

/** The picture whose values vary most: a flat one says nothing at the size of a thumbnail. */
export function liveliest({ count, data }: Pick<Items, 'count' | 'data'>): number {
  const size = data.length / Math.max(1, count);
  let [best, most] = [0, -1];
  for (let index = 0; index < count; index++) {
    const values = data.subarray(index * size, (index + 1) * size);
    const mean = values.reduce((sum, value) => sum + value, 0) / size;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / size;
    if (variance > most) [best, most] = [index, variance];
  }
  return best;
}

/** The newest reconstruction in a run's folder of previews: asked for once for each step; null until it is there, or where there is none. */
export function runTile(connection: ReturnType<typeof useConnection>, run: string, step: number): Tile | null {
  const key = `${run} ${step}`;
  const known = tiles.get(key);
  if (known !== undefined) return known;
  if (tiles.size >= KEPT) tiles.delete(tiles.keys().next().value!);
  tiles.set(key, null);
  void fetchTile(connection, run).then(
    (tile) => tiles.set(key, tile),
    () => tiles.delete(key), // asked for again by whoever needs it next
  );
  return null;
}

async function fetchTile(connection: ReturnType<typeof useConnection>, run: string): Promise<Tile | null> {
  const { steps } = await connection.request('runs.previews', { run });
  const newest = steps.at(-1);
  if (newest === undefined) return null;
  const pictures = await connection.request('runs.preview', { run, step: newest });
  return pictures.count > 0 ? { pictures, index: liveliest(pictures) } : null;
}
