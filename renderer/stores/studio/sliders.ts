import { computed, ref, shallowRef, type ShallowRef } from 'vue';
import type { ModelInfo, Pictures, PictureSource, ProgressReport, VectorStatistics } from '@shared/contract';
import { AppError, asAppError } from '@shared/errors';
import { spreadOf, type Dial } from '@/components/dials';
import { useConnection } from '@/stores/connection';
import { become, editOf, type Edit, type Numbers } from './edits';
import type { History } from './history';
import { numbersOf, reference, type Table } from './table';

/** A second picture, towards which the one on the table is mixed: between their vectors, on a straight line. */
interface Other {
  name: string;
  picture: Pictures;
  /** What was on the table as it was chosen, and its own vector. */
  from: Numbers;
  to: Numbers;
}

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
  const other = shallowRef<Other | null>(null);
  const otherError = shallowRef<AppError | null>(null);
  /** How far the table is mixed towards the second picture, 0 to 1. */
  const mixed = ref(0);
  let loading: AbortController | null = null;
  /** What is being dragged, and the edit it has become so far. */
  let gesture: { of: number | 'mix'; edit: Edit | undefined } | null = null;

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
    other.value = null;
    otherError.value = null;
    mixed.value = 0;
    void load();
  }

  /** One edit a drag: what the same hand moves on is joined to what it moved before. */
  function drag(of: number | 'mix', change: Edit | null): void {
    const isJoined = gesture?.of === of && gesture.edit !== undefined && gesture.edit === history.value.done.at(-1);
    if (edit(change, isJoined)) gesture = { of, edit: history.value.done.at(-1) };
  }

  /** Encodes a second picture with the model on the table, to be mixed towards. */
  async function mixWith(source: PictureSource): Promise<void> {
    const of = table.value;
    if (!of) return;
    otherError.value = null;
    try {
      const answer = await connection.request('studio.encode', { ...reference(of.model), picture: source });
      if (table.value !== of) return;
      const [from, to] = [history.value.values, numbersOf(answer.latent)];
      other.value = { name: answer.name, picture: answer.original, from, to };
      mixed.value = 0;
    } catch (thrown) {
      if (table.value === of) otherError.value = asAppError(thrown);
    }
  }

  function mix(share: number): void {
    if (!other.value) return;
    const { from, to } = other.value;
    mixed.value = share;
    const between = Float32Array.from(from, (value, i) => (1 - share) * value + share * to[i]!);
    drag('mix', become(history.value.values, between));
  }

  return {
    laid,
    state: {
      vector,
      dials,
      dialsProgress: progress,
      dialsError: error,
      other,
      otherError,
      mixed,
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
      mixWith,
      mix,
      stopMixing: () => void (other.value = null),
    },
  };
}
