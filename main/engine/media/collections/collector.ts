import { AppError } from '@shared/errors';
import type { ImportLimits } from '../limits';
import { endingOf, folderOf, type SourceFile } from '../sources';
import { cifarCollection, cifarRole, parseCifarNames } from './cifar';
import type { Collection } from './collection';
import { examineIdx, idxCollection, type IdxHeader } from './idx';
import type { ChosenRange } from '../value-range';
import { npzCollections } from './npz-pictures';

/** What was found among the files of one source, by path. */
export interface Collected {
  collections: Map<string, Collection[]>;
  /** Label and class-name files that belong to a collection. */
  companions: Set<string>;
  /** Files that should have been a collection, and why they are none. */
  refused: Map<string, string>;
  notes: string[];
}

export interface Collector {
  /** Looks at a file that is no picture by its ending; true when it belongs to a collection (or fails to). */
  examine(file: SourceFile, head: Uint8Array): Promise<boolean>;
  /** Pairs pictures with labels, once all files of the source were examined. */
  finish(): Collected;
}

/** Gathers the collections of one source while it is walked for the first time. */
export function createCollector(limits: ImportLimits, range: ChosenRange, signal: AbortSignal): Collector {
  const found: Collected = { collections: new Map(), companions: new Set(), refused: new Map(), notes: [] };
  const idxPictures = new Map<string, { path: string; header: IdxHeader }[]>();
  const idxLabels = new Map<string, { path: string; labels: Uint8Array }>();
  const cifarNames = new Map<string, string[]>();

  const belongs = async (file: SourceFile, head: Uint8Array): Promise<boolean> => {
    const { path } = file;
    const role = cifarRole(path);
    if (role === 'batch') {
      found.collections.set(path, [await cifarCollection(file, (folder) => cifarNames.get(folder))]);
      return true;
    }
    if (role !== null) {
      found.companions.add(path);
      if (role === 'names') cifarNames.set(folderOf(path), parseCifarNames(await file.read()));
      return true;
    }
    if (endingOf(path) === 'npz') {
      found.collections.set(path, await npzCollections(file, limits, range, signal, found.notes));
      return true;
    }
    const idx = await examineIdx(file, head, limits);
    if (idx?.kind === 'labels') idxLabels.set(idx.pair, { path, labels: idx.labels });
    if (idx?.kind === 'pictures')
      idxPictures.set(idx.pair, [...(idxPictures.get(idx.pair) ?? []), { path, header: idx.header }]);
    return idx !== null;
  };

  const pairIdx = (): void => {
    for (const [pair, pictures] of idxPictures) {
      const labels = idxLabels.get(pair);
      for (const { path, header } of pictures) {
        found.collections.set(path, [idxCollection(path, header, labels?.labels ?? null, limits)]);
        if (labels === undefined) found.notes.push(`${path} came without a file of labels.`);
        else if (labels.labels.length !== header.dimensions[0]) {
          found.notes.push(
            `${path} holds ${header.dimensions[0]} pictures, but ${labels.path} ${labels.labels.length} labels.`,
          );
        }
      }
    }
    for (const [pair, { path }] of idxLabels) {
      if (idxPictures.has(pair)) found.companions.add(path);
      else found.refused.set(path, 'it holds labels, but the pictures they belong to are missing');
    }
  };

  return {
    async examine(file, head) {
      try {
        return await belongs(file, head);
      } catch (thrown) {
        if (!(thrown instanceof AppError)) throw thrown;
        found.refused.set(file.path, thrown.message);
        return true;
      }
    },
    finish() {
      pairIdx();
      return found;
    },
  };
}
