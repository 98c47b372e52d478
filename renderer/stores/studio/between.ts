import { computed, reactive, ref, shallowRef, watch, type ShallowRef } from 'vue';
import type { Interpolation, Items, PictureSource } from '@shared/contract';
import { asAppError, type AppError } from '@shared/errors';
import { latestOnly } from '@/components/latest';
import { useConnection } from '@/stores/connection';
import { become, type Edit } from './edits';
import type { Numbers } from './numbers';
import type { History } from './history';
import { rowOf } from './offers';
import { latentOf, numbersOf, reference } from './table';
import type { Table } from './laid-table';

export type Way = Interpolation['by'];
export type SwapOrder = Interpolation['order'];

/** Ways between two pictures, by the kind of their latent. */
export const ways = { codes: ['swap', 'blend', 'nearest'], vector: ['straight', 'sphere'] } as const;
export const swapOrders = ['random', 'patches', 'rows', 'wipe', 'centre'] as const satisfies readonly SwapOrder[];

/** A second picture. */
interface Other {
  name: string;
  picture: Items;
  values: Numbers;
}

/** Frames from one picture to the other. */
export interface Strip {
  pictures: Items;
  /** The frames' latents one after the other. */
  rows: Numbers;
}

/** A strip as it is asked for. */
interface Asked {
  of: Table;
  start: Numbers;
  to: Other;
  how: Omit<Interpolation, 'from' | 'to'>;
}

/** The pictures between the one on the table and a second one. */
export function useBetween(
  table: ShallowRef<Table | null>,
  history: ShallowRef<History>,
  edit: (change: Edit | null) => boolean,
) {
  const connection = useConnection();
  const other = shallowRef<Other | null>(null);
  const strip = shallowRef<Strip | null>(null);
  const error = shallowRef<AppError | null>(null);
  const frame = ref(0);
  const settings = reactive<{ codes: Way; vector: Way; order: SwapOrder; seed: number; frames: number }>({
    codes: 'swap',
    vector: 'straight',
    order: 'random',
    seed: 1,
    frames: 9,
  });
  const kind = computed(() => table.value?.model.latent.kind ?? 'codes');
  const way = computed<Way>({
    get: () => settings[kind.value],
    set: (chosen) => (settings[kind.value] = chosen),
  });
  /** The frames go on from here: what was on the table before one of them was taken. */
  let from: Numbers | null = null;

  /** The strip being fetched, and the GIF being written: neither is wanted once the second picture is another. */
  let fetched: { by: Way; aborter: AbortController } | null = null;
  let written: AbortController | null = null;
  const cancel = (): void => {
    fetched?.aborter.abort();
    written?.abort();
  };

  const fetching = latestOnly<Asked>(async ({ of, start, to, how }) => {
    if (table.value !== of || other.value !== to) return;
    const { signal } = (fetched = { by: how.by, aborter: new AbortController() }).aborter;
    try {
      const ends = { from: latentOf(start), to: latentOf(to.values) };
      const request = { ...reference(of.model), ...ends, ...how };
      const { pictures, latents } = await connection.request('studio.interpolate', request, { signal });
      if (table.value !== of || other.value !== to) return;
      strip.value = { pictures, rows: numbersOf(latents) };
      frame.value = Math.min(frame.value, pictures.count - 1);
      error.value = null;
    } catch (thrown) {
      if (table.value === of && other.value === to && !signal.aborted) error.value = asAppError(thrown);
    }
  });

  function refresh(): void {
    const [of, to] = [table.value, other.value];
    if (!of || !to || from?.length !== to.values.length) return;
    const { order, seed, frames } = settings;
    // another way may have taken long; the same one is let end, so that a slider that moves shows something
    if (fetched && fetched.by !== way.value) fetched.aborter.abort();
    fetching.push({ of, to, start: from, how: { by: way.value, order, seed, frames } });
  }

  /** Encodes a second picture with the model on the table. */
  async function goTo(source: PictureSource): Promise<void> {
    const of = table.value;
    if (!of) return;
    error.value = null;
    try {
      const answer = await connection.request('studio.encode', { ...reference(of.model), picture: source });
      if (table.value !== of) return;
      cancel();
      from = history.value.values;
      // the ends are known already
      frame.value = Math.floor(settings.frames / 2);
      strip.value = null;
      other.value = { name: answer.name, picture: answer.original, values: numbersOf(answer.latent) };
      refresh();
    } catch (thrown) {
      if (table.value === of) error.value = asAppError(thrown);
    }
  }

  /** Puts a frame on the table, as an edit. */
  function take(number: number): void {
    const shown = strip.value;
    if (!shown || history.value.frame) return;
    edit(become(history.value.values, rowOf(shown.rows, number, shown.pictures.count)));
  }

  function leave(): void {
    cancel();
    other.value = null;
    strip.value = null;
    error.value = null;
    from = null;
  }

  watch(settings, refresh);
  watch(table, leave);
  // what is painted is where the frames begin; a frame that was taken isn't
  watch(history, ({ values, frame: larger }) => {
    const shown = strip.value;
    if (!other.value || larger) return;
    const isFrame = shown && framesOf(shown).some((row) => isEqual(row, values));
    if (isFrame || (from && isEqual(from, values))) return;
    from = values;
    refresh();
  });

  return {
    /** The second picture. */
    other,
    strip,
    betweenError: error,
    betweenFrame: frame,
    betweenSettings: settings,
    way,
    ways: computed<readonly Way[]>(() => ways[kind.value]),
    /** A second picture has the model's own size: so must be what it is put beside. */
    canGoBetween: computed(() => table.value !== null && history.value.frame === null),
    goTo,
    takeFrame: take,
    leaveBetween: leave,
    swapSeed: () => (settings.seed = (settings.seed % 9999) + 1),
    /** The strip as a GIF, there and back; null where there is none, or no longer. */
    async stripGif(): Promise<Uint8Array | null> {
      if (!strip.value) return null;
      const { signal } = (written = new AbortController());
      try {
        return (await connection.request('studio.animate', { frames: strip.value.pictures }, { signal })).bytes;
      } catch (thrown) {
        if (signal.aborted) return null;
        throw thrown;
      }
    },
  };
}

function framesOf({ rows, pictures }: Strip): Numbers[] {
  return Array.from({ length: pictures.count }, (_, number) => rowOf(rows, number, pictures.count));
}

function isEqual(a: Numbers, b: Numbers): boolean {
  return a.length === b.length && a.every((value, at) => value === b[at]);
}
