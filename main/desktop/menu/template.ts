import type { MenuItemConstructorOptions } from 'electron';
import type { MenuCommands } from './schema';

type Menu = MenuCommands[number]['menu'];
const order: readonly Menu[] = ['file', 'edit', 'view', 'run', 'help'];
const usualLabels: Record<Menu, string> = { file: 'File', edit: 'Edit', view: 'View', run: 'Run', help: 'Help' };

/** Items that the system handles itself, below the page's own commands. */
const roles: Record<Menu, MenuItemConstructorOptions[]> = {
  file: [{ role: 'quit' }],
  edit: [{ role: 'cut' }, { role: 'copy' }, { role: 'paste' }, { role: 'selectAll' }],
  view: [{ role: 'togglefullscreen' }],
  run: [],
  help: [],
};

/**
 * Builds the menu bar for these commands, in their order. Shortcuts are shown, not registered: the page gets every
 * key first and knows what has the focus, so that a command has one handler and runs once.
 */
export function menuTemplate(
  commands: MenuCommands,
  platform: NodeJS.Platform,
  onCommand: (id: string) => void,
): MenuItemConstructorOptions[] {
  const menus = order.flatMap((menu): MenuItemConstructorOptions[] => {
    const own = commands.filter((command) => command.menu === menu);
    const system = platform === 'darwin' && menu === 'file' ? [{ role: 'close' as const }] : roles[menu];
    if (own.length + system.length === 0) return [];
    const items = own.map(({ id, label, accelerator, enabled }): MenuItemConstructorOptions => ({
      id,
      label,
      enabled,
      click: () => onCommand(id),
      ...(accelerator ? { accelerator, registerAccelerator: false } : {}),
    }));
    const gap: MenuItemConstructorOptions[] = own.length > 0 && system.length > 0 ? [{ type: 'separator' }] : [];
    return [{ label: own[0]?.menuLabel ?? usualLabels[menu], submenu: [...items, ...gap, ...system] }];
  });
  return platform === 'darwin' ? [{ role: 'appMenu' }, ...menus] : menus;
}
