import { computed, shallowRef, watch, type ShallowRef } from 'vue';
import type { Items, ProgressReport } from '@shared/contract';
import { asAppError, type AppError } from '@shared/errors';
import type { Edit } from './edits';
import type { History } from './history';
import type { Table } from './laid-table';

/** What pictures are offered as: the selection resampled, the canvas extended, or the whole picture varied. */
export type OfferKind = 'selection' | 'extension' | 'variation';

/** Pictures to choose from, each an edit of what is on the table. */
export interface Offer {
  readonly kind: OfferKind;
  readonly pictures: Items;
  /** Whether what is on the table can still become one of them. */
  fits(history: History): boolean;
  /** The edit that makes the table's picture the one of a number; null where nothing would change. */
  editTo(number: number, history: History): Edit | null;
}

/** How a request tells how far it is, and hears that it is no longer wanted. */
export interface AskOptions {
  signal: AbortSignal;
  onProgress(report: ProgressReport): void;
}

/** Pictures offered for the one on the table: one set at a time, of which one after the other can be tried. */
export function useOffers(
  table: ShallowRef<Table | null>,
  history: ShallowRef<History>,
  edit: (change: Edit | null) => boolean,
) {
  const made = shallowRef<Offer | null>(null);
  const offer = computed(() => (made.value?.fits(history.value) ? made.value : null));
  const taken = shallowRef<number | null>(null);
  const asking = shallowRef<OfferKind | null>(null);
  const progress = shallowRef<ProgressReport | null>(null);
  const failure = shallowRef<{ kind: OfferKind; error: AppError } | null>(null);
  let controller: AbortController | null = null;

  /** Asks for pictures, unless others are being asked for; what comes after another picture was laid down is dropped. */
  async function ask(kind: OfferKind, work: (options: AskOptions) => Promise<Omit<Offer, 'kind'>>): Promise<void> {
    const of = table.value;
    if (!of || asking.value !== null) return;
    controller = new AbortController();
    asking.value = kind;
    progress.value = null;
    failure.value = null;
    try {
      const found = await work({ signal: controller.signal, onProgress: (report) => (progress.value = report) });
      if (table.value !== of) return;
      made.value = { kind, ...found };
      taken.value = null;
    } catch (thrown) {
      const error = asAppError(thrown);
      if (error.code !== 'CANCELLED' && table.value === of) failure.value = { kind, error };
    } finally {
      asking.value = null;
    }
  }

  function take(number: number): void {
    if (!offer.value) return;
    edit(offer.value.editTo(number, history.value));
    taken.value = number;
  }

  const drop = (): void => void (made.value = null);
  watch(table, () => {
    controller?.abort();
    drop();
    failure.value = null;
  });

  return {
    ask,
    state: {
      offer,
      /** The number of the one that was taken last. */
      taken,
      /** What is being asked for. */
      asking,
      askingProgress: progress,
      offerFailure: failure,
      canAsk: computed(() => table.value !== null && asking.value === null),
      takeOffer: take,
      dropOffer: drop,
      cancelAsking: () => controller?.abort(),
    },
  };
}

/** Row `number` of rows of equal length, one for each of `count`. */
export function rowOf<V extends Int32Array | Float32Array>(rows: V, number: number, count: number): V {
  const size = rows.length / count;
  return rows.slice(number * size, (number + 1) * size) as V;
}
