import path from 'node:path';
import {
  callContract,
  type CallContract,
  type MethodName,
  type Params,
  type Progress,
  type Result,
} from '@shared/contract';
import { AppError, asAppError } from '@shared/errors';
import { issueField, issueText } from '@shared/issues';
import { printable } from '@shared/printable';
import type { MessagePipe } from '@shared/wire';
import { installBundled } from './bundled';
import { connectPeer } from './connections';
import {
  createLog,
  defaultPolicy,
  engineCommand,
  nearby,
  systemClock,
  type Clock,
  type EngineCommand,
  type EnginePolicy,
} from './engine';
import { createGrants } from './files';
import type { UploadLimits } from './files/upload';
import { createParts, type Parts } from './parts';
import { callRequests, pageRequests } from './requests';
import { claimIfWritable, defaultWorkspace, sweepWorkspace, workspacePaths } from './workspace';
import { makeFolder } from '../files';

/** Warnings that are remembered, so that each is logged once. */
const MOST_WARNED = 1000;

export interface WorkbenchOptions {
  /** The workspace's folder; the person's own if left out. */
  workspace?: string | undefined;
  /** The host that the page sees. */
  host?: 'browser' | 'desktop';
  /**
   * Whether this workbench hosts the workspace for a person (a window, `tessera serve`); only one may. A host
   * installs the bundled examples and keeps the studio process warm. A command does neither, and works beside a
   * host.
   */
  hosting?: boolean;
  /** Path of engine.js, if it does not lie beside the running bundle. */
  engineEntry?: string;
  /** The folder `resources`, if it does not lie above the running bundle; null for none. */
  resources?: string | null;
  /** Shows a folder in the file manager, where the host can. */
  reveal?: (folder: string) => void;
  /** Most runs that train at the same time. */
  atOnce?: number;
  uploadLimits?: UploadLimits;
  /** Scripted engine processes and time, for tests. */
  engine?: EngineCommand;
  clock?: Clock;
  policy?: EnginePolicy;
}

export interface CallOptions<M extends MethodName<CallContract>> {
  signal?: AbortSignal;
  onProgress?: (value: Progress<CallContract, M>) => void;
}

export interface Workbench {
  /** Absolute path. */
  readonly workspace: string;
  /** Answers the page behind `pipe` and sends it events until it closes. */
  connect(pipe: MessagePipe): void;
  /**
   * Answers one request without a connection, including requests that name files, which no connection answers
   * (`localContract`).
   */
  call<M extends MethodName<CallContract>>(
    method: M,
    params: Params<CallContract, M>,
    options?: CallOptions<M>,
  ): Promise<Result<CallContract, M>>;
  /**
   * Reports an error that nothing caught to the pages and the log, and makes trainers write a checkpoint. The caller
   * decides whether the process goes on.
   */
  defect(thrown: unknown): Promise<void>;
  /** Stops trainers with a checkpoint, ends engine processes. */
  close(): Promise<void>;
}

/**
 * Opens a workspace, creating it if need be. A workspace that can't be written to opens as well, for looking and for
 * making room: `app.storage` says so. Throws CONFLICT if it is to be hosted and another process hosts it.
 */
