import os from 'node:os';
import path from 'node:path';

export interface Environment {
  readonly [name: string]: string | undefined;
}

/**
 * The per-user folder that all checkouts and versions of Tessera share: `TESSERA_CACHE`, or else the platform's
 * conventional cache folder with `tessera` under it.
 */
export function cacheFolder(
  environment: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homeFolder(),
): string {
  if (environment.TESSERA_CACHE) return path.resolve(environment.TESSERA_CACHE);
  if (platform === 'win32') {
    return path.join(environment.LOCALAPPDATA ?? path.join(home, 'AppData', 'Local'), 'tessera', 'cache');
  }
  if (platform === 'darwin') return path.join(home, 'Library', 'Caches', 'tessera');
  return path.join(environment.XDG_CACHE_HOME ?? path.join(home, '.cache'), 'tessera');
}

/** The user's home folder, also where HOME is empty. */
function homeFolder(): string {
  const home = os.homedir();
  return path.isAbsolute(home) ? home : os.userInfo().homedir;
}

/** Where engines are installed, one folder per key, and where unfinished work is kept. */
export function engineFolder(cache: string = cacheFolder()): string {
  return path.join(cache, 'engine');
}
