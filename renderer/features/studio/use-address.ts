import type { RouteLocationNormalizedLoaded, RouteLocationRaw } from 'vue-router';
import { useCurrentModel } from '@/stores/current-model';
import { useStudioSession, type Table } from '@/stores/studio';

/** What an address of the Studio names: kept work, or an item as it is; `model` is the current one where none is named. */
type Named = { work: string } | { model: string | null; dataset: string; item: number };

const one = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

function namedIn({ path, query }: RouteLocationNormalizedLoaded): Named | null {
  const work = /^\/studio\/([a-z0-9-]+)$/.exec(path)?.[1];
  if (work) return { work };
  const [dataset, item] = [one(query.dataset), one(query.item)];
  return dataset !== null && item !== null && /^\d+$/.test(item)
    ? { model: one(query.model), dataset, item: Number(item) }
    : null;
}

/**
 * Keeps the page's address and the table the same: `/studio/<work>` is what somebody worked on,
 * `/studio?model=…&dataset=…&item=…` an item that nobody touched yet. Who opens an address, or goes back to it, finds that
 * on the table; another picture on the table is a step in the browser's history.
 */
export function useAddress() {
  const route = useRoute();
  const router = useRouter();
  const session = useStudioSession();
  const current = useCurrentModel();
  /** The address that was looked at last, so that one that can't be opened is tried once. */
  let seen = '';
  let shown: Table | null = null;

  function isOnTable(named: Named): boolean {
    if ('work' in named) return session.document === named.work;
    const { source, model } = session.table ?? {};
    const isModel = named.model === null || model?.run === named.model;
    return isModel && source?.kind === 'item' && source.dataset === named.dataset && source.index === named.item;
  }

  function open(named: Named): Promise<void> {
    if ('work' in named) return session.bringBack(named.work);
    const run = named.model ?? current.model?.id;
    if (!run) return Promise.resolve();
    if (run !== current.model?.id) current.choose(run);
    return session.openPicture(run, { kind: 'item', dataset: named.dataset, index: named.item });
  }

  function address(): RouteLocationRaw | null {
    if (session.document !== null) return { path: `/studio/${session.document}` };
    const { source, model } = session.table ?? {};
    if (source?.kind !== 'item' || !model) return null;
    return { path: '/studio', query: { model: model.run, dataset: source.dataset, item: String(source.index) } };
  }

  return {
    /** Opens what the address names if that isn't on the table; answers whether it does. */
    follow(): boolean {
      const named = namedIn(route);
      const isNew = route.fullPath !== seen;
      seen = route.fullPath;
      if (!isNew || named === null || isOnTable(named)) return false;
      void open(named);
      return true;
    },
    /** Writes down what is on the table. */
    write(): void {
      const target = address();
      if (target === null || !/^\/studio(\/|$)/.test(route.path)) return;
      const { fullPath } = router.resolve(target);
      // the first edit of a picture gives it an address of its own: that is no step
      const isStep = namedIn(route) !== null && shown !== session.table;
      shown = session.table;
      if (fullPath === route.fullPath) return;
      seen = fullPath;
      void (isStep ? router.push(target) : router.replace(target));
    },
  };
}
