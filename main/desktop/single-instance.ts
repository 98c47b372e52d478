import { app } from 'electron';

/**
 * Whether this is the only running Tessera. A second one passes its arguments on and should end; the first one then
 * gets `onSecond` with them.
 */
export function enableSingleInstance(onSecond: (argv: readonly string[], directory: string) => void): boolean {
  if (!app.requestSingleInstanceLock()) return false;
  app.on('second-instance', (_event, argv, directory) => onSecond(argv, directory));
  return true;
}
