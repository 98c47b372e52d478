import type { Router } from 'vue-router';
import { isDesktop } from '@/transport';
import { usePreferences } from '@/stores/preferences';
import { useRuns } from '@/stores/runs';
import type { Command } from './commands';
import { dialogs } from './dialogs';
import { features } from './features';

/** What can be done from anywhere: go to a screen, open the palette, help and doctor, change the looks. */
export function appCommands(router: Router): Command[] {
  const preferences = usePreferences();
  const runs = useRuns();
  const going = features.map(({ id, nav }, i): Command => ({
    id: `app.go-${id}`,
    label: nav.label,
    icon: nav.icon,
    menu: 'view',
    // in a browser's tab Ctrl (on Linux also Alt) with a digit goes to another tab
    shortcut: isDesktop() ? `ctrl+${i + 1}` : `alt+shift+${i + 1}`,
    run: () => void router.push(nav.to),
  }));
  return [
    ...going,
    {
      id: 'app.palette',
      label: 'app.command.palette',
      icon: 'i-lucide-search',
      menu: 'view',
      shortcut: 'ctrl+k',
      run: () => void (dialogs.palette = true),
    },
    {
      id: 'app.model',
      label: 'app.current.choose',
      icon: 'i-lucide-box',
      menu: 'view',
      enabled: () => runs.autoencoders.length > 0,
      run: () => void (dialogs.model = true),
    },
    {
      id: 'app.help',
      label: 'app.command.help',
      icon: 'i-lucide-circle-help',
      menu: 'help',
      shortcut: 'f1',
      run: () => void (dialogs.help = true),
    },
    {
      id: 'app.doctor',
      label: 'app.command.doctor',
      icon: 'i-lucide-stethoscope',
      menu: 'help',
      run: () => void (dialogs.doctor = true),
    },
    {
      id: 'app.bin',
      label: 'app.bin.open',
      icon: 'i-lucide-trash-2',
      menu: 'file',
      run: () => void (dialogs.bin = true),
    },
    {
      id: 'app.theme',
      label: 'app.command.theme',
      icon: 'i-lucide-sun-moon',
      menu: 'view',
      run: () => void (preferences.theme = preferences.dark ? 'light' : 'dark'),
    },
    {
      id: 'app.language',
      label: 'app.command.language',
      icon: 'i-lucide-languages',
      menu: 'view',
      run: () => void (preferences.locale = preferences.locale === 'en' ? 'zh-CN' : 'en'),
    },
  ];
}
