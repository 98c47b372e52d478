import { spawn, type ChildProcess } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { hostContract, silentContract, type HostContract, type SilentContract } from '@shared/contract';
import { createPeer, streamPipe, type MessagePipe, type Peer } from '@shared/wire';

/** One running workbench process. */
export interface WorkbenchChild {
  /** The renderer's messages, relayed unread. */
  relay: MessagePipe;
  host: Peer<HostContract, SilentContract>;
  /** Called once it has ended, with a description of how. */
  ended: Promise<string>;
  kill(): void;
}

export interface LaunchOptions {
  node: string;
  entry: string;
  workspace: string | null;
  environment: Record<string, string>;
  /** Its output, which is its log. */
  onLog(text: string): void;
}

/** Starts `node workbench.js`: fd 3 carries the renderer's messages, fd 4 the host's. */
export function launchWorkbench({ node, entry, workspace, environment, onLog }: LaunchOptions): WorkbenchChild {
  const child: ChildProcess = spawn(node, [entry, ...(workspace === null ? [] : ['--workspace', workspace])], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
    env: { ...plainNodeEnvironment(process.env), ...environment },
    windowsHide: true,
  });
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => onLog(chunk.toString()));
  const ended = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(`could not be started: ${error.message}`));
    child.on('exit', (code, signal) => resolve(signal ? `was ended by ${signal}` : `ended with code ${code}`));
  });
  return {
    relay: streamPipe(child.stdio[3] as Duplex),
    host: createPeer(streamPipe(child.stdio[4] as Duplex), hostContract, silentContract, {}),
    ended,
    kill: () => void child.kill('SIGKILL'),
  };
}

/** The environment without variables that change how a plain Node behaves. */
function plainNodeEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { ELECTRON_RUN_AS_NODE: _run, NODE_OPTIONS: _options, ...rest } = environment;
  return rest;
}
