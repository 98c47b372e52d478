import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import {
  drawingSchema,
  settingsSchema,
  type CheckpointChoice,
  type ProgressReport,
  type Recipe,
  type RunSummary,
  type Samples,
  type SamplesDocument,
  type Settings,
} from '@shared/contract';
import { asAppError } from '@shared/errors';
import { latentSize } from '@shared/specs';
import { useConnection } from '@/stores/connection';
import { newDocumentId, useDocuments } from '@/stores/documents';
import { useRuns } from '@/stores/runs';
import { useCurrentModel } from '@/stores/current-model';
import { documentOf, sheetOf } from './kept-sheets';
import type { Sheet } from './sheet';
import { recipeOf, sampleId, type Sample } from './recipe';

/** Samples asked for at once: what the engine draws together. */
const AT_ONCE = 16;
/** Sheets shown; the older ones are kept in the workspace. */
const SHOWN = 12;
/** Sheets of before that a page begins with. */
const BROUGHT_BACK = 4;

/** Which class: none in particular, one by its number, or each in a row of its own. */
export type ClassChoice = 'any' | 'each' | number;

/** What priors drew, the newest first, and the settings of the next. */
export const useDrawn = defineStore('drawn-samples', () => {
  const connection = useConnection();
  const documents = useDocuments();
  const runs = useRuns();
  const current = useCurrentModel();

  const settings = ref<Settings>(settingsSchema.parse(drawingSchema.parse({})));
  const checkpoint = ref<CheckpointChoice>('best');
  const classChoice = ref<ClassChoice>('any');
  const sheets = shallowRef<readonly Sheet[]>([]);
  const progress = shallowRef<ProgressReport | null>(null);
  let controller: AbortController | null = null;

  /** The prior that was chosen, or the best over the current model's latents. */
  const prior = computed<RunSummary | null>(() => current.prior);
  /** The classes that samples can be asked of; none of a prior that was not told them. */
  const classes = computed(() => {
    const model = prior.value?.spec.model;
    return model && 'condition' in model && model.condition === 'class' ? (prior.value?.classes ?? []) : [];
  });
  /** The choice, where the prior has that class. */
  const chosenClass = computed<ClassChoice>(() => {
    const choice = classChoice.value;
    if (classes.value.length === 0) return 'any';
    return typeof choice === 'number' && choice >= classes.value.length ? 'any' : choice;
  });
  const isDrawing = computed(() => sheets.value.some(({ state }) => state === 'drawing'));
  /** Samples that the next press draws. */
  const total = computed(() => settings.value.count * (chosenClass.value === 'each' ? classes.value.length : 1));

  function put(sheet: Sheet): void {
    sheets.value = sheets.value.map((other) => (other.id === sheet.id ? sheet : other));
  }

  function keep(sheet: Sheet): void {
    const { prior: by, class: of, seed } = sheet.recipe;
    const title = [by.name, of?.name, `seed ${seed}`, `× ${sheet.samples.length}`].filter(Boolean).join(' · ');
    documents.write('samples', sheet.id, { title, facts: { run: by.run } }, documentOf(sheet));
  }

  /** Shows a sheet that was kept, above the others. */
  function show(id: string, kept: SamplesDocument): void {
    const others = sheets.value.filter((sheet) => sheet.id !== id);
    const known = sheets.value.find((sheet) => sheet.id === id);
    sheets.value = [known ?? sheetOf(id, kept), ...others].slice(0, SHOWN);
  }

  /** Brings the newest sheets of before back, once, below what was drawn meanwhile. */
  let isBack = false;
  async function bringBack(): Promise<void> {
    if (isBack) return;
    isBack = true;
    try {
      const { documents: kept } = await connection.request('documents.list', { kind: 'samples' });
      for (const { id } of kept.slice(0, BROUGHT_BACK)) {
        if (sheets.value.some((sheet) => sheet.id === id)) continue;
        const found = await documents.read('samples', id).catch(() => null); // a damaged one is named in the list
        if (found && !sheets.value.some((sheet) => sheet.id === id))
          sheets.value = [...sheets.value, sheetOf(id, found.value)].slice(0, SHOWN);
      }
    } catch {
      isBack = false; // the workbench is away: at the next visit
    }
  }

  /** Draws as the settings say. Resolves when all are there, or it was cancelled or failed; the sheet says which. */
  async function draw(): Promise<void> {
    const run = prior.value;
    if (!run?.codes || isDrawing.value || !settingsSchema.safeParse(settings.value).success) return;
    const chosen = { ...settings.value };
    const of = chosenClass.value;
    const labels = of === 'each' ? [...classes.value.keys()] : [of === 'any' ? null : of];
    const named = (label: number | null): Recipe['class'] =>
      label === null ? null : { label, name: run.classes[label] ?? String(label) };
    const { signal } = (controller = new AbortController());
    const recipe = recipeOf(run, run.best ?? run.step, chosen, of === 'each' ? null : named(labels[0]!));
    let sheet: Sheet = {
      id: newDocumentId(),
      recipe: { ...recipe, guidance: of === 'any' ? 1 : chosen.guidance },
      isEach: of === 'each',
      wanted: chosen.count * labels.length,
      samples: [],
      soFar: null,
      state: 'drawing',
      error: null,
    };
    sheets.value = [sheet, ...sheets.value].slice(0, SHOWN);
    const began = performance.now();
    tell(0, sheet.wanted, began);
    let which = checkpoint.value;
    try {
      for (const label of labels) {
        for (let first = 0; first < chosen.count; first += AT_ONCE) {
          const count = Math.min(AT_ONCE, chosen.count - first);
          const before = sheet.samples.length;
          const answer = await connection.request(
            'samples.draw',
            { ...chosen, run: run.id, checkpoint: which, first, count, label, given: null, showing: true },
            {
              signal,
              onProgress: ({ done, soFar }) => {
                tell(before + done, sheet.wanted, began);
                if (soFar) put({ ...sheet, soFar: soFar.pictures });
              },
            },
          );
          // a run in training has a newer best before long: one sheet is of one checkpoint
          which = answer.step;
          const own = recipeOf(run, answer.step, chosen, named(label));
          sheet = {
            ...sheet,
            recipe: { ...sheet.recipe, prior: own.prior },
            samples: [...sheet.samples, ...samplesOf(own, first, answer, run)],
            soFar: null,
          };
          put(sheet);
          keep(sheet);
          tell(sheet.samples.length, sheet.wanted, began);
        }
      }
      put({ ...sheet, state: 'done' });
    } catch (thrown) {
      const error = asAppError(thrown);
      const isCancelled = error.code === 'CANCELLED';
      put({ ...sheet, state: isCancelled ? 'cancelled' : 'failed', error: isCancelled ? null : error });
    }
  }

  function tell(done: number, of: number, began: number): void {
    const secondsLeft = done === 0 ? null : ((performance.now() - began) / 1000 / done) * (of - done);
    progress.value = { phase: 'drawing', done, total: of, skipped: 0, secondsLeft };
  }

  /** Puts the settings of a recipe into the form; the prior is chosen if it is there. */
  function use(recipe: Recipe): void {
    const { prior: _prior, autoencoder: _autoencoder, class: _class, ...how } = recipe;
    settings.value = settingsSchema.parse({ ...settings.value, ...how });
    const run = runs.priors.find(({ id }) => id === recipe.prior.run);
    if (run) current.choose(run.id);
    checkpoint.value = run?.checkpoints.includes(recipe.prior.step) ? recipe.prior.step : 'best';
    classChoice.value = recipe.class?.label ?? 'any';
  }

  return {
    settings,
    checkpoint,
    classChoice,
    chosenClass,
    sheets,
    progress,
    prior,
    classes,
    isDrawing,
    total,
    draw,
    use,
    cancel: () => controller?.abort(),
    show,
    bringBack,
    discard: (id: string) => {
      sheets.value = sheets.value.filter((sheet) => sheet.id !== id);
      return documents.remove('samples', id);
    },
  };
});

function samplesOf(
  recipe: Recipe,
  first: number,
  { pictures, codes, vectors }: Pick<Samples, 'pictures' | 'codes' | 'vectors'>,
  run: RunSummary,
): Sample[] {
  const size = latentSize(run.codes!.latent);
  return Array.from({ length: pictures.count }, (_, index) => ({
    id: sampleId(recipe, first + index),
    recipe,
    number: first + index,
    pictures,
    index,
    codes: Int32Array.from(codes.subarray(index * size, (index + 1) * size)),
    ...(vectors && { vector: Float32Array.from(vectors.subarray(index * size, (index + 1) * size)) }),
  }));
}
