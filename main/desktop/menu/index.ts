/** The native menu: built from the commands that the page sends, which stay the only registry. */
import { Menu } from 'electron';
import { channels } from '../channels';
import type { Ipc } from '../security';
import { menuCommandsSchema, type MenuCommands } from './schema';
import { menuTemplate } from './template';

export function enableMenu(ipc: Ipc, onCommand: (id: string) => void): void {
  const show = (commands: MenuCommands): void =>
    Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(commands, process.platform, onCommand)));
  show([]);
  ipc.on(channels.setMenu, menuCommandsSchema, show);
}
