import { beforeEach, describe, expect, it, vi } from 'vitest';
import {
  allCommands,
  commandTooltip,
  handleKey,
  menuCommands,
  registerCommands,
  runCommand,
  shortcutOf,
  shortcutText,
  type Command,
} from '@/app/commands';

let ready = true;
const save = vi.fn();
const brush = vi.fn();
const commands: Command[] = [
  {
    id: 'test.save',
    label: 'app.undo',
    icon: 'i-lucide-save',
    menu: 'file',
    shortcut: 'ctrl+s',
    enabled: () => ready,
    run: save,
  },
  { id: 'test.brush', label: 'app.command.help', icon: 'i-lucide-brush', menu: 'edit', shortcut: 'b', run: brush },
];
const key = (name: string, more: KeyboardEventInit = {}): KeyboardEvent =>
  new KeyboardEvent('keydown', { key: name, cancelable: true, bubbles: true, ...more });
/** A key pressed while `target` has the focus. */
function press(target: HTMLElement, event: KeyboardEvent): KeyboardEvent {
  document.body.append(target);
  target.addEventListener('keydown', handleKey);
  target.dispatchEvent(event);
  target.remove();
  return event;
}

beforeEach(() => {
  ready = true;
  vi.clearAllMocks();
  registerCommands(commands);
});

describe('the command registry', () => {
  it('runs a command by its id, and not while it is disabled', () => {
    expect(runCommand('test.save')).toBe(true);
    ready = false;
    expect(runCommand('test.save')).toBe(false);
    expect(runCommand('test.unknown')).toBe(false);
    expect(save).toHaveBeenCalledTimes(1);
  });

  it('keeps one command an id, and refuses a shortcut that another one has', () => {
    registerCommands(commands);
    expect(allCommands().filter(({ id }) => id === 'test.save')).toHaveLength(1);
    expect(() => registerCommands([{ ...commands[0]!, id: 'test.other' }])).toThrow(
      'test.other and test.save share the shortcut ctrl+s',
    );
  });

  it('shows label and shortcut in a tooltip', () => {
    expect(commandTooltip('test.save')).toBe('Undo (Ctrl+S)');
    expect(commandTooltip('test.unknown')).toBe('');
    expect(shortcutText('ctrl+shift+z')).toBe('Ctrl+Shift+Z');
    expect(shortcutText('alt+shift+4')).toBe('Alt+Shift+4');
    expect(shortcutText('arrowleft')).toBe('←');
  });

  it('gives the native menu accelerators, but no bare letter, which would be taken from every text field', () => {
    const menu = new Map(menuCommands().map((command) => [command.id, command]));
    expect(menu.get('test.save')).toMatchObject({
      label: 'Undo',
      menuLabel: 'File',
      accelerator: 'CmdOrCtrl+S',
      enabled: true,
    });
    expect(menu.get('test.brush')?.accelerator).toBe('');
    ready = false;
    expect(menuCommands().find(({ id }) => id === 'test.save')?.enabled).toBe(false);
  });
});

describe('a key press', () => {
  it.each([
    [key('s', { ctrlKey: true }), 'ctrl+s'],
    [key('$', { altKey: true, shiftKey: true, code: 'Digit4' }), 'alt+shift+4'],
    [key('¤', { altKey: true, shiftKey: true, code: 'Digit4' }), 'alt+shift+4'],
    [key('s', { metaKey: true }), 'ctrl+s'],
    [key('Z', { ctrlKey: true, shiftKey: true }), 'ctrl+shift+z'],
    [key('?', { shiftKey: true }), '?'],
    [key('F1'), 'f1'],
  ])('%# is read as %s', (event, shortcut) => expect(shortcutOf(event)).toBe(shortcut));

  it('runs the command it stands for, and is then not the browser’s', () => {
    expect(press(document.createElement('div'), key('b')).defaultPrevented).toBe(true);
    expect(brush).toHaveBeenCalledTimes(1);
  });

  it('is a letter while somebody types, unless Ctrl is held', () => {
    expect(press(document.createElement('input'), key('b')).defaultPrevented).toBe(false);
    expect(brush).not.toHaveBeenCalled();
    press(document.createElement('input'), key('s', { ctrlKey: true }));
    expect(save).toHaveBeenCalledTimes(1);
  });

  it('stays the browser’s when its command can’t be run now', () => {
    ready = false;
    expect(press(document.createElement('div'), key('s', { ctrlKey: true })).defaultPrevented).toBe(false);
  });
});
