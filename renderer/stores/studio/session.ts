import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { CodeGrid, ModelInfo, Pictures, PictureSource } from '@shared/contract';
import { asAppError, type AppError } from '@shared/errors';
import { useConnection } from '@/stores/connection';
import {
  become,
  copyRegion,
  fill,
  fillRegion,
  paint,
  paste,
  replaceCode,
  type Clip,
  type Edit,
  type Grid,
  type Region,
} from './edits';
import { begin, perform, redo, undo, type History } from './history';
import { latestOnly } from '@/components/latest';

export type Tool = 'brush' | 'fill' | 'rectangle' | 'select' | 'eyedropper';
export type Overlay = 'none' | 'grid' | 'codes';
export interface Cell {
  row: number;
  column: number;
}

/** The picture on the table: what it was, what the model makes of it, and the codes somebody repaints. */
export interface Table {
  model: ModelInfo;
  name: string;
  source: PictureSource | null;
  /** Null for a latent opened from a file: it has no original. */
  original: Pictures | null;
  /** The codes as the encoder chose them, and what they decode to. */
  encoded: Int32Array;
  reconstruction: Pictures;
}

/**
 * The Studio's state, kept while other screens are visited: one picture, its codes with their history, the tool in hand.
 * Every change of the codes is decoded at once; while a decode runs, only the newest grid waits.
 */
