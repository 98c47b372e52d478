import { useEventListener } from '@vueuse/core';
import { defineStore } from 'pinia';
import { watch } from 'vue';
import { useConnection } from '@/stores/connection';
import { useDraws } from './draws';
import { keep, readKept, withKept } from './kept';
import { usePainting } from './painting';
import { usePriorTools } from './prior-tools';
import { useSliders } from './sliders';
import { useTable, type TableOptions } from './table';

/** The Studio's state, kept while other screens are visited: one picture, its latent with its history, the tool in hand. */
export const useStudioSession = defineStore('studio', () => {
  const connection = useConnection();
  const hooks: TableOptions = {
    prepare: (model) => painting.prepare(model),
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
  const { history, edit, ...shown } = onTable;
  const painting = usePainting(onTable.table, history, edit);
  const sliders = useSliders(onTable.table, history, edit);
  const draws = useDraws(onTable.table, history, edit);
  const { layers, layer, selection } = painting.state;
  const priorTools = usePriorTools({ table: onTable.table, history, layers, layer, selection, edit });

  /** Edits that a reload interrupted, if there are any of one of these runs: the picture is opened and edited again. */
  function restore(runs: readonly string[]): Promise<void> | null {
    const kept = readKept();
    if (!kept || onTable.table.value !== null || !runs.includes(kept.run)) return null;
    return onTable.openPicture(kept.run, kept.source, (encoded) =>
      withKept(encoded, onTable.table.value!.model.latent, kept),
    );
  }

  watch([onTable.table, history], ([table, { values }]) => table && keep(table, values));
  // a reload brings an item's edits back; closing the tab does not. The window of the desktop app has no such question
  useEventListener(window, 'beforeunload', (event) => {
    if (onTable.changes.value > 0 && connection.info?.host === 'browser') event.preventDefault();
  });

  return { ...shown, ...painting.state, ...sliders.state, ...draws.state, ...priorTools, restore };
});
