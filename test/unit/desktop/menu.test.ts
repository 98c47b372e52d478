import { describe, expect, it, vi } from 'vitest';
import { menuCommandsSchema } from '../../../main/desktop/menu/schema';
import { menuTemplate } from '../../../main/desktop/menu/template';

const command = (fields: object = {}) => ({
  id: 'run.pause',
  label: 'Pause',
  menu: 'run',
  menuLabel: 'Run',
  accelerator: '',
  enabled: true,
  ...fields,
});
const items = (menu: { submenu?: unknown } | undefined) =>
  menu?.submenu as { id?: string; role?: string; type?: string; accelerator?: string; click?: () => void }[];

describe('commands for the menu', () => {
  it.each(['CmdOrCtrl+O', 'Ctrl+Shift+Z', 'F1', 'F12', 'Space', 'Alt+Left', '[', 'CmdOrCtrl+,'])(
    'may have the shortcut %s',
    (accelerator) => {
      expect(menuCommandsSchema.parse([command({ accelerator })])[0]!.accelerator).toBe(accelerator);
    },
  );

  it.each(['', 'Ctrl', 'Ctrl+', 'Hyper+Q', 'AB', 'Ctrl+O; rm', '图'])(
    'lose the shortcut %j, which a menu can’t show',
    (accelerator) => {
      expect(menuCommandsSchema.parse([command({ accelerator })])[0]!.accelerator).toBe('');
    },
  );

  it.each([
    [{ id: 'a b' }],
    [{ id: '' }],
    [{ menu: 'window' }],
    [{ label: '' }],
    [{ label: 'x'.repeat(200) }],
    [{ enabled: 1 }],
    [{ id: undefined }],
  ])('are refused with %j', (fields) => expect(menuCommandsSchema.safeParse([command(fields)]).success).toBe(false));

  it('are refused in any great number', () => {
    expect(menuCommandsSchema.safeParse(Array.from({ length: 301 }, () => command())).success).toBe(false);
  });

  it('carry nothing else into the menu', () => {
    expect(menuCommandsSchema.parse([command({ role: 'quit', click: 'x' })])[0]).not.toHaveProperty('role');
  });
});

describe('the menu bar', () => {
  const commands = menuCommandsSchema.parse([
    command({ id: 'data.import', label: '导入图片…', menu: 'file', menuLabel: '文件', accelerator: 'CmdOrCtrl+O' }),
    command(),
    command({ id: 'run.stop', label: 'Stop', enabled: false }),
  ]);

  it('has the page’s labels in the page’s order, above what the system does', () => {
    const menus = menuTemplate(commands, 'linux', () => undefined);
    expect(menus.map(({ label }) => label)).toEqual(['文件', 'Edit', 'View', 'Run']);
    expect(items(menus[0]).map(({ id, role, type }) => id ?? role ?? type)).toEqual([
      'data.import',
      'separator',
      'quit',
    ]);
    expect(items(menus[3]).map(({ id }) => id)).toEqual(['run.pause', 'run.stop']);
  });

  it('shows shortcuts without taking their keys from the page', () => {
    const [file] = menuTemplate(commands, 'linux', () => undefined);
    expect(items(file)[0]).toMatchObject({ accelerator: 'CmdOrCtrl+O', registerAccelerator: false });
  });

  it('tells which command was chosen', () => {
    const chosen = vi.fn();
    items(menuTemplate(commands, 'linux', chosen)[0])[0]!.click!();
    expect(chosen).toHaveBeenCalledWith('data.import');
  });

  it('begins with the app’s own menu on macOS, where quitting belongs there', () => {
    const menus = menuTemplate(commands, 'darwin', () => undefined);
    expect(menus[0]).toEqual({ role: 'appMenu' });
    expect(items(menus[1]).map(({ role }) => role)).toContain('close');
    expect(items(menus[1]).map(({ role }) => role)).not.toContain('quit');
  });
});
