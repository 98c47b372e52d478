import { readFileSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { type ItemArray, type PreviewIndex, bytesIn, previewIndexSchema, runFolder } from '@shared/specs';
import type { ItemIndex } from '../media/pack';
import { makeFolder, replaceFile } from '../../files';

/** Items shown as they are learnt. */
export const PREVIEWS = 16;

/** What a run shows of itself over its steps. */
export interface Previews {
  /** Which items and their signal; of a prior, which shows samples, no items. */
  readonly index: PreviewIndex;
  /** The items; null where there are none. */
  originals(): ItemArray | null;
  /** Reconstructions or samples by the present weights, or by their averages where these are kept. */
  now(): Promise<ItemArray>;
}

/**
 * Which items to show over a run: held-out ones, taken from the classes in turn, evenly over each class; training items
 * where nothing is held out.
 */
export function choosePreviewItems({ splits, labels }: ItemIndex, count = PREVIEWS): number[] {
  const from = splits.test.length > 0 ? splits.test : splits.train;
  const wanted = Math.min(count, from.length);
  const classes = new Map<number, number[]>();
  for (const item of from) {
    const label = labels[item] ?? -1;
    const members = classes.get(label);
    if (members) members.push(item);
    else classes.set(label, [item]);
  }
  const groups = [...classes].sort(([a], [b]) => a - b).map(([, members]) => members);
  const turns = Math.ceil(wanted / groups.length);
  const chosen: number[] = [];
  for (let turn = 0; chosen.length < wanted; turn++) {
    for (const members of groups) {
      const place = turn < turns ? Math.floor((turn * members.length) / turns) : -1;
      const item = place >= 0 ? members[place] : members.find((one) => !chosen.includes(one));
      if (item !== undefined && chosen.length < wanted && !chosen.includes(item)) chosen.push(item);
    }
  }
  return chosen;
}

/** Writes the originals, or, of a run that goes on, keeps them; previews after `step` are removed. */
export function preparePreviews(runDirectory: string, previews: Previews, step: number): void {
  for (const folder of [runFolder.previews, runFolder.usage]) {
    makeFolder(path.join(runDirectory, folder));
    removeAfter(path.join(runDirectory, folder), step);
  }
  if (readIndex(runDirectory)) return;
  const originals = previews.originals();
  if (originals)
    replaceFile(path.join(runDirectory, runFolder.previewOriginals(previews.index.signal)), bytesIn(originals));
  replaceFile(path.join(runDirectory, runFolder.previewIndex), `${JSON.stringify(previews.index)}\n`);
}

function readIndex(runDirectory: string): PreviewIndex | undefined {
  try {
    return previewIndexSchema.parse(JSON.parse(readFileSync(path.join(runDirectory, runFolder.previewIndex), 'utf8')));
  } catch {
    return undefined;
  }
}

function removeAfter(folder: string, step: number): void {
  for (const name of readdirSync(folder)) {
    const [, of] = /^(\d+)\.(u8|f32|u32)$/.exec(name) ?? [];
    if (of !== undefined && Number(of) > step) rmSync(path.join(folder, name));
  }
}
