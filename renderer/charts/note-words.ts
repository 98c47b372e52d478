import { useI18n } from 'vue-i18n';
import { undrawn, type Curve } from './curves';
import type { ChartNote } from './notes';

/** A note of a chart as a sentence. */
export function useNoteWords(): (note: ChartNote) => string {
  const { t, n } = useI18n();
  return (note) => {
    switch (note.kind) {
      case 'values':
        return t('charts.note.values', { count: n(note.count) }, note.count);
      case 'places':
        return t('charts.note.places', { count: n(note.count) }, note.count);
      case 'notFinite':
        return t('charts.note.notFinite', { count: n(note.count), step: n(note.step) }, note.count);
      case 'symlog':
        return t('charts.note.symlog');
    }
  };
}

/** What a chart of curves can't draw, a sentence for each curve. */
export function useUndrawnWords(): (curves: readonly Curve[]) => string[] {
  const { t, n } = useI18n();
  return (curves) =>
    undrawn(curves).map(({ name, count }) => t('charts.note.undrawn', { name, count: n(count) }, count));
}
