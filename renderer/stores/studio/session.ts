import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import type { CheckpointChoice } from '@shared/contract';
import { useBetween } from './between';
import { useDraws } from './draws';
import { useExtending } from './extending';
import type { Tools } from './kept';
import { useOffers } from './offers';
import { usePainting } from './painting';
import { usePriorTools } from './prior-tools';
import { useSliders } from './sliders';
import { useStarts } from './starts';
import { useTable, type TableOptions } from './table';
import { useVarying } from './varying';
import { useWork } from './work';

/** What the side of the Studio shows: what to paint with, or one of the ways to other pictures. */
export type Panel = 'paint' | 'vary' | 'extend' | 'between';

/** The Studio's state, kept while other screens are visited: one picture, its latent with its history, the tool in hand. */
export const useStudioSession = defineStore('studio', () => {
  const hooks: TableOptions = {
    prepare: (model) => painting.prepare(model),
    leaving: () => work.leaving(),
    laid: (before) => {
      painting.laid(before);
      sliders.laid();
      draws.laid();
    },
    travelled: ({ layer }) => {
      if (layer !== undefined && layer !== painting.state.layer.value) void painting.state.chooseLayer(layer);
    },
  };
  const onTable = useTable(hooks);
  const { history, edit, lay, attempt, encode, ...shown } = onTable;
  const { table } = onTable;
  const painting = usePainting(table, history, edit);
  const sliders = useSliders(table, history, edit);
  const draws = useDraws(table, history, edit);
  const offers = useOffers(table, history, edit);
  const { layers, layer, selection } = painting.state;
  const priorTools = usePriorTools({ table, history, layers, layer, selection, offers });
  const { fill } = priorTools;
  const { prior } = priorTools.state;
  const extending = useExtending({ table, history, prior, fill, offers, edit });
  const varying = useVarying({ table, history, prior, fill, offers });
  const between = useBetween(table, history, edit);
  const starts = useStarts({
    temperature: priorTools.state.priorTemperature,
    openCodes: onTable.openCodes,
    lay,
    attempt,
  });
  const panel = ref<Panel>('paint');

  const tools = computed<Tools>(() => ({
    panel: panel.value,
    tool: painting.state.tool.value,
    brushSize: painting.state.brushSize.value,
    layer: painting.state.layer.value,
    code: painting.state.code.value,
  }));
  async function takeTools(kept: Tools): Promise<void> {
    panel.value = kept.panel;
    painting.state.tool.value = kept.tool;
    painting.state.brushSize.value = kept.brushSize;
    const shown = painting.state.layers.value[kept.layer];
    if (!shown) return;
    await painting.state.chooseLayer(kept.layer);
    painting.state.code.value = Math.min(kept.code, shown.codes - 1);
  }
  const work = useWork({ table, history, tools, takeTools, attempt, lay, encode });

  return {
    ...shown,
    ...painting.state,
    ...sliders.state,
    ...draws.state,
    ...offers.state,
    ...priorTools.state,
    ...extending,
    ...varying,
    ...between,
    ...starts,
    ...work.state,
    moveTo: (checkpoint: CheckpointChoice) => work.goOn(() => onTable.moveTo(checkpoint)),
    panel,
  };
});
