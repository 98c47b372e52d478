import { computed, reactive, ref, type ComputedRef, type ShallowRef } from 'vue';
import type { RunSummary } from '@shared/contract';
import { LARGEST_CANVAS, MOST_CANVAS_PIXELS, canBeLarger, ownCanvas, type Canvas } from '@shared/specs';
import { editOf, resize, type Edit } from './edits';
import { grownFrame, isSameFrame, openPlaces, openedOn, repeatedOn, type Growth } from './frame';
import type { Frame } from './numbers';
import type { History } from './history';
import { rowOf, type useOffers } from './offers';
import { repeated, type Fill } from './prior-tools';
import { canvasOf } from './table';
import type { Table } from './laid-table';

const PROPOSALS = 4;

export type Side = keyof Growth;

interface ExtendingOptions {
  table: ShallowRef<Table | null>;
  history: ShallowRef<History>;
  prior: ComputedRef<RunSummary | null>;
  fill: Fill;
  offers: ReturnType<typeof useOffers>;
  edit(change: Edit | null): boolean;
}

/** Continuing the picture beyond its borders: by what a prior draws there, or by repeating the border to paint on. */
export function useExtending({ table, history, prior, fill, offers, edit }: ExtendingOptions) {
  /** To which sides it goes on. */
  const sides = reactive<Record<Side, boolean>>({ top: false, bottom: false, left: false, right: true });
  /** By how many cells of the coarsest level; null: by half the model's own canvas. */
  const wanted = ref<number | null>(null);

  const latent = computed(() => {
    const its = table.value?.model.latent;
    return its?.kind === 'codes' && canBeLarger(its) ? its : null;
  });
  const own = computed<Canvas>(() => (latent.value ? ownCanvas(latent.value) : { height: 1, width: 1 }));
  const most = computed(() => Math.max(own.value.height, own.value.width));
  const amount = computed({
    get: () => Math.min(most.value, wanted.value ?? Math.max(1, most.value >> 1)),
    set: (cells: number) => (wanted.value = cells),
  });
  /** The frame as it would be; null where no side was chosen, or the model's pictures can't be larger. */
  const target = computed<Frame | null>(() => {
    if (!latent.value || !Object.values(sides).some(Boolean)) return null;
    const by = (side: Side): number => (sides[side] ? amount.value : 0);
    const growth = { top: by('top'), bottom: by('bottom'), left: by('left'), right: by('right') };
    return grownFrame(latent.value, history.value.frame, growth);
  });
  const fits = computed(() => {
    const to = target.value;
    const signal = table.value?.model.signal;
    if (!to || !signal) return false;
    const [down, across] = [to.height / own.value.height, to.width / own.value.width];
    const pixels = signal.height * down * (signal.width * across);
    return down <= LARGEST_CANVAS && across <= LARGEST_CANVAS && pixels <= MOST_CANVAS_PIXELS;
  });
  const canExtend = computed(() => fits.value && prior.value !== null && offers.state.canAsk.value);

  /** Asks the prior for ways to go on. */
  async function extend(): Promise<void> {
    const [to, its] = [target.value, latent.value];
    const from = history.value;
    if (!canExtend.value || !to || !its) return;
    const given = openedOn(from.values, its, from.frame, to);
    const open = openPlaces(given);
    await offers.ask('extension', async (options) => {
      const { pictures, codes } = await fill(repeated(given, PROPOSALS), canvasOf(to), options);
      return {
        pictures,
        fits: ({ frame }) => isSameFrame(frame, from.frame) || isSameFrame(frame, to),
        editTo(number, now) {
          const row = rowOf(codes, number, pictures.count);
          // another one instead: on the canvas that the first one made
          if (isSameFrame(now.frame, to)) return editOf(now.values, open, (place) => row[place]!);
          const next = openedOn(now.values, its, now.frame, to);
          for (const place of open) next[place] = row[place]!;
          return resize(now, next, to);
        },
      };
    });
  }

  /** Goes on with the codes of the border: something to paint on, without a prior. */
  function repeatBorder(): void {
    const [to, its] = [target.value, latent.value];
    if (!fits.value || !to || !its) return;
    const { values, frame } = history.value;
    edit(resize({ values, frame }, repeatedOn(values, its, frame, to), to));
  }

  return {
    extendSides: sides,
    extendAmount: amount,
    mostExtended: most,
    /** Whether pictures of the model can be larger than its own. */
    canGrow: computed(() => latent.value !== null),
    extendTarget: computed(() => canvasOf(target.value)),
    extendFits: fits,
    canExtend,
    extend,
    repeatBorder,
  };
}
