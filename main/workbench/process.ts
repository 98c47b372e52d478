/**
 * The workbench as a process of its own, as the desktop host starts it: `workbench.js --workspace DIR`, with the
 * page's messages on fd 3 and the host's on fd 4. It ends when the host asks, or when the host is gone.
 */
import { Socket } from 'node:net';
import { parseArgs } from 'node:util';
import { hostContract, silentContract } from '@shared/contract';
import { createPeer, streamPipe } from '@shared/wire';
import { installLastResort } from './last-resort';
import { openWorkbench } from './workbench';

const PAGE = 3;
const HOST = 4;

const resort = installLastResort((error) => console.error(error.message), process);

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { workspace: { type: 'string' } } });
  const workbench = await openWorkbench({
    workspace: values.workspace,
    host: 'desktop',
    hosting: true,
    reveal: (path) => host.emit('host.reveal', { path }),
  });
  resort.watch(workbench, true);
  const host = createPeer(streamPipe(new Socket({ fd: HOST })), silentContract, hostContract, {
    'host.grant': (chosen) => workbench.call('local.grant', chosen),
    'host.close': async () => {
      await workbench.close();
      setImmediate(() => host.close()); // after the answer; the closed pipe ends the process
      return {};
    },
  });
  workbench.connect(streamPipe(new Socket({ fd: PAGE })));
  host.emit('host.ready', { workspace: workbench.workspace });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => host.close());
  await host.closed;
  await workbench.close();
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
