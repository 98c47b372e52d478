import type { MenuCommand } from '@shared/contract';
import { i18n } from '@/i18n';

/** Something a person can do, by menu, palette, shortcut or button. */
export interface Command {
  /** `feature.verb`. */
  id: string;
  /** Key of its words in i18n. */
  label: string;
  icon: string;
  menu: MenuCommand['menu'];
  /** As in `ctrl+z`, `shift+[`, `b`; Ctrl is Cmd on a Mac. Empty for none. */
  shortcut?: string;
  enabled?: () => boolean;
  run: () => void | Promise<void>;
}

/** Plainly typed: the union of every key is more than the compiler likes to hold. */
const { t: translate } = i18n.global as unknown as { t: (key: string) => string };
const commands = new Map<string, Command>();

/** Adds commands to the one registry. A second command of the same name, or with the same shortcut, is a mistake. */
export function registerCommands(added: readonly Command[]): void {
  for (const command of added) {
    const clash =
      command.shortcut &&
      [...commands.values()].find(({ id, shortcut }) => shortcut === command.shortcut && id !== command.id);
    if (clash) throw new Error(`${command.id} and ${clash.id} share the shortcut ${command.shortcut}.`);
    commands.set(command.id, command);
  }
}

export const allCommands = (): Command[] => [...commands.values()];
export const isEnabled = (command: Command): boolean => command.enabled?.() ?? true;

/** Runs a command if it can be run now; answers whether it was. */
export function runCommand(id: string): boolean {
  const command = commands.get(id);
  if (!command || !isEnabled(command)) return false;
  void command.run();
  return true;
}

const isMac = (): boolean => navigator.platform.startsWith('Mac');
const modifiers: Record<string, readonly [string, string]> = {
  ctrl: ['Ctrl', '⌘'],
  alt: ['Alt', '⌥'],
  shift: ['Shift', '⇧'],
};
const keyNames: Record<string, string> = { arrowleft: '←', arrowright: '→', ' ': 'Space' };

/** A shortcut as a person reads it: `Ctrl+Z`, or `⌘Z` on a Mac. */
export function shortcutText(shortcut: string): string {
  return shortcut
    .split('+')
    .map((part) => (part in modifiers ? modifiers[part]![isMac() ? 1 : 0]! : (keyNames[part] ?? part.toUpperCase())))
    .join(isMac() ? '' : '+');
}

/** Label and shortcut, for a button's tooltip. */
export function commandTooltip(id: string): string {
  const command = commands.get(id);
  if (!command) return '';
  const label = translate(command.label);
  return command.shortcut ? `${label} (${shortcutText(command.shortcut)})` : label;
}

/** The shortcut that a key press is. */
export function shortcutOf(event: KeyboardEvent): string {
  // with Shift or Alt, a digit's key is another character: its place on the keyboard tells it
  const digit = /^Digit(\d)$/.exec(event.code ?? '')?.[1];
  if (digit !== undefined && event.altKey && event.shiftKey && !event.ctrlKey) return `alt+shift+${digit}`;
  const control = event.ctrlKey || event.metaKey;
  // with a bare printable key, Shift is part of the character already
  const shift = event.shiftKey && (control || event.key.length > 1);
  return [control ? 'ctrl' : '', shift ? 'shift' : '', event.key.toLowerCase()].filter(Boolean).join('+');
}

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** Runs the command a key press stands for. Keys without Ctrl are left alone while somebody types. */
export function handleKey(event: KeyboardEvent): void {
  if (event.defaultPrevented) return;
  const shortcut = shortcutOf(event);
  if (typing(event.target) && !shortcut.startsWith('ctrl+') && !/^f\d+$/.test(shortcut)) return;
  if (typing(event.target) && /^ctrl\+(shift\+)?[zycvxa]$/.test(shortcut)) return;
  const command = allCommands().find((candidate) => candidate.shortcut === shortcut);
  if (command && runCommand(command.id)) event.preventDefault();
}

/** The registry as the native menu wants it. */
export function menuCommands(): MenuCommand[] {
  return allCommands().map((command) => ({
    id: command.id,
    label: translate(command.label),
    menu: command.menu,
    menuLabel: translate(`app.menu.${command.menu}`),
    accelerator: accelerator(command.shortcut ?? ''),
    enabled: isEnabled(command),
  }));
}

/** Single keys are left to the page: as an accelerator they would be taken from every text field. */
function accelerator(shortcut: string): string {
  if (!shortcut.startsWith('ctrl+') && !/^f\d+$/.test(shortcut)) return '';
  return shortcut
    .split('+')
    .map((part) => (part === 'ctrl' ? 'CmdOrCtrl' : part === 'shift' ? 'Shift' : part.toUpperCase()))
    .join('+');
}
