/** For tests only: a workbench process that speaks the real wire on fd 3 and fd 4 and answers a little of the contract. */
import { writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { hostContract, silentContract, workbenchContract } from '@shared/contract';
import { createFrameReader, createPeer, frame, type Handlers, type MessagePipe } from '@shared/wire';

function pipeOn(fd: number): MessagePipe {
  const stream = new Socket({ fd });
  return {
    send: (message) => void stream.write(frame(message)),
    onMessage: (listener) => {
      const read = createFrameReader(listener);
      stream.on('data', (chunk: Buffer) => read(chunk));
    },
    onClose: (listener) => void stream.on('close', () => listener('closed')),
    close: () => void stream.end(),
  };
}

const workspace = process.argv[process.argv.indexOf('--workspace') + 1]!;
const granted = new Map<string, string[]>();

const handlers: Partial<Handlers<typeof workbenchContract>> = {
  'app.info': () => ({ version: '9.9.9', host: 'desktop', workspace: '', platform: process.version }),
  'app.help': ({ page }) => {
    if (page === 'engine') process.exit(3); // a request that ends the process in mid-work
    return { markdown: page };
  },
};
createPeer(pipeOn(3), silentContract, workbenchContract, handlers as Handlers<typeof workbenchContract>);

const host = createPeer(pipeOn(4), silentContract, hostContract, {
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
