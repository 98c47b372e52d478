import { app, BrowserWindow } from 'electron';

/** Deadline for ending: long enough for a checkpoint of a large model on a slow disk. */
export const CLOSE_DEADLINE_MS = 20_000;

/**
 * Ends the app only after the workbench, so that trainers write their checkpoints and engines end. The windows close
 * at once.
 */
export function enableOrderlyQuit(closeWorkbench: (deadlineMs: number) => Promise<void>): void {
  let state: 'open' | 'closing' | 'closed' = 'open';
  app.on('before-quit', (event) => {
    if (state === 'closed') return;
    event.preventDefault();
    if (state === 'closing') return;
    state = 'closing';
    for (const window of BrowserWindow.getAllWindows()) window.hide();
    void closeWorkbench(CLOSE_DEADLINE_MS).finally(() => {
      state = 'closed';
      app.quit();
    });
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
}
