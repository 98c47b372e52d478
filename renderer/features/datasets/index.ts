/** Datasets: import pictures, look through them, see one item beside what a run makes of it. */
import type { Feature } from '@/app/feature';
import { dialogs } from '@/app/dialogs';

export const datasets: Feature = {
  id: 'datasets',
  routes: [
    {
      path: '/datasets',
      name: 'datasets',
      component: () => import('./DatasetsView.vue'),
      meta: { title: 'datasets.title' },
    },
    {
      path: '/datasets/:dataset',
      name: 'dataset',
      component: () => import('./DatasetView.vue'),
      meta: { title: 'datasets.title' },
      props: true,
    },
  ],
  nav: { label: 'datasets.title', icon: 'i-lucide-images', to: '/datasets' },
  commands: () => {
    const router = useRouter();
    // the dialog belongs to the cards: there one sees what it brings
    const open = async (): Promise<void> => {
      await router.push('/datasets');
      dialogs.import = true;
    };
    return [
      {
        id: 'datasets.import',
        label: 'datasets.import.open',
        icon: 'i-lucide-import',
        menu: 'file',
        shortcut: 'ctrl+o',
        run: open,
      },
    ];
  },
};
