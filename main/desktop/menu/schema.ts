import { z } from 'zod';

/** What Electron takes as an accelerator; anything else would throw while the menu is built. */
const accelerator =
  /^(?:(?:CmdOrCtrl|CommandOrControl|Cmd|Command|Ctrl|Control|Alt|Option|Shift|Super|Meta)\+)*(?:[A-Z0-9]|F[1-9]|F1\d|F2[0-4]|Plus|Space|Tab|Backspace|Delete|Insert|Return|Enter|Up|Down|Left|Right|Home|End|PageUp|PageDown|Escape|Esc|[-=[\];',./\\`])$/i;

/** The page's commands for the menu as they arrive: checked like any input. */
export const menuCommandsSchema = z
  .array(
    z.object({
      id: z.string().regex(/^[\w.:-]{1,80}$/),
      label: z.string().min(1).max(120),
      menu: z.enum(['file', 'edit', 'view', 'run', 'help']),
      menuLabel: z.string().min(1).max(60),
      // a shortcut that a menu can't show is left out; the page still handles it
      accelerator: z.string().transform((text) => (accelerator.test(text) ? text : '')),
      enabled: z.boolean(),
    }),
  )
  .max(300);
export type MenuCommands = z.output<typeof menuCommandsSchema>;
