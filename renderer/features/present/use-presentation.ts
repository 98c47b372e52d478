import { computed, ref, shallowRef, watch } from 'vue';
import type { ModelInfo, Items, PictureSource, RunSummary, Showcase } from '@shared/contract';
import { doubtsAbout, type Doubt, type Presented } from '@shared/diagnosis';
import { asAppError, type AppError } from '@shared/errors';
import { gridOf, layerCodes, layersOf, type CodeLayer } from '@shared/specs';
import { latestOnly } from '@/components/latest';
import { spreadOf, type Dial } from '@/components/dials';
import { useConnection } from '@/stores/connection';
import { useCurrentModel } from '@/stores/current-model';
import { useRuns } from '@/stores/runs';
import { useShowcase } from '@/stores/showcase';
import { useSelection } from '@/stores/selection';
import { latentOf, numbersOf, requestVectors, useStudioSession, type Numbers } from '@/stores/studio';
import { offeredCodes } from './story';

/** As many of the vector's components as an audience can follow: those that vary most. */
const DIALS = 6;

/** What is edited before the audience: a layer of codes, or some of a vector's components. */
export type Shown = {
  model: ModelInfo;
  original: Items;
  reconstruction: Items;
  encoded: Numbers;
} & ({ kind: 'codes'; layer: CodeLayer; tiles: Items } | { kind: 'vector'; dials: Dial[] });

/** A run as the doctor looks at it before it is shown: its newest checkpoint, and what a few held-out items came to. */
function presented(run: RunSummary, showcase: Showcase | null): Presented {
  const { psnr, meanPicturePsnr = null } = showcase ?? {};
  const sample = psnr === undefined || meanPicturePsnr === null ? null : { psnr, meanPicturePsnr };
  return { ...run, step: run.checkpoints.at(-1) ?? run.step, sample };
}

/** The picture that is presented, with its latent in hand: each change is decoded at once. */
export function usePresentation() {
  const connection = useConnection();
  const runs = useRuns();
  const current = useCurrentModel();
  const selection = useSelection();
  const showcase = useShowcase();
  const studio = useStudioSession();

  const shown = shallowRef<Shown | null>(null);
  const values = shallowRef<Numbers>(new Int32Array(0));
  const decoded = shallowRef<Items | null>(null);
  const error = shallowRef<AppError | null>(null);
  const inHand = ref<number | null>(null);

  const usable = computed(() => runs.autoencoders);
  /** The layer that is shown, as a grid. */
  const grid = computed(() => {
    if (shown.value?.kind !== 'codes') return null;
    const { layer } = shown.value;
    return { ...gridOf(layer), indices: layerCodes(layer, values.value) };
  });
  const offered = computed(() =>
    shown.value?.kind === 'codes'
      ? offeredCodes(layerCodes(shown.value.layer, shown.value.encoded), shown.value.layer)
      : [],
  );

  /** Why the model would disappoint an audience, until the person shows it all the same. */
  const doubts = shallowRef<Doubt[]>([]);
  const accepted = ref<string | null>(null);

  // Whoever opens the workbench right here arrives before its runs do, and perhaps before the first checkpoint.
  watch(
    () => current.model?.id,
    (id) => void (id !== undefined && open()),
    { immediate: true },
  );

  /** The picture on the Studio's table if the current model reads it, or else a held-out one that shows the model well. */
  async function open(): Promise<void> {
    const run = current.model;
    if (!run) return;
    shown.value = null;
    error.value = null;
    try {
      const found = await showcase.ask(run);
      if (run.id !== current.model?.id) return;
      doubts.value = accepted.value === run.id ? [] : doubtsAbout(presented(run, found));
      const picture = pictureOf(run) ?? showcase.itemIn(run, found);
      const answer = await connection.request('studio.encode', { run: run.id, checkpoint: 'latest', picture });
      const { model, original, reconstruction, latent } = answer;
      const encoded = numbersOf(latent);
      const parts = await partsOf(model);
      if (run.id !== current.model?.id) return;
      shown.value = { model, original, reconstruction, encoded, ...parts };
      values.value = encoded;
      decoded.value = reconstruction;
      inHand.value = offered.value.at(-1) ?? 0;
    } catch (thrown) {
      if (run.id === current.model?.id) error.value = asAppError(thrown);
    }
  }

  /** What somebody chose to look at: on the Studio's table, or in its dataset. */
  function pictureOf({ id, spec }: RunSummary): PictureSource | null {
    const { table } = studio;
    const isOwn = table?.source?.kind === 'item' && table.source.dataset === spec.dataset;
    if (table?.source && (table.model.run === id || isOwn)) return table.source;
    return selection.item?.dataset === spec.dataset ? { kind: 'item', ...selection.item } : null;
  }

  /** A hierarchy, or several stages, show their first layer: the coarsest, which a change tells most about. */
  async function partsOf(model: ModelInfo) {
    if (model.latent.kind === 'codes') {
      const first = { run: model.run, checkpoint: model.step, layer: 0 };
      const { tiles } = await connection.request('studio.palette', first);
      return { kind: 'codes', layer: layersOf(model.latent)[0]!, tiles } as const;
    }
    const statistics = await requestVectors(connection, model);
    return { kind: 'vector', dials: spreadOf(statistics).slice(0, DIALS) } as const;
  }

  const decoder = latestOnly<Numbers>(async (edited) => {
    if (!shown.value) return;
    const { run, step } = shown.value.model;
    try {
      const latent = latentOf(edited);
      decoded.value = (await connection.request('studio.decode', { run, checkpoint: step, latent })).picture;
    } catch (thrown) {
      error.value = asAppError(thrown);
    }
  });

  function change(edit: (next: Numbers) => void): void {
    const next = values.value.slice();
    edit(next);
    values.value = next;
    decoder.push(next);
  }

  function paint(cells: Iterable<number>): void {
    const code = inHand.value;
    if (shown.value?.kind !== 'codes' || code === null) return;
    const { first, stride } = shown.value.layer;
    change((next) => {
      for (const cell of cells) next[first + cell * stride] = code;
    });
  }

  const turn = (component: number, value: number): void => change((next) => (next[component] = value));

  /** What "surprise me" does for a hand that hesitates: a block of codes in the middle, or each dial anywhere likely. */
  function surprise(): void {
    if (shown.value?.kind === 'vector') {
      const { dials } = shown.value;
      return change((next) => dials.forEach((dial) => (next[dial.component] = dial.draw(Math.random))));
    }
    if (!grid.value) return;
    const { height, width } = grid.value;
    const cells: number[] = [];
    for (let row = Math.floor(height / 3); row < Math.ceil((2 * height) / 3); row++) {
      for (let column = Math.floor(width / 3); column < Math.ceil((2 * width) / 3); column++)
        cells.push(row * width + column);
    }
    paint(cells);
  }

  function reset(): void {
    if (!shown.value) return;
    values.value = shown.value.encoded;
    decoded.value = shown.value.reconstruction;
  }

  /** Shows the model although something speaks against it. */
  function showAnyway(): void {
    accepted.value = current.model?.id ?? null;
    doubts.value = [];
  }

  return {
    doubts,
    showAnyway,
    /** The best model that nothing speaks against, instead of the one that something does. */
    better: computed(() => (current.model ? current.bestBeside(current.model.id) : null)),
    model: computed(() => current.model),
    choose: current.choose,
    shown,
    values,
    grid,
    decoded,
    error,
    inHand,
    offered,
    usable,
    runs,
    paint,
    turn,
    surprise,
    reset,
  };
}
