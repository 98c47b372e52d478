import { app, BrowserWindow } from 'electron';

/** Long enough for a checkpoint of a large model on a slow disk. */
export const CLOSE_DEADLINE_MS = 20_000;

/** The app ends only after the workbench has: trainers write their checkpoints, engines end. The windows go at once. */
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