export async function openWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const { host = 'browser', hosting = false } = options;
  const paths = workspacePaths(path.resolve(options.workspace ?? defaultWorkspace()));
  createWorkspace(paths.root);
  let release = hosting ? claimIfWritable(paths) : null;

  const log = createLog(path.join(paths.logs, 'workbench.log'));
  const warned = new Set<string>();
  const warn = (message: string): void => {
    if (warned.has(message)) return;
    if (warned.size === MOST_WARNED) warned.clear();
    warned.add(message);
    log.write(Buffer.from(`${new Date().toISOString()} ${printable(message)}\n`));
  };
  const command = engineCommand();
  const resources = options.resources === undefined ? findResources() : options.resources;
  let parts: Parts;
  try {
    parts = createParts({
      paths,
      engine: options.engine ?? (options.engineEntry ? { ...command, args: [options.engineEntry] } : command),
      clock: options.clock ?? systemClock,
      policy: options.policy ?? defaultPolicy,
      atOnce: options.atOnce ?? 1,
      hosting,
      warn,
    });
  } catch (error) {
    release?.();
    await log.close();
    throw error;
  }
  const { storage, datasets, runs } = parts;
  const grants = createGrants(parts.staging, options.uploadLimits);
  const reveal = (folder: string): boolean => {
    options.reveal?.(folder);
    return options.reveal !== undefined;
  };
  const requests = { parts, grants, host, workspace: paths.root, resources, reveal };

  const attempt = async (otherwise: string, action: () => unknown): Promise<void> => {
    try {
      await action();
    } catch (error) {
      warn(`${otherwise}: ${asAppError(error).message}`);
    }
  };
  // a workspace that could not be claimed because nothing could be written is claimed once it can be
  storage.retry((isWritable) => {
    if (isWritable && hosting)
      void attempt('The workspace could not be claimed', () => (release ??= claimIfWritable(paths)));
    return false;
  });
  const closing = new AbortController();
  let installing: Promise<void> = Promise.resolve();
  sweepWorkspace(paths, parts.staging);
  await attempt('What was left in the bin could not be removed', () => parts.bin.sweep());
  if (hosting) {
    // corrects runs that a crash or a reboot interrupted
    await attempt('The runs could not be looked through', () => runs.list());
    if (resources !== null && storage.state().state === 'writable') {
      installing = installBundled({
        resources,
        paths,
        staging: parts.staging,
        datasets,
        reconciled: parts.datasetStore.reconciled,
        signal: closing.signal,
        onRun: runs.announce,
        warn,
      }).catch((error: unknown) => warn(`The examples could not be put in: ${asAppError(error).message}`));
    }
  } else {
    await parts.datasetStore.reconciled;
  }

  const connections = new Set<{ close(): void; closed: Promise<void> }>();
  if (hosting) parts.watch(() => connections.size > 0);
  const own = callRequests(requests);
  let closed: Promise<void> | null = null;

  /** Runs every step, even if the one before failed: a disk that can't be written to keeps nothing open. */
  const close = async (): Promise<void> => {
    closing.abort();
    await attempt('Training could not be stopped', () => parts.training.close()); // pages still hear how their runs end
    for (const connection of connections) connection.close();
    await attempt('An engine process could not be stopped', parts.stopEngine);
    await attempt('What pages had sent could not be removed', () =>
      Promise.all([installing, own.close(), ...[...connections].map((connection) => connection.closed)]),
    );
    await attempt('An export could not be removed', () => parts.exports.close());
    parts.quiet();
    await attempt('The datasets could not be closed', () => datasets.close());
    parts.catalogue.close();
    await attempt('The workspace could not be given up', () => release?.());
    await log.close();
  };

  return {
    workspace: paths.root,
    connect: (pipe) => {
      const connection = connectPeer(pipe, { events: parts.events, open: () => pageRequests(requests), warn });
      connections.add(connection);
      void connection.closed.then(() => connections.delete(connection));
      if (hosting) parts.studioProcess.warm();
    },
    call: async (method, params, { signal = closing.signal, onProgress } = {}) => {
      const parsed = callContract.requests[method].params.safeParse(params);
      if (!parsed.success) {
        throw new AppError('BAD_REQUEST', `${method}: ${issueText(parsed.error)}.`, '', {
          field: issueField(parsed.error),
        });
      }
      return own.handlers[method](
        parsed.data as never,
        { signal, progress: onProgress ?? (() => undefined) } as never,
      ) as never;
    },
    defect: async (thrown) => {
      const { message } = asAppError(thrown);
      log.write(Buffer.from(`${new Date().toISOString()} ${thrown instanceof Error ? thrown.stack : message}\n`));
      const hint =
        'Training goes on, and its checkpoints have just been written. If something looks wrong, start Tessera again.';
      const about = { role: 'workbench', run: null, step: null, atStep: null, logTail: '' } as const;
      parts.incidents.report({
        ...about,
        kind: 'defect',
        message: `Something went wrong inside Tessera: ${message}`,
        hint,
      });
      await parts.training.saveAll();
    },
    close: () => (closed ??= close()),
  };
}

function createWorkspace(folder: string): void {
  try {
    makeFolder(folder);
  } catch (cause) {
    const { code, message } = asAppError(cause, { path: folder });
    const hint = 'Choose another folder with --workspace.';
    throw new AppError(code, `The workspace can't be opened. ${message}`, hint, { field: folder, cause });
  }
}

/** TESSERA_RESOURCES, or the folder above the running bundle; null if there is none. */
function findResources(): string | null {
  if (process.env.TESSERA_RESOURCES) return process.env.TESSERA_RESOURCES;
  const help = nearby(path.join('resources', 'help'));
  return help === null ? null : path.dirname(help);
}
