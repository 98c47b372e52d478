import { spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import { launchEnvironments, roleContracts, silentContract } from '../../../../shared/contract';
import { AppError } from '../../../../shared/errors';
import { createPeer, streamPipe } from '../../../../shared/wire';
import { explainMemory } from '../../../../main/engine/training/out-of-memory';
import { buildEngine } from '../../../support/engine';
import { makeDataset, makeRun, temporaryFolder } from './fixture';

const folder = temporaryFolder();
afterAll(folder.remove);

describe('memory that ran out', () => {
  it.each([
    'OOM when allocating tensor with shape[4096,128,128,64] and type float on /device:CPU:0 by allocator cpu',
    'std::bad_alloc',
    'Array buffer allocation failed',
  ])('said as “%s” is an error that names what to lower', (message) => {
    const explained = explainMemory(new Error(message), 'Training');
    expect(explained).toMatchObject({ code: 'LIMIT', field: 'training.batch' });
    const { hint } = explained as AppError;
    for (const what of [/batch/, /smaller size/, /hidden channels/]) expect(hint).toMatch(what);
  });

  it('names the array', () => {
    const thrown = new Error('OOM when allocating tensor with shape[64,32,32,128] and type float');
    expect((explainMemory(thrown, 'Training') as AppError).message).toBe(
      'Training ran out of memory for an array of 64 × 32 × 32 × 128.',
    );
  });

  it('is not what any other error says', () => {
    const other = new AppError('DISK', 'The disk is full.');
    expect(explainMemory(other, 'Training')).toBe(other);
  });

  it.skipIf(process.platform !== 'linux')(
    'of a real trainer fails the run, and the process still answers',
    async () => {
      const [engine, dataset] = await Promise.all([
        buildEngine(),
        makeDataset(folder.path('dataset'), { height: 64, width: 64, channels: 3 }),
      ]);
      const run = makeRun(folder.path('run'), dataset, { training: { batch: 4096 }, model: { hidden: 128 } });
      const limited = `ulimit -v 5000000; exec "${process.execPath}" "${engine.entry}" trainer`;
      const child = spawn('bash', ['-c', limited], {
        stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
        env: { ...process.env, ...launchEnvironments.trainer },
      });
      const exited = new Promise((resolve) => child.once('close', resolve));
      const peer = createPeer(streamPipe(child.stdio[3] as Duplex), roleContracts.trainer, silentContract, {});
      try {
        await new Promise<void>((resolve) => peer.on('engine.ready', () => resolve()));
        const failure = new Promise((resolve) => {
          peer.on('trainer.status', (status) => status.status === 'failed' && resolve(status.failure));
        });
        await peer.request('trainer.start', { runDirectory: run, datasetDirectory: dataset.directory });
        expect(await failure).toMatchObject({
          code: 'LIMIT',
          message: expect.stringMatching(/ran out of memory for an array of 4096 × /) as string,
        });
        expect(await peer.request('engine.ping', {})).toEqual({});
      } finally {
        child.kill('SIGKILL');
        await exited;
        await engine.remove();
      }
    },
  );
});
