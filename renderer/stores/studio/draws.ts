import { watchThrottled } from '@vueuse/core';
import { computed, ref, shallowRef, watch, type ShallowRef } from 'vue';
import {
  MOST_COMPONENTS,
  type DrawnFrom,
  type ModelInfo,
  type Items,
  type ProgressReport,
  type VectorDensity,
} from '@shared/contract';
import { asAppError, type AppError } from '@shared/errors';
import { latestOnly } from '@/components/latest';
import { useConnection } from '@/stores/connection';
import { become, type Edit } from './edits';
import type { Numbers } from './numbers';
import type { History } from './history';
import { latentOf, reference } from './table';
import type { Table } from './laid-table';

/** New vectors that were drawn for a model, and what they decode to. */
interface Draw {
  model: ModelInfo;
  from: DrawnFrom;
  /** [pictures.count, length] */
  vectors: Float32Array;
  pictures: Items;
}

/** Pictures drawn at once, at most. */
export const MOST_DRAWN = 64;
export const LARGEST_SEED = 2 ** 31 - 1;
/** Between two looks at how likely the vector on the table is, ms: a hand turns it faster. */
const DENSITY_EVERY = 100;

/** Drawing new vectors, and how likely the one on the table is: under a mixture fitted to the training pictures' vectors. */
export function useDraws(
  table: ShallowRef<Table | null>,
  history: ShallowRef<History>,
  edit: (change: Edit | null) => boolean,
) {
  const connection = useConnection();
  const components = ref(10);
  const seed = ref(1);
  const count = ref(8);
  const drawn = shallowRef<Draw | null>(null);
  const progress = shallowRef<ProgressReport | null>(null);
  const error = shallowRef<AppError | null>(null);
  const density = shallowRef<VectorDensity | null>(null);
  const densityError = shallowRef<AppError | null>(null);
  /** Whether there is such a mixture; null while nobody has said. */
  const isFitted = ref<boolean | null>(null);
  const job = shallowRef<AbortController | null>(null);

  const model = computed(() => (table.value?.model.latent.kind === 'vector' ? table.value.model : null));
  const isAllowed = computed(
    () =>
      isWhole(components.value, 1, MOST_COMPONENTS) &&
      isWhole(seed.value, 0, LARGEST_SEED) &&
      isWhole(count.value, 1, MOST_DRAWN),
  );

  const looking = latestOnly<{ of: Table; values: Numbers; components: number }>(async (at) => {
    const isAsked = (): boolean => table.value === at.of && components.value === at.components;
    try {
      const params = { ...reference(at.of.model), latent: latentOf(at.values), components: at.components };
      const found = await connection.request('studio.density', params);
      if (!isAsked()) return;
      isFitted.value = found !== null;
      density.value = found;
      densityError.value = null;
    } catch (thrown) {
      if (isAsked()) densityError.value = asAppError(thrown);
    }
  });

  function look(): void {
    if (table.value === null || model.value === null || !isWhole(components.value, 1, MOST_COMPONENTS)) return;
    looking.push({ of: table.value, values: history.value.values, components: components.value });
  }

  watchThrottled(history, () => isFitted.value !== false && look(), { throttle: DENSITY_EVERY, trailing: true });
  watch(components, () => {
    isFitted.value = null;
    density.value = null;
    look();
  });

  /** Runs what may have to fit a mixture first; one at a time, and not beyond the model on the table. */
  async function attempt(work: (of: ModelInfo, mine: AbortController) => Promise<void>): Promise<void> {
    const of = model.value;
    if (of === null || job.value !== null) return;
    const mine = new AbortController();
    job.value = mine;
    error.value = null;
    progress.value = null;
    try {
      await work(of, mine);
    } catch (thrown) {
      if (job.value === mine && asAppError(thrown).code !== 'CANCELLED') error.value = asAppError(thrown);
    } finally {
      if (job.value === mine) job.value = null;
    }
  }
  const told = (mine: AbortController) => ({
    signal: mine.signal,
    onProgress: (report: ProgressReport) => {
      if (job.value === mine) progress.value = report;
    },
  });

  function laid(): void {
    const before = drawn.value?.model;
    if (before && (before.run !== model.value?.run || before.step !== model.value.step)) drawn.value = null;
    job.value?.abort();
    job.value = null;
    error.value = null;
    isFitted.value = null;
    density.value = null;
    densityError.value = null;
    look();
  }

  return {
    laid,
    state: {
      drawComponents: components,
      drawSeed: seed,
      drawCount: count,
      drawn,
      drawError: error,
      drawProgress: progress,
      isDrawing: computed(() => job.value !== null),
      canDraw: computed(() => isAllowed.value && job.value === null),
      density,
      densityError,
      isDensityFitted: isFitted,
      /** Draws vectors from the mixture, which is fitted first if need be, or from N(0, I). */
      drawFrom: (from: DrawnFrom) =>
        attempt(async (of, mine) => {
          const settings = { components: components.value, seed: seed.value, count: count.value };
          const { vectors, pictures } = await connection.request(
            'studio.draw',
            { ...reference(of), from, ...settings },
            told(mine),
          );
          if (job.value !== mine) return;
          drawn.value = { model: of, from, vectors, pictures };
          if (from === 'mixture') look();
        }),
      /** Fits the mixture, so that densities can be told. */
      fitDensity: () =>
        attempt(async (of, mine) => {
          await connection.request('studio.fitDensity', { ...reference(of), components: components.value }, told(mine));
          if (job.value === mine) look();
        }),
      cancelDraw: () => job.value?.abort(),
      lookAtDensity: look,
      /** Puts a drawn vector on the table, as an edit. */
      takeDrawn: (number: number) => {
        if (!drawn.value) return false;
        const length = history.value.values.length;
        return edit(become(history.value.values, drawn.value.vectors.slice(number * length, (number + 1) * length)));
      },
    },
  };
}

const isWhole = (value: unknown, least: number, most: number): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
