/** Runs: all of them with their figures; name, tag, compare, continue, export, delete. */
import type { Feature } from '@/app/feature';

export const runs: Feature = {
  id: 'runs',
  routes: [
    {
      path: '/runs',
      alias: '/runs/compare/:comparison',
      name: 'runs',
      component: () => import('./RunsView.vue'),
      meta: { title: 'runs.title' },
    },
  ],
  nav: { label: 'runs.title', icon: 'i-lucide-list', to: '/runs' },
  commands: () => [],
};
