/**
 * Train: the form that begins a run (`StartForm`, fields from the schemas, cost from the workbench) and the screen that
 * watches one (`RunPanel`: controls, previews over steps, charts). `run-metrics` holds what was measured, `charts` says which
 * chart shows which series, `insight` puts it in plain words.
 */
import type { Command } from '@/app/commands';
import type { Feature } from '@/app/feature';
import { useCurrentModel } from '@/stores/current-model';
import { useRuns } from '@/stores/runs';
import { useSelection } from '@/stores/selection';

function commands(): Command[] {
  const runs = useRuns();
  const current = useCurrentModel();
  const selection = useSelection();
  const router = useRouter();
  const watched = () => runs.find(selection.watched) ?? runs.find(selection.watching) ?? runs.active[0] ?? null;
  return [
    {
      id: 'train.new',
      label: 'train.new',
      icon: 'i-lucide-plus',
      menu: 'run',
      shortcut: 'n',
      run: () => void router.push({ path: '/train', query: { new: '' } }),
    },
    {
      id: 'train.make-current',
      label: 'app.current.make',
      icon: 'i-lucide-pin',
      menu: 'run',
      enabled: () => {
        const run = runs.find(selection.watched);
        return run !== null && current.canChoose(run);
      },
      run: () => current.choose(selection.watched!),
    },
    {
      id: 'train.pause',
      label: 'train.command.pause',
      icon: 'i-lucide-pause',
      menu: 'run',
      enabled: () => watched()?.status === 'running',
      run: () => void runs.pause(watched()!.id),
    },
    {
      id: 'train.continue',
      label: 'train.command.continue',
      icon: 'i-lucide-play',
      menu: 'run',
      enabled: () => ['paused', 'stopped', 'interrupted'].includes(watched()?.status ?? ''),
      run: () => void runs.proceed(watched()!.id),
    },
    {
      id: 'train.stop',
      label: 'train.command.stop',
      icon: 'i-lucide-square',
      menu: 'run',
      enabled: () => watched()?.active ?? false,
      run: () => void runs.stop(watched()!.id),
    },
  ];
}

export const train: Feature = {
  id: 'train',
  routes: [
    { path: '/train', name: 'train', component: () => import('./TrainView.vue'), meta: { title: 'train.title' } },
  ],
  nav: { label: 'train.title', icon: 'i-lucide-graduation-cap', to: '/train' },
  commands,
};
