import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { cacheFolder } from '../../../../../main/engine/tensorflow/native/cache';

describe('the cache folder', () => {
  it('is where the platform keeps such things, and elsewhere when told so', () => {
    const home = path.join(path.sep, 'home', 'ada');
    expect(cacheFolder({}, 'linux', home)).toBe(path.join(home, '.cache', 'tessera'));
    expect(cacheFolder({ XDG_CACHE_HOME: '/fast' }, 'linux', home)).toBe(path.join('/fast', 'tessera'));
    expect(cacheFolder({}, 'darwin', home)).toBe(path.join(home, 'Library', 'Caches', 'tessera'));
    expect(cacheFolder({ LOCALAPPDATA: 'L' }, 'win32', home)).toBe(path.join('L', 'tessera', 'cache'));
    for (const platform of ['linux', 'darwin', 'win32'] as const) {
      expect(cacheFolder({ TESSERA_CACHE: '/here', XDG_CACHE_HOME: '/fast' }, platform, home)).toBe(
        path.resolve('/here'),
      );
    }
  });
});
