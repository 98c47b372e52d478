import { computed, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import type { Pictures, ProgressReport, RunSummary } from '@shared/contract';
import { asAppError, type AppError } from '@shared/errors';
import type { CodeLayer } from '@shared/specs';
import { latestOnly } from '@/components/latest';
import { useConnection } from '@/stores/connection';
import { useRuns } from '@/stores/runs';
import { editOf, type Edit } from './edits';
import { clampRegion, type Region } from './grid-edits';
import type { History } from './history';
import { latentOf, type Table } from './table';

const PROPOSALS = 4;

/** What a prior would put into the opened places of the latent: a picture each, of which one can be taken. */
export interface Proposals {
  /** Places in the latent that were open. */
  cells: Int32Array;
  pictures: Pictures;
  /** The proposals' codes one after the other. */
  codes: Int32Array;
  /** The one that was taken last. */
  taken: number | null;
}

/** Every place of a level that a region of its grid covers, all its stages; null where the region lies outside. */
export function openedBy(region: Region, layers: readonly CodeLayer[], layer: number): Int32Array | null {
  const shown = layers[layer];
  const inside = shown && clampRegion(shown, region);
  if (!inside) return null;
  const cells: number[] = [];
  for (const { level, first, stride, width } of layers) {
    if (level !== shown.level) continue;
    for (let row = inside.row; row <= inside.toRow; row++) {
      for (let column = inside.column; column <= inside.toColumn; column++)
        cells.push(first + (row * width + column) * stride);
    }
  }
  return Int32Array.from(cells);
}

/** The codes with the opened places as −1, as a prior is asked to fill them. */
export function lockedExcept(values: Int32Array, cells: Int32Array): Int32Array<ArrayBuffer> {
  const given = Int32Array.from(values);
  for (const cell of cells) given[cell] = -1;
  return given;
}

/** Codes whose surprise is asked for. */
interface Judged {
  of: Table;
  run: string;
  label: number | null;
  values: Int32Array;
}

export interface PriorToolsOptions {
  table: ShallowRef<Table | null>;
  history: ShallowRef<History>;
  layers: Readonly<Ref<readonly CodeLayer[]>>;
  layer: Ref<number>;
  selection: ShallowRef<Region | null>;
  edit(change: Edit | null): boolean;
}

/** What a prior adds to the table: proposals for a region while the rest stays, and how much each code surprises it. */
export function usePriorTools({ table, history, layers, layer, selection, edit }: PriorToolsOptions) {
  const connection = useConnection();
  const runs = useRuns();
  const chosen = ref<string | null>(null);
  const proposals = shallowRef<Proposals | null>(null);
  const proposing = ref(false);
  const proposingProgress = shallowRef<ProgressReport | null>(null);
  const isSurpriseShown = ref(false);
  const surprise = shallowRef<Float32Array | null>(null);
  const priorError = shallowRef<AppError | null>(null);
  let controller: AbortController | null = null;
  let seed = 0;

  const its = computed(() => runs.priors.filter(({ codes }) => codes?.run === table.value?.model.run));
  /** Priors that know the codes of the very weights on the table. */
  const priors = computed(() => its.value.filter(({ codes }) => codes?.weightsHash === table.value?.model.weightsHash));
  const prior = computed<RunSummary | null>(
    () => priors.value.find(({ id }) => id === chosen.value) ?? priors.value[0] ?? null,
  );
  /** A prior that knows the codes of another checkpoint of this run, where none knows those on the table. */
  const priorElsewhere = computed(() => (priors.value.length === 0 ? (its.value[0] ?? null) : null));
  /** The class that a prior takes the picture for; null: of none in particular. */
  const priorClass = ref<number | null>(null);
  /** The classes it was told; none of one that was told none. */
  const priorClasses = computed(() => {
    const model = prior.value?.spec.model;
    return model && 'condition' in model && model.condition === 'class' ? (prior.value?.classes ?? []) : [];
  });
  const label = computed(() =>
    priorClass.value !== null && priorClass.value < priorClasses.value.length ? priorClass.value : null,
  );
  const canPropose = computed(() => prior.value !== null && selection.value !== null && !proposing.value);

  /** Asks for proposals for the selection; other ones each time. */
  async function propose(): Promise<void> {
    const of = table.value;
    const values = history.value.values;
    const cells = selection.value && openedBy(selection.value, layers.value, layer.value);
    if (!prior.value || !of || !cells || !(values instanceof Int32Array) || proposing.value) return;
    controller = new AbortController();
    proposing.value = true;
    proposingProgress.value = null;
    priorError.value = null;
    try {
      const { pictures, codes } = await connection.request(
        'samples.draw',
        {
          run: prior.value.id,
          checkpoint: 'best',
          count: PROPOSALS,
          seed: ++seed,
          label: label.value,
          given: lockedExcept(values, cells),
        },
        { signal: controller.signal, onProgress: (report) => (proposingProgress.value = report) },
      );
      if (table.value === of) proposals.value = { cells, pictures, codes, taken: null };
    } catch (thrown) {
      const error = asAppError(thrown);
      if (error.code !== 'CANCELLED' && table.value === of) priorError.value = error;
    } finally {
      proposing.value = false;
    }
  }

  /** Takes a proposal: its opened places only, so that what was painted elsewhere since stays. */
  function takeProposal(index: number): void {
    const offered = proposals.value;
    if (!offered) return;
    const size = offered.codes.length / offered.pictures.count;
    edit(editOf(history.value.values, offered.cells, (cell) => offered.codes[index * size + cell]!));
    proposals.value = { ...offered, taken: index };
  }

  const judge = latestOnly(async ({ of, values, ...what }: Judged) => {
    try {
      const latent = latentOf(values);
      const { nats } = await connection.request('samples.surprise', { ...what, checkpoint: 'best', latent });
      if (table.value === of && isSurpriseShown.value) surprise.value = nats;
    } catch (thrown) {
      if (table.value !== of) return;
      isSurpriseShown.value = false;
      priorError.value = asAppError(thrown);
    }
  });
  watch([isSurpriseShown, () => prior.value?.id, label, history], ([shown, run, asked, { values }]) => {
    const of = table.value;
    if (!shown || !run || !of || !(values instanceof Int32Array)) surprise.value = null;
    else judge.push({ of, run, label: asked, values });
  });
  watch(table, () => {
    controller?.abort();
    proposals.value = null;
    surprise.value = null;
    priorError.value = null;
  });

  return {
    priors,
    prior,
    priorElsewhere,
    priorClass,
    priorClasses,
    choosePrior: (run: string) => (chosen.value = run),
    proposals,
    proposing,
    proposingProgress,
    canPropose,
    propose,
    takeProposal,
    dropProposals: () => (proposals.value = null),
    cancelProposing: () => controller?.abort(),
    isSurpriseShown,
    /** −log p of each code of the layer that is shown, nats [cells]; null while it isn't. */
    surprise: computed(() => {
      const shown = layers.value[layer.value];
      const nats = surprise.value;
      if (!nats || !shown) return null;
      const { height, width, first, stride } = shown;
      return Float32Array.from({ length: height * width }, (_, cell) => nats[first + cell * stride] ?? 0);
    }),
    priorError,
  };
}
