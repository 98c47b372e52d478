/**
 * A process that races others for a lock, built and started by lock.test.ts. On `{file, go}` it says that it is ready,
 * spins until the file `go` is there, and tries once; on `give` it gives back what it took.
 */
import { existsSync } from 'node:fs';
import { lockHolder, takeLock } from '../../main/files';

let release: (() => void) | null = null;
const say = (message: unknown): void => void process.send!(message);

process.on('message', (message: { file: string; go: string } | 'give') => {
  if (message === 'give') {
    release?.();
    release = null;
    return say('given');
  }
  const { file, go } = message;
  process.send!('ready', () => {
    while (!existsSync(go));
    try {
      release = takeLock(file, () => new Error('held'));
      say({ held: true, isOwn: lockHolder(file)?.pid === process.pid });
    } catch (error) {
      say({ held: false, why: (error as Error).message });
    }
  });
});
