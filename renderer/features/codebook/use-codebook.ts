import { onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue';
import type { CheckpointChoice, Codebook, ModelInfo, Items, ProgressReport, VectorStatistics } from '@shared/contract';
import { asAppError, type AppError } from '@shared/errors';
import { layersOf, type CodeLayer, type Split } from '@shared/specs';
import { useConnection } from '@/stores/connection';
import { layerHistory, type UsageHistory } from './history';

/** Which codebook is looked at, over which items. */
export interface CodebookChoice {
  run: string;
  checkpoint: CheckpointChoice;
  /** Which of the model's layers of codes; of one that has fewer, the first. */
  layer: number;
  split: Split;
}
/** A codebook with everything the screen shows of it at once. */
export interface OpenCodebook {
  kind: 'codes';
  model: ModelInfo;
  /** The layer it belongs to, and its number. */
  shown: CodeLayer;
  layer: number;
  split: Split;
  codebook: Codebook;
  /** What each code decodes to. */
  tiles: Items;
  /** How many times as strong the tiles' differences are shown. */
  gain: number;
  /** Null where the run was never evaluated. */
  history: UsageHistory | null;
}
/** What there is to see of a model whose latent is a vector: how its components are spread. */
export interface OpenVectors {
  kind: 'vector';
  model: ModelInfo;
  split: Split;
  statistics: VectorStatistics;
}

/**
 * Opens a checkpoint's codebook: the model first, so that all that follows is of the same step though the run trains on;
 * then tiles, use over the split (with progress; another choice or `cancel` stops it) and use over training. Of a model with
 * vectors, their spread over the split.
 */
export function useCodebook(choice: Ref<CodebookChoice | null>) {
  const connection = useConnection();
  const open = shallowRef<OpenCodebook | OpenVectors | null>(null);
  const progress = shallowRef<ProgressReport | null>(null);
  const error = shallowRef<AppError | null>(null);
  const loading = ref(false);
  /** Step of a checkpoint newer than the one shown. */
  const newer = ref<number | null>(null);
  let current: AbortController | null = null;

  async function read(
    { run, checkpoint, layer, split }: CodebookChoice,
    signal: AbortSignal,
    onProgress: (report: ProgressReport) => void,
  ): Promise<OpenCodebook | OpenVectors> {
    const model = await connection.request('studio.open', { run, checkpoint }, { signal });
    const same = { run, checkpoint: model.step };
    if (model.latent.kind === 'vector') {
      const statistics = await connection.request('studio.vectors', { ...same, split }, { signal, onProgress });
      return { kind: 'vector', model, split, statistics };
    }
    const layers = layersOf(model.latent);
    const at = layer < layers.length ? layer : 0;
    const shown = layers[at]!;
    const [{ tiles, gain }, codebook, history] = await Promise.all([
      connection.request('studio.palette', { ...same, layer: at }, { signal }),
      connection.request('studio.codebook', { ...same, layer: at, split }, { signal, onProgress }),
      connection.request('runs.usage', { run }, { signal }),
    ]);
    return {
      kind: 'codes',
      model,
      shown,
      layer: at,
      split,
      codebook,
      tiles,
      gain,
      history: layerHistory(history, shown),
    };
  }

  async function load(): Promise<void> {
    current?.abort();
    const mine = new AbortController();
    current = mine;
    progress.value = null;
    error.value = null;
    newer.value = null;
    if (open.value?.model.run !== choice.value?.run) open.value = null;
    if (choice.value === null) return;
    loading.value = true;
    try {
      const answer = await read(choice.value, mine.signal, (report) => {
        if (current === mine) progress.value = report;
      });
      if (current === mine) open.value = answer;
    } catch (thrown) {
      if (current === mine) error.value = asAppError(thrown);
    } finally {
      if (current === mine) loading.value = false;
    }
  }

  onScopeDispose(
    connection.on('studio.updated', ({ run, step }) => {
      if (run === open.value?.model.run && step > open.value.model.step && choice.value?.checkpoint === 'latest')
        newer.value = step;
    }),
  );
  onScopeDispose(() => current?.abort());
  watch(choice, load, { immediate: true });
  return { open, progress, error, loading, newer, load, cancel: () => current?.abort() };
}
