import { computed, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import type { RunSummary } from '@shared/contract';
import { asAppError, type AppError } from '@shared/errors';
import { gridOf, type CodeLayer } from '@shared/specs';
import { latestOnly } from '@/components/latest';
import { useConnection } from '@/stores/connection';
import { useRuns } from '@/stores/runs';
import { editOf } from './edits';
import { isSameFrame } from './frame';
import { clampRegion, type Region } from './grid-edits';
import type { History } from './history';
import { rowOf, type AskOptions, type useOffers } from './offers';
import { canvasOf, latentOf } from './table';
import type { Table } from './laid-table';

const PROPOSALS = 4;

/** Every place of a level that a region of its grid covers, all its stages; null where the region lies outside. */
export function openedBy(region: Region, layers: readonly CodeLayer[], layer: number): Int32Array | null {
  const shown = layers[layer];
  const inside = shown && clampRegion(gridOf(shown), region);
  if (!inside) return null;
  const cells: number[] = [];
  const { width } = gridOf(shown);
  for (const { level, first, stride } of layers) {
    if (level !== shown.level) continue;
    for (let row = inside.row; row <= inside.toRow; row++) {
      for (let column = inside.column; column <= inside.toColumn; column++)
        cells.push(first + (row * width + column) * stride);
    }
  }
  return Int32Array.from(cells);
}

/** The codes with the opened places as −1, as a prior is asked to fill them. */
export function lockedExcept(values: Int32Array, cells: Iterable<number>): Int32Array<ArrayBuffer> {
  const given = Int32Array.from(values);
  for (const cell of cells) given[cell] = -1;
  return given;
}

/** So many of the same, one after the other. */
export function repeated(values: Int32Array, count: number): Int32Array {
  return Int32Array.from({ length: count * values.length }, (_, at) => values[at % values.length]!);
}

/** Fills the open codes of pictures in by the prior in use; the seed is another each time. */
export type Fill = (
  given: Int32Array,
  canvas: ReturnType<typeof canvasOf>,
  options: AskOptions,
) => Promise<{ pictures: Table['reconstruction']; codes: Int32Array }>;

/** Codes whose surprise is asked for. */
interface Judged {
  of: Table;
  run: string;
  label: number | null;
  values: Int32Array;
  canvas: ReturnType<typeof canvasOf>;
}

export interface PriorToolsOptions {
  table: ShallowRef<Table | null>;
  history: ShallowRef<History>;
  layers: Readonly<Ref<readonly CodeLayer[]>>;
  layer: Ref<number>;
  selection: ShallowRef<Region | null>;
  offers: ReturnType<typeof useOffers>;
}

/** What a prior adds to the table: it fills open codes in, for one a region while the rest stays, and is surprised by some. */
export function usePriorTools({ table, history, layers, layer, selection, offers }: PriorToolsOptions) {
  const connection = useConnection();
  const runs = useRuns();
  const chosen = ref<string | null>(null);
  const isSurpriseShown = ref(false);
  const surprise = shallowRef<Float32Array | null>(null);
  const surpriseError = shallowRef<AppError | null>(null);
  let seed = 0;

  const its = computed(() =>
    runs.priors.filter(({ codes }) => codes?.latent.kind === 'codes' && codes.run === table.value?.model.run),
  );
  /** Priors that know the codes of the very weights on the table. */
  const priors = computed(() => its.value.filter(({ codes }) => codes?.weightsHash === table.value?.model.weightsHash));
  const prior = computed<RunSummary | null>(
    () => priors.value.find(({ id }) => id === chosen.value) ?? priors.value[0] ?? null,
  );
  /** A prior that knows the codes of another checkpoint of this run, where none knows those on the table. */
  const priorElsewhere = computed(() => (priors.value.length === 0 ? (its.value[0] ?? null) : null));
  /** Temperature of all that a prior draws here: 1 draws from what it learnt. */
  const temperature = ref(1);
  /** The class that a prior takes the picture for; null: of none in particular. */
  const priorClass = ref<number | null>(null);
  /** The classes it was told; none of one that was told none. */
  const priorClasses = computed(() => classesOf(prior.value));
  const label = computed(() =>
    priorClass.value !== null && priorClass.value < priorClasses.value.length ? priorClass.value : null,
  );
  const canPropose = computed(() => prior.value !== null && selection.value !== null && offers.state.canAsk.value);

  const fill: Fill = (given, canvas, options) => {
    const how = { seed: ++seed, label: label.value, temperature: temperature.value };
    const what = { run: prior.value!.id, checkpoint: 'best' as const, ...how, given, canvas };
    return connection.request('samples.fill', what, options);
  };

  /** Asks for proposals for the selection; other ones each time. */
  async function propose(): Promise<void> {
    const { values, frame } = history.value;
    const cells = selection.value && openedBy(selection.value, layers.value, layer.value);
    if (!canPropose.value || !cells || !(values instanceof Int32Array)) return;
    const given = repeated(lockedExcept(values, cells), PROPOSALS);
    await offers.ask('selection', async (options) => {
      const { pictures, codes } = await fill(given, canvasOf(frame), options);
      return {
        pictures,
        fits: (now) => isSameFrame(now.frame, frame),
        // its opened places only: what was painted elsewhere since stays
        editTo(number, now) {
          const row = rowOf(codes, number, pictures.count);
          return editOf(now.values, cells, (cell) => row[cell]!);
        },
      };
    });
  }

  const judge = latestOnly(async ({ of, values, ...what }: Judged) => {
    try {
      const latent = latentOf(values);
      const { nats } = await connection.request('samples.surprise', { ...what, checkpoint: 'best', latent });
      if (table.value === of && isSurpriseShown.value) surprise.value = nats;
    } catch (thrown) {
      if (table.value !== of) return;
      isSurpriseShown.value = false;
      surpriseError.value = asAppError(thrown);
    }
  });
  watch([isSurpriseShown, () => prior.value?.id, label, history], ([shown, run, asked, { values, frame }]) => {
    const of = table.value;
    if (!shown || !run || !of || !(values instanceof Int32Array)) surprise.value = null;
    else judge.push({ of, run, label: asked, values, canvas: canvasOf(frame) });
  });
  watch(table, () => {
    surprise.value = null;
    surpriseError.value = null;
  });

  return {
    fill,
    state: {
      priors,
      prior,
      priorElsewhere,
      priorClass,
      priorClasses,
      priorTemperature: temperature,
      choosePrior: (run: string) => (chosen.value = run),
      canPropose,
      propose,
      isSurpriseShown,
      surpriseError,
      /** −log p of each code of the layer that is shown, nats [cells]; null while it isn't. */
      surprise: computed(() => {
        const shown = layers.value[layer.value];
        const nats = surprise.value;
        if (!nats || !shown || nats.length !== history.value.values.length) return null;
        const { cells, first, stride } = shown;
        return Float32Array.from({ length: cells }, (_, cell) => nats[first + cell * stride] ?? 0);
      }),
    },
  };
}

/** The classes that a prior was told, by name; none of one that was told none. */
export function classesOf(prior: RunSummary | null): readonly string[] {
  const model = prior?.spec.model;
  return model && 'condition' in model && model.condition === 'class' ? prior.classes : [];
}
