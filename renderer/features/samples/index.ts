/**
 * Samples: what a prior draws. `drawn` (a store) asks for samples 16 at a time and keeps each sheet with its recipe,
 * `favourites` (a store) keeps the chosen ones in the browser, `recipe` says how a sample was made, in words and in the PNG's
 * text chunk. `watch/` shows how one was drawn, `quality` (a store) measures many, `NearestItems` looks for copies.
 */
import type { Command } from '@/app/commands';
import type { Feature } from '@/app/feature';
import { useRuns } from '@/stores/runs';
import { useDrawn } from './drawn';

function commands(): Command[] {
  const runs = useRuns();
  const router = useRouter();
  const drawn = useDrawn();
  return [
    {
      id: 'samples.draw',
      label: 'samples.command.draw',
      icon: 'i-lucide-sparkles',
      menu: 'run',
      shortcut: 'g',
      enabled: () => runs.priors.length > 0 && !drawn.isDrawing,
      run: async () => {
        await router.push('/samples');
        await drawn.draw();
      },
    },
  ];
}

export const samples: Feature = {
  id: 'samples',
  routes: [
    {
      path: '/samples/:sheet?',
      name: 'samples',
      component: () => import('./SamplesView.vue'),
      meta: { title: 'samples.title' },
    },
  ],
  nav: { label: 'samples.title', icon: 'i-lucide-sparkles', to: '/samples' },
  commands,
};
