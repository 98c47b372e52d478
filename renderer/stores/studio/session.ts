import { useEventListener } from '@vueuse/core';
import { defineStore } from 'pinia';
import { ref, watch } from 'vue';
import { useConnection } from '@/stores/connection';
import { useBetween } from './between';
import { useDraws } from './draws';
import { useExtending } from './extending';
import { editKept, keep, readKept } from './kept';
import { useOffers } from './offers';
import { usePainting } from './painting';
import { usePriorTools } from './prior-tools';
import { useSliders } from './sliders';
import { useStarts } from './starts';
import { useTable, type TableOptions } from './table';
import { useVarying } from './varying';

/** What the side of the Studio shows: what to paint with, or one of the ways to other pictures. */
export type Panel = 'paint' | 'vary' | 'extend' | 'between';

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
  const { history, edit, lay, attempt, ...shown } = onTable;
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

  /** Edits that a reload interrupted, if there are any of one of these runs: the picture is opened and edited again. */
  function restore(runs: readonly string[]): Promise<void> | null {
    const kept = readKept();
    if (!kept || table.value !== null || !runs.includes(kept.run)) return null;
    return onTable.openPicture(kept.run, kept.source, (next) => editKept(next, kept));
  }

  watch([table, history], ([of, now]) => of && keep(of, now));
  // a reload brings an item's edits back; closing the tab does not. The window of the desktop app has no such question
  useEventListener(window, 'beforeunload', (event) => {
    if (onTable.changes.value > 0 && connection.info?.host === 'browser') event.preventDefault();
  });

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
    panel,
    restore,
  };
});
