import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { Compression, ProgressReport, RunSummary } from '@shared/contract';
import { asAppError, fromErrorData, type AppError } from '@shared/errors';
import { isPrior, isSameSignal, type Split } from '@shared/specs';
import { givesCodes } from '@/components/prior-spec';
import { uploadFiles, type ChosenFile } from '@/components/upload';
import { useConnection } from '@/stores/connection';
import { useDatasets } from '@/stores/datasets';
import { useDocuments } from '@/stores/documents';
import { bestOf } from '@/stores/best-model';
import { useCurrentModel } from '@/stores/current-model';
import { useRuns } from '@/stores/runs';

/** Runs that are measured together, at most: the contract's limit. */
export const MOST_RUNS = 12;

/** Files of the person's own: chosen on the page, or granted by the desktop. */
export type OwnFiles = { files: readonly ChosenFile[] } | { grant: string; name: string };

/** A prior that goes code by code has nats; one that hasn't been judged yet may have. */
const canCode = ({ spec, codes, evaluation }: RunSummary): boolean =>
  isPrior(spec.model) &&
  codes?.latent.kind === 'codes' &&
  (evaluation === null || evaluation.measures.nats !== undefined);

/** What is to be measured, how far that is, and what was found last; kept while other screens are looked at. */
export const useMeasurement = defineStore('compression', () => {
  const connection = useConnection();
  const documents = useDocuments();
  const runs = useRuns();
  const datasets = useDatasets();
  const current = useCurrentModel();

  const others = ref<string[]>([]);
  const from = ref<'items' | 'files'>('items');
  const chosenDataset = ref<string | null>(null);
  const split = ref<Split>('test');
  const count = ref(100);
  const own = shallowRef<OwnFiles | null>(null);
  const usePriors = ref(true);
  const perceptual = ref(false);

  const found = shallowRef<Compression | null>(null);
  /** Whether priors were wanted for what was found. */
  const hadPriors = ref(true);
  const progress = shallowRef<ProgressReport | null>(null);
  const error = shallowRef<AppError | null>(null);
  const busy = ref(false);
  let controller = new AbortController();

  const autoencoders = computed(() => runs.list.filter(givesCodes));
  const priors = computed(() => runs.priors.filter(canCode));
  const candidates = computed(() => [...autoencoders.value, ...priors.value]);
  /** The current model, or the prior that was chosen; where neither has codes, the best that has. */
  const run = computed<RunSummary | null>(() => {
    const wanted = (id: string | null) => candidates.value.find((one) => one.id === id);
    return wanted(current.chosen) ?? wanted(current.model?.id ?? null) ?? bestOf(autoencoders.value);
  });
  const readsTheSame = ({ signal }: Pick<RunSummary, 'signal'>): boolean =>
    run.value !== null && isSameSignal(signal, run.value.signal);
  /** What can be measured beside the run: over the very same pictures. */
  const comparable = computed(() =>
    candidates.value.filter((other) => other.id !== run.value?.id && readsTheSame(other)),
  );
  const otherRuns = computed(() => comparable.value.filter(({ id }) => others.value.includes(id)));
  const fitting = computed(() => datasets.list.filter(readsTheSame));
  /** The dataset chosen, where its pictures fit; else that of the run. */
  const dataset = computed(() => {
    const ids = fitting.value.map(({ id }) => id);
    const wanted = [chosenDataset.value, run.value?.spec.dataset ?? null];
    return wanted.find((id) => id !== null && ids.includes(id)) ?? ids[0] ?? null;
  });
  const isReady = computed(
    () => run.value !== null && (from.value === 'files' ? own.value !== null : dataset.value !== null),
  );

  /** Measures what is chosen. What was found before stays until there is something new; a cancelled measurement changes nothing. */
  async function measure(): Promise<void> {
    const main = run.value;
    if (!main || !isReady.value || busy.value) return;
    const mine = (controller = new AbortController());
    const { signal } = mine;
    busy.value = true;
    progress.value = null;
    error.value = null;
    let uploaded: string | null = null;
    const withPriors = usePriors.value;
    try {
      const files = from.value === 'files' ? own.value : null;
      if (files && 'files' in files) uploaded = await upload(files.files, signal);
      const grant = uploaded ?? (files && 'grant' in files ? files.grant : null);
      const pictures =
        grant === null
          ? { kind: 'items' as const, dataset: dataset.value!, split: split.value, count: count.value }
          : { kind: 'files' as const, grant };
      const answer = await connection.request(
        'compression.measure',
        {
          runs: [main.id, ...otherRuns.value.map(({ id }) => id)].slice(0, MOST_RUNS),
          pictures,
          usePriors: withPriors,
          perceptual: perceptual.value,
        },
        { signal, onProgress: (report) => (progress.value = report) },
      );
      if (answer.notKept) documents.refusal = fromErrorData(answer.notKept);
      if (mine === controller) {
        hadPriors.value = withPriors;
        found.value = answer;
      }
    } catch (thrown) {
      const failure = asAppError(thrown);
      if (mine === controller && !signal.aborted && failure.code !== 'CANCELLED') error.value = failure;
    } finally {
      if (uploaded !== null) void connection.request('files.release', { grant: uploaded }).catch(() => undefined);
      if (mine === controller) busy.value = false;
    }
  }

  const upload = (files: readonly ChosenFile[], signal: AbortSignal): Promise<string> =>
    uploadFiles(connection, files, {
      signal,
      onProgress: (done, total) =>
        (progress.value = { phase: 'uploading', done, total, skipped: 0, secondsLeft: null }),
    });

  /** Shows what was found before. */
  function show(kept: Compression): void {
    controller.abort();
    controller = new AbortController();
    busy.value = false;
    error.value = null;
    hadPriors.value = true;
    found.value = kept;
  }

  return {
    show,
    others,
    from,
    chosenDataset,
    split,
    count,
    own,
    usePriors,
    perceptual,
    found,
    hadPriors,
    progress,
    error,
    busy,
    autoencoders,
    priors,
    candidates,
    run,
    comparable,
    otherRuns,
    fitting,
    dataset,
    isReady,
    measure,
    cancel: () => controller.abort(),
  };
});