export const useStudioSession = defineStore('studio', () => {
  const connection = useConnection();

  const table = shallowRef<Table | null>(null);
  const history = shallowRef<History>(begin(new Int32Array(0)));
  const edited = shallowRef<Pictures | null>(null);
  const palette = shallowRef<{ run: string; step: number; tiles: Pictures } | null>(null);
  const busy = ref(false);
  const error = shallowRef<AppError | null>(null);
  const tool = ref<Tool>('brush');
  const brushSize = ref(1);
  const code = ref(0);
  const selection = shallowRef<Region | null>(null);
  const clip = shallowRef<Clip | null>(null);
  /** Time from the newest edit to its pixels, in milliseconds. */
  const latency = ref<number | null>(null);
  /** Step of a checkpoint newer than the one on the table. */
  const newerStep = ref<number | null>(null);

  const grid = computed<Grid | null>(() =>
    table.value === null ? null : { ...table.value.model.grid, indices: history.value.indices },
  );
  const changedCells = computed(() => {
    const encoded = table.value?.encoded;
    return encoded
      ? history.value.indices.reduce((count, value, cell) => count + (value === encoded[cell] ? 0 : 1), 0)
      : 0;
  });
  const canUndo = computed(() => history.value.done.length > 0);
  const canRedo = computed(() => history.value.undone.length > 0);

  const codeGrid = (model: ModelInfo, indices: Int32Array): CodeGrid => ({ ...model.grid, indices });
  const reference = (model: ModelInfo) => ({ run: model.run, checkpoint: model.step });

  const decoder = latestOnly<{ of: Table; indices: Int32Array; since: number }>(async ({ of, indices, since }) => {
    try {
      const { picture } = await connection.request('studio.decode', {
        ...reference(of.model),
        grid: codeGrid(of.model, indices),
      });
      if (table.value !== of) return;
      edited.value = picture;
      latency.value = performance.now() - since;
      error.value = null;
    } catch (thrown) {
      if (table.value === of) error.value = asAppError(thrown);
    }
  });

  function setHistory(next: History): void {
    const of = table.value;
    if (next === history.value || of === null) return;
    history.value = next;
    decoder.push({ of, indices: next.indices, since: performance.now() });
  }

  /** Does an edit; `joined` makes it one with the edit before it. */
  function edit(change: Edit | null, joined = false): boolean {
    setHistory(perform(history.value, change, joined));
    return change !== null;
  }

  /** Runs a request that puts something on the table; a failure leaves the table as it was. */
  async function attempt(action: () => Promise<void>): Promise<void> {
    busy.value = true;
    error.value = null;
    try {
      await action();
    } catch (thrown) {
      error.value = asAppError(thrown);
    } finally {
      busy.value = false;
    }
  }

  async function ensurePalette(model: ModelInfo): Promise<void> {
    if (palette.value?.run === model.run && palette.value.step === model.step) return;
    const { tiles } = await connection.request('studio.palette', reference(model));
    palette.value = { run: model.run, step: model.step, tiles };
    if (code.value >= model.codes) code.value = 0;
  }

  function lay(next: Table, indices: Int32Array, picture: Pictures): void {
    table.value = next;
    history.value = begin(indices);
    edited.value = picture;
    selection.value = null;
    newerStep.value = null;
    latency.value = null;
  }

  /** Encodes a picture with a run's newest checkpoint and puts it on the table. */
  function openPicture(run: string, source: PictureSource): Promise<void> {
    return attempt(async () => {
      const answer = await connection.request('studio.encode', { run, checkpoint: 'latest', picture: source });
      await ensurePalette(answer.model);
      lay(
        {
          model: answer.model,
          name: answer.name,
          source,
          original: answer.original,
          encoded: answer.grid.indices,
          reconstruction: answer.reconstruction,
        },
        answer.grid.indices,
        answer.reconstruction,
      );
    });
  }

  /** Opens a saved latent with a run; codes of other weights are refused unless `anyWeights`. */
  function openLatent(run: string, bytes: Uint8Array, anyWeights = false): Promise<void> {
    return attempt(async () => {
      const answer = await connection.request('studio.openLatent', { run, checkpoint: 'latest', bytes, anyWeights });
      await ensurePalette(answer.model);
      lay(
        {
          model: answer.model,
          name: answer.name,
          source: null,
          original: null,
          encoded: answer.grid.indices,
          reconstruction: answer.picture,
        },
        answer.grid.indices,
        answer.picture,
      );
    });
  }

  /** Encodes the same picture with the newest checkpoint; cells that were repainted keep their codes. */
  function moveToNewest(): Promise<void> {
    const before = table.value;
    if (before?.source === null || before === null) return Promise.resolve();
    const { source } = before;
    const repainted = history.value.indices;
    return attempt(async () => {
      const answer = await connection.request('studio.encode', {
        run: before.model.run,
        checkpoint: 'latest',
        picture: source,
      });
      await ensurePalette(answer.model);
      const next = {
        ...before,
        model: answer.model,
        original: answer.original,
        encoded: answer.grid.indices,
        reconstruction: answer.reconstruction,
      };
      lay(next, answer.grid.indices, answer.reconstruction);
      const kept = answer.grid.indices.map((value, cell) =>
        repainted[cell] === before.encoded[cell] ? value : repainted[cell]!,
      );
      edit(become(codeGrid(next.model, answer.grid.indices), kept));
    });
  }

  async function saveLatent(): Promise<{ fileName: string; bytes: Uint8Array } | null> {
    const of = table.value;
    if (!of) return null;
    return connection.request('studio.saveLatent', {
      ...reference(of.model),
      grid: codeGrid(of.model, history.value.indices),
      name: of.name,
    });
  }

  const onGrid = (action: (grid: Grid) => Edit | null, joined = false): boolean =>
    grid.value ? edit(action(grid.value), joined) : false;

  connection.on('studio.updated', ({ run, step }) => {
    const model = table.value?.model;
    if (model?.run === run && step > model.step) newerStep.value = step;
  });

  return {
    table,
    grid,
    edited,
    palette,
    busy,
    error,
    tool,
    brushSize,
    code,
    selection,
    clip,
    latency,
    newerStep,
    changedCells,
    canUndo,
    canRedo,
    openPicture,
    openLatent,
    moveToNewest,
    saveLatent,
    undo: () => setHistory(undo(history.value)),
    redo: () => setHistory(redo(history.value)),
    reset: () => onGrid((current) => (table.value ? become(current, table.value.encoded) : null)),
    paintLine: (from: Cell, to: Cell, joined: boolean) =>
      onGrid((current) => paint(current, from, to, brushSize.value, code.value), joined),
    fillAt: (cell: Cell) => onGrid((current) => fill(current, cell.row, cell.column, code.value)),
    fillRegion: (region: Region) => onGrid((current) => fillRegion(current, region, code.value)),
    replace: (from: number, to: number) => onGrid((current) => replaceCode(current, from, to)),
    pasteAt: (cell: Cell) =>
      onGrid((current) => (clip.value ? paste(current, clip.value, cell.row, cell.column) : null)),
    pickAt: (cell: Cell) => {
      const current = grid.value;
      if (current) code.value = current.indices[cell.row * current.width + cell.column]!;
    },
    copySelection: () => {
      if (grid.value && selection.value) clip.value = copyRegion(grid.value, selection.value);
    },
  };
});
