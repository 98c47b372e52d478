/**
 * Compression: what pictures take as codes, beside PNG, JPEG and WebP. `measurement` (a store) asks and keeps what was found, `restored` (a store)
 * opens a compressed file; `amounts` and `rate` turn the numbers into bars and curves.
 */
import type { Feature } from '@/app/feature';
import { useRestored } from './restored';

export const compression: Feature = {
  id: 'compression',
  routes: [
    {
      path: '/compression/:result?',
      name: 'compression',
      component: () => import('./CompressionView.vue'),
      meta: { title: 'compression.title' },
    },
  ],
  nav: { label: 'compression.title', icon: 'i-lucide-file-archive', to: '/compression' },
  commands: () => {
    const router = useRouter();
    const restored = useRestored();
    return [
      {
        id: 'compression.open',
        label: 'compression.command.open',
        icon: 'i-lucide-file-archive',
        menu: 'file',
        run: async () => {
          await router.push('/compression');
          restored.isWanted = true;
        },
      },
    ];
  },
};
