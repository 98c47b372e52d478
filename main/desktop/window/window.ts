import { BrowserWindow, nativeTheme, type WebPreferences } from 'electron';
import { pageAddress } from '../page';
import { rememberPlace, type PlaceStore } from './place';

/** Options of every window. */
export const webPreferences: Readonly<WebPreferences> = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  webviewTag: false,
  navigateOnDragDrop: false,
  spellcheck: false,
};

/** Makes the window; nothing else does. It is shown once there is something to see. */
export function createWindow(preload: string, places: PlaceStore): BrowserWindow {
  const { bounds, maximized } = places.load();
  const window = new BrowserWindow({
    ...bounds,
    minWidth: 800,
    minHeight: 560,
    show: false,
    title: 'Tessera',
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#0f172a' : '#ffffff',
    webPreferences: { ...webPreferences, preload },
  });
  if (maximized) window.maximize();
  rememberPlace(window, places);
  window.once('ready-to-show', () => window.show());
  void window.loadURL(pageAddress);
  return window;
}
