/** Studio: a picture as grids of codes to be repainted, or as a vector to be turned, decoded on the fly. */
import type { Command } from '@/app/commands';
import type { Feature } from '@/app/feature';
import { useStudioSession, type Tool } from '@/stores/studio';
import { useNewPicture } from './new-picture';

const tools: { tool: Tool; icon: string; shortcut: string }[] = [
  { tool: 'brush', icon: 'i-lucide-brush', shortcut: 'b' },
  { tool: 'fill', icon: 'i-lucide-paint-bucket', shortcut: 'f' },
  { tool: 'rectangle', icon: 'i-lucide-square', shortcut: 'r' },
  { tool: 'select', icon: 'i-lucide-square-dashed-mouse-pointer', shortcut: 's' },
  { tool: 'eyedropper', icon: 'i-lucide-pipette', shortcut: 'i' },
];
const LARGEST_BRUSH = 8;

function commands(): Command[] {
  const session = useStudioSession();
  const newPicture = useNewPicture(() => session.table?.model.run ?? null);
  const onTable = (): boolean => session.grid !== null;
  return [
    ...tools.map(({ tool, icon, shortcut }): Command => ({
      id: `studio.${tool}`,
      label: `studio.command.${tool}`,
      icon,
      menu: 'edit',
      shortcut,
      enabled: onTable,
      run: () => void (session.tool = tool),
    })),
    {
      id: 'studio.smaller',
      label: 'studio.command.smaller',
      icon: 'i-lucide-minus',
      menu: 'edit',
      shortcut: '[',
      enabled: onTable,
      run: () => void (session.brushSize = Math.max(1, session.brushSize - 1)),
    },
    {
      id: 'studio.larger',
      label: 'studio.command.larger',
      icon: 'i-lucide-plus',
      menu: 'edit',
      shortcut: ']',
      enabled: onTable,
      run: () => void (session.brushSize = Math.min(LARGEST_BRUSH, session.brushSize + 1)),
    },
    {
      id: 'studio.layer',
      label: 'studio.command.layer',
      icon: 'i-lucide-layers',
      menu: 'edit',
      shortcut: 'l',
      enabled: () => session.layers.length > 1,
      run: () => session.chooseLayer((session.layer + 1) % session.layers.length),
    },
    {
      id: 'studio.resample',
      label: 'studio.command.resample',
      icon: 'i-lucide-refresh-cw',
      menu: 'edit',
      shortcut: 'p',
      enabled: () => session.canPropose,
      run: () => session.propose(),
    },
    {
      id: 'studio.surprise',
      label: 'studio.command.surprise',
      icon: 'i-lucide-flame',
      menu: 'edit',
      shortcut: 'h',
      enabled: () => session.prior !== null && onTable(),
      run: () => void (session.isSurpriseShown = !session.isSurpriseShown),
    },
    {
      id: 'studio.vary',
      label: 'studio.command.vary',
      icon: 'i-lucide-shuffle',
      menu: 'edit',
      shortcut: 'v',
      enabled: () => session.canAsk,
      run: () => {
        session.panel = 'vary';
        return session.vary();
      },
    },
    {
      id: 'studio.extend',
      label: 'studio.command.extend',
      icon: 'i-lucide-expand',
      menu: 'edit',
      shortcut: 'e',
      enabled: () => session.canGrow,
      run: () => {
        // the first time it is only shown, to which sides and how far
        if (session.panel === 'extend') return session.extend();
        session.panel = 'extend';
      },
    },
    {
      id: 'studio.between',
      label: 'studio.command.between',
      icon: 'i-lucide-blend',
      menu: 'edit',
      shortcut: 'm',
      enabled: () => session.canGoBetween,
      run: () => void (session.panel = 'between'),
    },
    {
      id: 'studio.fresh',
      label: 'studio.command.fresh',
      icon: 'i-lucide-file-plus-2',
      menu: 'edit',
      shortcut: 'a',
      enabled: () => newPicture.prior.value !== null && !session.isStarting,
      run: () => newPicture.drawn(session.priorClass),
    },
    {
      id: 'studio.blank',
      label: 'studio.command.blank',
      icon: 'i-lucide-square',
      menu: 'edit',
      enabled: () => session.table !== null && !session.isStarting,
      run: () => newPicture.blank(session.vector ? null : session.code),
    },
    {
      id: 'studio.draw',
      label: 'studio.command.draw',
      icon: 'i-lucide-dices',
      menu: 'edit',
      shortcut: 'd',
      enabled: () => session.dials.length > 0,
      run: () => void session.draw(),
    },
    {
      id: 'studio.undo',
      label: 'studio.command.undo',
      icon: 'i-lucide-undo-2',
      menu: 'edit',
      shortcut: 'ctrl+z',
      enabled: () => session.canUndo,
      run: () => session.undo(),
    },
    {
      id: 'studio.redo',
      label: 'studio.command.redo',
      icon: 'i-lucide-redo-2',
      menu: 'edit',
      shortcut: 'ctrl+shift+z',
      enabled: () => session.canRedo,
      run: () => session.redo(),
    },
    {
      id: 'studio.copy',
      label: 'studio.command.copy',
      icon: 'i-lucide-copy',
      menu: 'edit',
      shortcut: 'ctrl+c',
      enabled: () => session.selection !== null,
      run: session.copySelection,
    },
    {
      id: 'studio.paste',
      label: 'studio.command.paste',
      icon: 'i-lucide-clipboard-paste',
      menu: 'edit',
      shortcut: 'ctrl+v',
      enabled: () => session.clip !== null && onTable(),
      run: () => {
        const corner = session.selection;
        session.pasteAt(
          corner
            ? { row: Math.min(corner.row, corner.toRow), column: Math.min(corner.column, corner.toColumn) }
            : { row: 0, column: 0 },
        );
      },
    },
  ];
}

export const studio: Feature = {
  id: 'studio',
  routes: [
    {
      path: '/studio/:work?',
      name: 'studio',
      component: () => import('./StudioView.vue'),
      meta: { title: 'studio.title' },
    },
  ],
  nav: { label: 'studio.title', icon: 'i-lucide-brush', to: '/studio' },
  commands,
};
