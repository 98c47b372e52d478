import { app } from 'electron';

/**
 * Whether this is the only Tessera for its workspace list. A second one hands its arguments over and should end; the
 * first one then gets `onSecond` with them.
 */
export function enableSingleInstance(onSecond: (argv: readonly string[], directory: string) => void): boolean {
  if (!app.requestSingleInstanceLock()) return false;
  app.on('second-instance', (_event, argv, directory) => onSecond(argv, directory));
  return true;
}
