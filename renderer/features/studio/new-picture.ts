import { i18n } from '@/i18n';
import { classesOf, useStudioSession } from '@/stores/studio';

/** Plainly typed: the union of every key is more than the compiler likes to hold. */
const { t } = i18n.global as unknown as { t: (key: string, named?: Record<string, unknown>) => string };

/** Lays pictures on the table that begin from nothing, with a run and a prior of its codes. */
export function useNewPicture(run: () => string | null) {
  const session = useStudioSession();
  /** The prior in use, where it is one of this run's; else the newest. */
  const prior = computed(() => {
    const its = session.priorsOf(run());
    return its.find(({ id }) => id === session.prior?.id) ?? its[0] ?? null;
  });
  return {
    prior,
    /** Draws one, of a class by its number or of none in particular. */
    drawn(label: number | null): void {
      const by = prior.value;
      if (!by) return;
      const kind = label === null ? undefined : classesOf(by)[label];
      const name = kind ?? t('studio.new.drawnName', { name: by.name });
      void session.startDrawn(by, label, name);
    },
    /** One code in all cells, of the layer that is shown; null: the plainest code, or the mean vector. */
    blank(code: number | null): void {
      const of = run();
      const layer = code === null ? 0 : session.layer;
      if (of) void session.startBlank(of, { layer, code }, t('studio.new.blankName'));
    },
  };
}
