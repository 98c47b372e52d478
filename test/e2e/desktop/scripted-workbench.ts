/** For tests only: a workbench process that speaks the real wire on fd 3 and fd 4 and answers a little of the contract. */
import { writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { hostContract, silentContract, workbenchContract } from '@shared/contract';
import { createPeer, streamPipe, type Handlers } from '@shared/wire';

const workspace = process.argv[process.argv.indexOf('--workspace') + 1]!;
const granted = new Map<string, string[]>();

const handlers: Partial<Handlers<typeof workbenchContract>> = {
  'app.info': () => ({ version: '9.9.9', host: 'desktop', workspace: '', platform: process.version }),
  'app.help': ({ page }) => {
    if (page === 'engine') process.exit(3); // a request that ends the process in mid-work
    return { markdown: page };
  },
};
createPeer(
  streamPipe(new Socket({ fd: 3 })),
  silentContract,
  workbenchContract,
  handlers as Handlers<typeof workbenchContract>,
);

const host = createPeer(streamPipe(new Socket({ fd: 4 })), silentContract, hostContract, {
  'host.grant': ({ paths }) => {
    const grant = `grant-${granted.size + 1}`;
    granted.set(grant, paths);
    writeFileSync(`${workspace}/granted.json`, JSON.stringify([...granted]));
    return { grant };
  },
  'host.close': () => {
    writeFileSync(`${workspace}/closed.txt`, 'in order');
    setImmediate(() => process.exit(0));
    return {};
  },
});
host.emit('host.ready', { workspace });
