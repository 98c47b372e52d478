import { dialog, type BrowserWindow } from 'electron';

const QUIET_MS = 60_000;

/** Reloads a page whose process died; if it dies again within a minute, asks instead of reloading forever. */
export function enableCrashReload(window: BrowserWindow, now: () => number = Date.now): void {
  let last = -Infinity;
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return;
    const again = now() - last < QUIET_MS;
    last = now();
    if (!again) return window.webContents.reload();
    void ask(window, reason);
  });
}

async function ask(window: BrowserWindow, reason: string): Promise<void> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'error',
    message: 'The window stopped working twice in a minute.',
    detail: `Reason: ${reason}. Training goes on in the background; nothing is lost.`,
    buttons: ['Reload', 'Close'],
    defaultId: 0,
    cancelId: 1,
  });
  if (window.isDestroyed()) return;
  if (response === 0) window.webContents.reload();
  else window.close();
}
