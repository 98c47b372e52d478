/** Entry of the desktop app: Electron's main process. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, type BrowserWindow, dialog } from 'electron';
import { z } from 'zod';
import { readArguments, type Launch } from './arguments';
import { channels } from './channels';
import { locate } from './installation';
import { enableMenu } from './menu';
import { enablePageProtocol, registerPageScheme } from './page';
import { enableOrderlyQuit } from './quit';
import { reveal } from './reveal';
import { createIpc, enableNavigationGuards, enablePermissions } from './security';
import { enableSingleInstance } from './single-instance';
import { enableSources, toSource } from './sources';
import { createPlaceStore, createWindow, enableCrashReload } from './window';
import { launchWorkbench, openLog, supervise, type Supervisor } from './workbench';

const installation = locate({
  packaged: app.isPackaged,
  directory: path.dirname(fileURLToPath(import.meta.url)),
  resourcesPath: process.resourcesPath,
  platform: process.platform,
  environment: process.env,
});

app.enableSandbox();
registerPageScheme();

let window: BrowserWindow | null = null;
let opened: string[] = [];
const isFirst = enableSingleInstance((argv, directory) => {
  show();
  void open(readArguments(argv, app.isPackaged, directory));
});

let workbench: Supervisor;
if (isFirst) {
  void app.whenReady().then(start);
} else {
  app.quit();
}

function start(): void {
  const launch = readArguments(process.argv, app.isPackaged, process.cwd());
  const log = openLog(path.join(app.getPath('userData'), 'logs', 'workbench.log'));
  const { node, workbenchEntry: entry, environment } = installation;
  workbench = supervise({
    launch: () => launchWorkbench({ node, entry, workspace: launch.workspace, environment, onLog: log.write }),
    onMessage: (message) => tell(channels.message, message),
    onLost: (reason) => {
      log.write(`\nThe workbench ${reason}.\n`);
      tell(channels.closed);
    },
    onGivenUp: (reason) => void askAfterTrouble(`The workbench ${reason}.\n\n${log.tail()}`),
    onReveal: (folder, workspace) => void reveal(folder, workspace),
  });

  const ipc = createIpc(() => window?.webContents ?? null);
  ipc.on(channels.send, z.instanceof(Uint8Array), workbench.send);
  enableSources(ipc, () => window, workbench.grant);
  enableMenu(ipc, (id) => tell(channels.menuCommand, id));
  enablePermissions();
  enableNavigationGuards();
  enablePageProtocol(installation.page);
  enableOrderlyQuit(workbench.close);
  app.on('activate', show);
  show();
  void open(launch);
}

/** Brings the window to the front; makes it if there is none. */
function show(): void {
  if (!app.isReady()) return;
  if (!window) {
    window = createWindow(installation.preload, createPlaceStore(path.join(app.getPath('userData'), 'window.json')));
    enableCrashReload(window);
    window.on('closed', () => (window = null));
    window.webContents.on('did-finish-load', () => void deliver());
    return;
  }
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

/** Offers the page the files named by the arguments, as soon as it can receive them. */
async function open({ sources }: Launch): Promise<void> {
  opened.push(...sources);
  if (window && !window.webContents.isLoading()) await deliver();
}

async function deliver(): Promise<void> {
  const sources = opened;
  opened = [];
  if (sources.length > 0) tell(channels.sources, await toSource(sources, workbench.grant));
}

/** Sends a message to the page, if there is one. */
function tell(channel: string, value?: unknown): void {
  if (window && !window.isDestroyed()) window.webContents.send(channel, value);
}

async function askAfterTrouble(detail: string): Promise<void> {
  const { response } = await dialog.showMessageBox({
    type: 'error',
    message: 'Tessera’s workbench ended several times in a row.',
    detail: `${detail}\n\nYour datasets and runs are safe on disk.`,
    buttons: ['Try again', 'Quit'],
    defaultId: 0,
    cancelId: 1,
  });
  if (response === 0) workbench.retry();
  else app.quit();
}
