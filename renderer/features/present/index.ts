/** Present: for an audience, full screen, one picture taken apart into codes, edited and put together. */
import type { Feature } from '@/app/feature';

export const present: Feature = {
  id: 'present',
  routes: [
    {
      path: '/present',
      name: 'present',
      component: () => import('./PresentView.vue'),
      meta: { title: 'present.title', bare: true },
    },
  ],
  nav: { label: 'present.title', icon: 'i-lucide-presentation', to: '/present' },
  commands: () => [],
};
