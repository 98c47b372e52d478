import { readdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../../../files';

/**
 * Parts of CUDA whose folder TensorFlow's loader doesn't search (its RUNPATH omits them), each with a sibling that it
 * does search.
 */
const UNSEARCHED = [{ part: 'cusolver', searched: 'cublas' }] as const;

/**
 * Links libraries that TensorFlow 2.21 doesn't find in their wheel's folder into one that it searches: without
 * `libcusolver.so` it registers no card at all. The folder must be a sibling, or the library's own `$ORIGIN` misses
 * what it needs. Does nothing where the links are, and where the wheels aren't.
 * @param site the folder that wheels are unpacked into
 */
export async function linkCudaLibraries(site: string): Promise<void> {
  for (const { part, searched } of UNSEARCHED) {
    const folder = path.join(site, 'nvidia', searched, 'lib');
    const names = await readdir(path.join(site, 'nvidia', part, 'lib')).catch(() => []);
    for (const name of names.filter((each) => new RegExp(`^lib${part}\\.so(\\.\\d+)*$`).test(each))) {
      makeFolder(folder);
      await symlink(path.join('..', '..', part, 'lib', name), path.join(folder, name)).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      });
    }
  }
}
