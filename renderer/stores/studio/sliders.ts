import { computed, shallowRef, type ShallowRef } from 'vue';
import type { ModelInfo, ProgressReport, VectorStatistics } from '@shared/contract';
import { AppError, asAppError } from '@shared/errors';
import { spreadOf, type Dial } from '@/components/dials';
import { useConnection } from '@/stores/connection';
import { become, editOf, type Edit } from './edits';
import type { History } from './history';
import { reference } from './table';
import type { Table } from './laid-table';

/**
 * How a model's vectors are spread: over the held-out pictures, or the training pictures of a run that holds none out. Throws
 * as the request does.
 */
export async function requestVectors(
  connection: Pick<ReturnType<typeof useConnection>, 'request'>,
  model: ModelInfo,
  options?: { signal?: AbortSignal; onProgress?: (report: ProgressReport) => void },
): Promise<VectorStatistics> {
  try {
    return await connection.request('studio.vectors', { ...reference(model), split: 'test' }, options);
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.field !== 'split') throw thrown;
    return connection.request('studio.vectors', { ...reference(model), split: 'train' }, options);
  }
}

/** Turning the components of a vector: sliders over the range in which the pictures lie. */
export function useSliders(
  table: ShallowRef<Table | null>,
  history: ShallowRef<History>,
  edit: (change: Edit | null, joined?: boolean) => boolean,
) {
  const connection = useConnection();
  const statistics = shallowRef<{ run: string; of: VectorStatistics } | null>(null);
  const progress = shallowRef<ProgressReport | null>(null);
  const error = shallowRef<AppError | null>(null);
  let loading: AbortController | null = null;
  /** What is being dragged, and the edit it has become so far. */
  let gesture: { of: number; edit: Edit | undefined } | null = null;

  const isVector = computed(() => table.value?.model.latent.kind === 'vector');
  const vector = computed(() => (isVector.value ? history.value.values : null));
  const dials = computed<Dial[]>(() =>
    isVector.value && statistics.value?.run === table.value?.model.run ? spreadOf(statistics.value!.of) : [],
  );

  /** Fetches the spread of the model on the table, unless it is there. */
  async function load(): Promise<void> {
    const model = table.value?.model;
    loading?.abort();
    error.value = null;
    progress.value = null;
    if (model?.latent.kind !== 'vector') return;
    if (statistics.value?.run === model.run && statistics.value.of.step === model.step) return;
    const mine = new AbortController();
    loading = mine;
    try {
      const of = await requestVectors(connection, model, {
        signal: mine.signal,
        onProgress: (report) => {
          if (loading === mine) progress.value = report;
        },
      });
      if (loading === mine) statistics.value = { run: model.run, of };
    } catch (thrown) {
      if (loading === mine && asAppError(thrown).code !== 'CANCELLED') error.value = asAppError(thrown);
    }
  }

  function laid(): void {
    gesture = null;
    void load();
  }

  /** One edit a drag: what the same hand moves on is joined to what it moved before. */
  function drag(of: number, change: Edit | null): void {
    const isJoined = gesture?.of === of && gesture.edit !== undefined && gesture.edit === history.value.done.at(-1);
    if (edit(change, isJoined)) gesture = { of, edit: history.value.done.at(-1) };
  }

  return {
    laid,
    state: {
      vector,
      dials,
      dialsProgress: progress,
      dialsError: error,
      loadDials: load,
      turn: (component: number, value: number) =>
        drag(
          component,
          editOf(history.value.values, [component], () => value),
        ),
      /** The hand lets go: the next turn is an edit of its own. */
      release: () => void (gesture = null),
      resetComponent: (component: number) =>
        edit(editOf(history.value.values, [component], (at) => table.value!.encoded[at]!)),
      /** Each component anywhere likely, as if the model's vectors were normal and independent. */
      draw: (random: () => number = Math.random) => {
        if (dials.value.length === 0) return false;
        const drawn = Float32Array.from(history.value.values);
        for (const dial of dials.value) drawn[dial.component] = dial.draw(random);
        return edit(become(history.value.values, drawn));
      },
    },
  };
}
