import { Command, InvalidArgumentError } from 'commander';
import type { BackendChoice } from '@shared/contract';
import { AppError } from '@shared/errors';
import { lastPort, rememberPort, serve, workspaceKey, type Served } from '../../serve';
import { Interruption } from '../interruption';
import { withSession } from '../session';
import { exitCodes, type CommandFile, type CommonFlags } from '../task';

/**
 * Port for a workspace's first start; later starts reuse the last port, so that an open tab goes on. If the port is
 * taken, any free one is used.
 */
export const USUAL_PORT = 7345;

interface Flags extends CommonFlags {
  port?: number;
  open?: boolean;
  newKey?: boolean;
}

export const serveCommand: CommandFile = (begin) =>
  new Command('serve')
    .description('open the workbench to a browser on this machine; Ctrl-C ends it')
    .option(
      '--port <port>',
      `port to listen on, 0 for any free one (usually the last one, at first ${USUAL_PORT})`,
      parsePort,
    )
    .option('--open', 'open it in the browser')
    .option('--new-key', 'make a new key: addresses and tabs with the old one no longer open this workspace')
    .action((flags: Flags) =>
      begin(flags, ({ outside, output, workspace }) =>
        withSession(
          outside,
          workspace,
          async ({ workbench, peer }) => {
            const { key, isKept } = workspaceKey(workbench.workspace, { renew: flags.newKey === true });
            const last = lastPort(workbench.workspace);
            const served = await listen(flags.port, last ?? USUAL_PORT, (port) =>
              serve({ workbench, directory: outside.pageDirectory, port, key }),
            );
            rememberPort(workbench.workspace, served.port);
            try {
              output.line({ address: served.address, workspace: workbench.workspace }, [
                `Tessera is open at ${served.address}`,
                `Workspace: ${workbench.workspace}`,
                'The address holds the key to it: keep it to yourself. Ctrl-C ends Tessera.',
                ...(flags.port === undefined && last !== null && last !== served.port
                  ? [
                      `Port ${last} of last time is taken: tabs that are still open there don't go on, so open this address.`,
                    ]
                  : []),
                ...(isKept ? [] : ['The key could not be kept in the workspace: the next start has another one.']),
              ]);
              void peer.request('engine.backend', {}).then(
                (backend) => withoutTensorflow(backend).forEach(output.remark),
                () => undefined, // the page and the doctor say so as well
              );
              if (flags.open) outside.openBrowser(served.address);
              await aborted(outside.interrupted);
            } finally {
              await served.close();
            }
            const { reason } = outside.interrupted as { reason: unknown };
            // a supervisor ends it by SIGTERM, which is no failure
            if (!(reason instanceof Interruption) || reason.by !== 'SIGINT') return exitCodes.done;
            output.remark('Tessera is closed.');
            return exitCodes.interrupted;
          },
          true,
        ),
      ),
    );

/** The options of a person without TensorFlow, as lines for a terminal; none if it is set up. */
export function withoutTensorflow({ kind, why }: BackendChoice): string[] {
  if (kind === 'native') return [];
  return [
    why === 'asked' ? 'TESSERA_ENGINE=portable leaves TensorFlow alone.' : 'TensorFlow is not set up on this machine.',
    '  Without it: look at datasets and runs, encode, decode and repaint pictures (on WebAssembly, slower). Nothing can be trained.',
    `  With it: everything. ${why === 'asked' ? 'Unset TESSERA_ENGINE' : 'Run "tessera setup" ("tessera doctor" says what it lacks)'}, then start Tessera again.`,
  ];
}

async function listen(
  port: number | undefined,
  usual: number,
  start: (port: number) => Promise<Served>,
): Promise<Served> {
  if (port !== undefined) return start(port);
  try {
    return await start(usual);
  } catch (thrown) {
    if (thrown instanceof AppError && (thrown.code === 'CONFLICT' || thrown.code === 'DENIED')) return start(0);
    throw thrown;
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535) throw new InvalidArgumentError('Expected a port from 0 to 65535.');
  return port;
}
