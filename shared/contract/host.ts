import { z } from 'zod';
import { empty } from './common';
import type { Contract } from './contract';

/**
 * What the desktop host alone may ask of the workbench process it started, on a pipe of its own (fd 4; fd 3 carries the
 * renderer's messages, relayed unread). Paths come only from native dialogs, drops and the command line.
 */
export const hostContract = {
  requests: {
    'host.grant': { params: z.object({ paths: z.array(z.string()).min(1) }), result: z.object({ grant: z.string() }) },
    /** Stops trainers with a checkpoint, ends engine processes, answers, and ends the workbench. */
    'host.close': { params: empty, result: empty },
  },
  events: {
    'host.ready': z.object({ workspace: z.string() }),
    /** Show this folder, which the workbench wrote, in the file manager. */
    'host.reveal': z.object({ path: z.string() }),
  },
} satisfies Contract;
export type HostContract = typeof hostContract;

/** A command as the native menu shows it. */
export interface MenuCommand {
  id: string;
  label: string;
  /** Which top menu it stands in. */
  menu: 'file' | 'edit' | 'view' | 'run' | 'help';
  menuLabel: string;
  /** Electron accelerator, or empty. */
  accelerator: string;
  enabled: boolean;
}

/** `window.tessera` in the desktop window: all of the desktop that a page can reach. */
export interface DesktopBridge {
  send(message: Uint8Array): void;
  onMessage(listener: (message: Uint8Array) => void): () => void;
  onClosed(listener: () => void): () => void;
  /** Native dialog; resolves to a grant, or null if the person cancelled. */
  chooseSources(kind: 'folder' | 'files'): Promise<{ grant: string; name: string } | null>;
  /** Grants what was dropped on the page. */
  dropSources(files: File[]): Promise<{ grant: string; name: string } | null>;
  /** Folders or files named on the command line, now or by a second start of the app. */
  onSources(listener: (source: { grant: string; name: string }) => void): () => void;
  setMenu(commands: MenuCommand[]): void;
  onMenuCommand(listener: (id: string) => void): () => void;
}
