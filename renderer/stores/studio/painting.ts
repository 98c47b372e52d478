import { computed, ref, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue';
import type { ModelInfo, Items } from '@shared/contract';
import { asAppError, type AppError } from '@shared/errors';
import { gridOf, layerCodes, layersOf, type CodeLayer } from '@shared/specs';
import { useConnection } from '@/stores/connection';
import { onLayer, type Edit } from './edits';
import {
  copyRegion,
  fill,
  fillRegion,
  paint,
  paste,
  replaceCode,
  type Clip,
  type Grid,
  type Region,
} from './grid-edits';
import { framedLatent } from './frame';
import type { History } from './history';
import { reference } from './table';
import type { Table } from './laid-table';

export type Tool = 'brush' | 'fill' | 'rectangle' | 'select' | 'eyedropper';
export type Overlay = 'none' | 'grid' | 'codes';
export interface Cell {
  row: number;
  column: number;
}

/** What each code of a model's layer decodes to. */
interface Palette {
  run: string;
  step: number;
  layer: number;
  tiles: Items;
  /** How many times as strong their differences are shown. */
  gain: number;
}

/** The layers of a model's codes; none of one whose latent is a vector. */
export const modelLayers = ({ latent }: Pick<ModelInfo, 'latent'>): CodeLayer[] =>
  latent.kind === 'codes' ? layersOf(latent) : [];

/** Painting codes: a layer of them is chosen, and the tools, the palette and the clipboard are that layer's. */
export function usePainting(
  table: ShallowRef<Table | null>,
  history: ShallowRef<History>,
  edit: (change: Edit | null, joined?: boolean) => boolean,
) {
  const connection = useConnection();
  const layer = ref(0);
  const tool = ref<Tool>('brush');
  const brushSize = ref(1);
  const code = ref(0);
  const selection = shallowRef<Region | null>(null);
  const clip = shallowRef<Clip | null>(null);
  const palette = shallowRef<Palette | null>(null);
  const paletteError = shallowRef<AppError | null>(null);
  /** The code last in hand on each layer. */
  const hands = new Map<number, number>();

  /** Canvas of the picture on the table: larger than the model's own where the canvas is. */
  const layers: ComputedRef<CodeLayer[]> = computed(() =>
    table.value ? modelLayers({ latent: framedLatent(table.value.model.latent, history.value.frame) }) : [],
  );
  watch(
    () => history.value.frame,
    () => (selection.value = null),
  );
  const grid = computed<Grid | null>(() => {
    const shown = layers.value[layer.value];
    if (!shown) return null;
    return { ...gridOf(shown), indices: layerCodes(shown, history.value.values) };
  });

  const paletteOf = async (model: ModelInfo, of: number): Promise<Palette> => {
    const known = palette.value;
    if (known?.run === model.run && known.step === model.step && known.layer === of) return known;
    const { tiles, gain } = await connection.request('studio.palette', { ...reference(model), layer: of });
    return { run: model.run, step: model.step, layer: of, tiles, gain };
  };

  /** Fetches the palette of the layer that will be shown of a model: the same as before, if it has it. */
  async function prepare(model: ModelInfo): Promise<void> {
    const its = modelLayers(model);
    if (its.length === 0) return;
    const shown = layer.value < its.length ? layer.value : 0;
    const ready = await paletteOf(model, shown);
    palette.value = ready;
    paletteError.value = null;
    layer.value = shown;
    code.value = Math.min(code.value, its[shown]!.codes - 1);
  }

  /** Forgets what belonged to another model's codes. */
  function laid(before: Table | null): void {
    selection.value = null;
    if (before?.model.run === table.value?.model.run) return;
    clip.value = null;
    hands.clear();
  }

  /** Turns to another layer; its palette follows. */
  async function chooseLayer(next: number): Promise<void> {
    const of = table.value?.model;
    const [from, to] = [layers.value[layer.value], layers.value[next]];
    if (!of || !from || !to) return;
    if (next !== layer.value) {
      hands.set(layer.value, code.value);
      if (from.axes.join() !== to.axes.join()) selection.value = null;
      // another layer's codes mean something else
      clip.value = null;
      layer.value = next;
      code.value = hands.get(next) ?? Math.min(code.value, to.codes - 1);
    }
    paletteError.value = null;
    try {
      const ready = await paletteOf(of, next);
      if (table.value?.model === of && layer.value === next) palette.value = ready;
    } catch (thrown) {
      if (table.value?.model === of && layer.value === next) paletteError.value = asAppError(thrown);
    }
  }

  const onGrid = (action: (grid: Grid) => Edit | null, joined = false): boolean =>
    grid.value !== null && edit(onLayer(action(grid.value), layers.value, layer.value), joined);

  return {
    prepare,
    laid,
    state: {
      layer,
      layers,
      grid,
      tool,
      brushSize,
      code,
      selection,
      clip,
      /** Null while the layer's own is on its way. */
      palette: computed(() => (palette.value?.layer === layer.value ? palette.value : null)),
      paletteError,
      chooseLayer,
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
    },
  };
}
