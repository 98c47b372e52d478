/**
 * Codebook: which codes of a run's codebook are used, how often, where and since when, and what each of them means.
 * `use-codebook` opens a checkpoint's codebook; `usage`, `orders`, `history` and `grid-cursor` are the pure part; `code-map-paint`
 * draws all codes at once.
 */
import type { Feature } from '@/app/feature';

export const codebook: Feature = {
  id: 'codebook',
  routes: [
    {
      path: '/codebook',
      name: 'codebook',
      component: () => import('./CodebookView.vue'),
      meta: { title: 'codebook.title' },
    },
  ],
  nav: { label: 'codebook.title', icon: 'i-lucide-grid-3x3', to: '/codebook' },
  commands: () => [],
};
