/**
 * The desktop host: a thin Electron shell around the page and the workbench process. Each file enables one thing:
 *
 * main           puts them together, in order
 * installation   where the build put the page, the workbench and the Node that runs it
 * page/          the `app:` protocol that serves the page, and nothing else of the disk
 * security/      navigation, new windows, permissions, and the one way in for messages (ipc)
 * window/        the one window factory, remembered place and size, reload after a crash
 * workbench/     the workbench process: start, restart, relay of its messages, orderly end
 * menu/          the native menu, built from the commands that the page sends
 * sources        dialogs, drops and arguments into grants
 * preload        the only code that shares a world with the page's: `window.tessera`
 */
export type { DesktopBridge } from '@shared/contract';
