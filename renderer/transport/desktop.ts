import type { DesktopBridge } from '@shared/contract';
import type { MessagePipe } from '@shared/wire';

declare global {
  interface Window {
    /** Present in the desktop window only. */
    tessera?: DesktopBridge;
  }
}

/** The window's bridge as a pipe. */
export function desktopPipe(bridge: DesktopBridge): MessagePipe {
  const undo: (() => void)[] = [];
  return {
    send: (message) => bridge.send(message),
    onMessage: (listener) => undo.push(bridge.onMessage(listener)),
    onClose: (listener) => undo.push(bridge.onClosed(() => listener('The workbench ended.'))),
    close: () => undo.splice(0).forEach((stop) => stop()),
  };
}

/** Whether the page is in the desktop window, not in a browser's tab. */
export const isDesktop = (): boolean => window.tessera !== undefined;
