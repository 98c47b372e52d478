import type { IpcRenderer, IpcRendererEvent, WebUtils } from 'electron';
import type { DesktopBridge } from '@shared/contract';
import { channels } from './channels';

/** The part of Electron's preload modules that the bridge uses. */
export interface PreloadModules {
  ipcRenderer: Pick<IpcRenderer, 'send' | 'invoke' | 'on' | 'removeListener'>;
  webUtils: Pick<WebUtils, 'getPathForFile'>;
}

type Source = { grant: string; name: string } | null;

/** The bridge: named functions only; it exposes no module, event object or channel name of Electron. */
export function createBridge({ ipcRenderer, webUtils }: PreloadModules): DesktopBridge {
  const listen = <T>(channel: string, listener: (value: T) => void): (() => void) => {
    const relay = (_event: IpcRendererEvent, value: T): void => listener(value);
    ipcRenderer.on(channel, relay);
    return () => ipcRenderer.removeListener(channel, relay);
  };
  return Object.freeze({
    send: (message: Uint8Array) => ipcRenderer.send(channels.send, message),
    onMessage: (listener: (message: Uint8Array) => void) => listen(channels.message, listener),
    onClosed: (listener: () => void) => listen<void>(channels.closed, () => listener()),
    chooseSources: (kind: 'folder' | 'files') => ipcRenderer.invoke(channels.chooseSources, kind) as Promise<Source>,
    dropSources: (files: File[]) =>
      ipcRenderer.invoke(
        channels.dropSources,
        files.map((file) => webUtils.getPathForFile(file)).filter(Boolean),
      ) as Promise<Source>,
    onSources: (listener: (source: { grant: string; name: string }) => void) => listen(channels.sources, listener),
    setMenu: (commands: Parameters<DesktopBridge['setMenu']>[0]) => ipcRenderer.send(channels.setMenu, commands),
    onMenuCommand: (listener: (id: string) => void) => listen(channels.menuCommand, listener),
  });
}
