import path from 'node:path';
import {
  workbenchContract,
  type CheckpointChoice,
  type Compressed,
  type CompressedHeader,
  type Drawing,
  type DrawnFrom,
  type MethodName,
  type Params,
  type Progress,
  type ProgressReport,
  type Result,
  type StudioContract,
  type WorkbenchContract,
} from '@shared/contract';
import { AppError, asAppError } from '@shared/errors';
import { issueField, issueText } from '@shared/issues';
import { printable } from '@shared/printable';
import type { Handlers, MessagePipe } from '@shared/wire';
import { appHandlers } from './app';
import { withCatalogue } from './with-catalogue';
import { binHandlers } from './bin';
import { installBundled } from './bundled';
import { compressionHandlers } from './compression';
import { connectPeer } from './connections';
import { datasetHandlers } from './datasets';
import { documentHandlers } from './documents';
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
import { exportHandlers } from './exports';
import { createGrants, fileHandlers } from './files';
import type { UploadLimits } from './files/upload';
import { createParts, type Parts } from './parts';
import { runHandlers } from './runs';
import { sampleHandlers, studioHandlers } from './studio';
import {
  claimWorkspace,
  defaultWorkspace,
  probeFolder,
  sweepWorkspace,
  workspacePaths,
  type WorkspacePaths,
} from './workspace';
import { makeFolder } from '../files';

/** Warnings that are remembered, so that each is written once. */
const MOST_WARNED = 1000;

export interface WorkbenchOptions {
  /** The folder; the person's own if left out. */
  workspace?: string | undefined;
  /** Which host the page is told it has. */
  host?: 'browser' | 'desktop';
  /**
   * Whether this workbench hosts the workspace for a person (a window, `tessera serve`): only one may. It puts in the
   * bundled examples and keeps the studio process warm. A command does none of that, and works
   * beside a host.
   */
  hosting?: boolean;
  /** engine.js, where it does not lie beside the running bundle. */
  engineEntry?: string;
  /** The folder `resources`, where it does not lie above the running bundle; null for none. */
  resources?: string | null;
  /** Shows a folder in the file manager, where the host can. */
  reveal?: (folder: string) => void;
  /** Runs that train at the same time. */
  atOnce?: number;
  uploadLimits?: UploadLimits;
  /** Scripted processes and time, for tests. */
  engine?: EngineCommand;
  clock?: Clock;
  policy?: EnginePolicy;
}

export interface ModelChoice {
  run: string;
  checkpoint: CheckpointChoice;
}

export interface LatentOptions {
  signal?: AbortSignal;
  onProgress?: (report: ProgressReport) => void;
}

export interface Workbench {
  /** Absolute path. */
  readonly workspace: string;
  /** Answers and informs the page behind `pipe` until it closes. */
  connect(pipe: MessagePipe): void;
  /** One request, without a connection. */
  call<M extends MethodName<WorkbenchContract>>(
    method: M,
    params: Params<WorkbenchContract, M>,
    options?: { signal?: AbortSignal; onProgress?: (value: Progress<WorkbenchContract, M>) => void },
  ): Promise<Result<WorkbenchContract, M>>;
  readonly files: {
    /** A grant for absolute paths that a person chose. Throws BAD_REQUEST or NOT_FOUND, naming the path. */
    grant(paths: string[]): Promise<string>;
  };
  /** Pictures to codes and back by path, for a script: no page can ask for these. All paths are absolute. */
  readonly latents: {
    /** Writes one latent file of all pictures in `sources`. */
    encode(
      model: ModelChoice,
      sources: string[],
      out: string,
      options: LatentOptions,
    ): Promise<Result<StudioContract, 'studio.encodeFiles'>>;
    /** Writes a PNG into `directory` for each grid in the latent file `source`. */
    decode(model: ModelChoice, source: string, directory: string, options: LatentOptions): Promise<{ files: string[] }>;
    /** Writes one compressed file of all pictures in `sources`; with coder `prior` the run is a prior's, told the class `label`. */
    compress(
      model: ModelChoice,
      sources: string[],
      out: string,
      coding: Pick<Params<StudioContract, 'studio.compressFiles'>, 'coder' | 'label'>,
      options: LatentOptions,
    ): Promise<Compressed>;
    /** What the compressed file `source` says of itself. */
    readCompressed(source: string, options: LatentOptions): Promise<CompressedHeader>;
    /** Writes a PNG into `directory` for each picture in the compressed file `source`. */
    decompress(
      model: ModelChoice,
      source: string,
      directory: string,
      options: LatentOptions,
    ): Promise<Result<StudioContract, 'studio.decompressFile'>>;
    /** Writes a PNG into `directory` for each vector drawn. Throws BAD_REQUEST for a run whose latent is codes. */
    sample(
      model: ModelChoice,
      draw: { from: DrawnFrom; components: number; seed: number; count: number },
      directory: string,
      options: LatentOptions,
    ): Promise<{ files: string[] }>;
    /** Writes a PNG into `directory` for each sample of a prior. Throws BAD_REQUEST for a run that trains none. */
    sampleFromPrior(
      model: ModelChoice,
      drawing: Drawing,
      directory: string,
      options: LatentOptions,
    ): Promise<{ files: string[] }>;
  };
  /**
   * For an error that nothing caught: tells the pages and the log, and has trainers write a checkpoint. Whether the process then
   * goes on is for whoever runs it.
   */
  defect(thrown: unknown): Promise<void>;
  /** Stops trainers with a checkpoint, ends engine processes. */
  close(): Promise<void>;
}

/**
 * Opens a workspace, creating it if need be. One that can't be written to opens as well, for looking and for making room:
 * `app.storage` says so. Throws CONFLICT if it is to be hosted and another process hosts it. */
export async function openWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const { host = 'browser', hosting = false } = options;
  const paths = workspacePaths(path.resolve(options.workspace ?? defaultWorkspace()));
  createWorkspace(paths.root);
  let release = hosting ? claim(paths) : null;

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
  const {
    storage,
    events,
    incidents,
    staging,
    bin,
    catalogue,
    library,
    studioProcess,
    datasets,
    training,
    runs,
    studio,
    exports,
    compare,
    provenance,
  } = parts;
  const grants = createGrants(staging, options.uploadLimits);
  const reveal = (folder: string): boolean => {
    options.reveal?.(folder);
    return options.reveal !== undefined;
  };

  const openHandlers = (): { handlers: Handlers<WorkbenchContract>; close(): Promise<void> } => {
    const files = fileHandlers(grants);
    return {
      close: files.close,
      handlers: withCatalogue(parts, {
        ...appHandlers({ host, workspace: paths.root, resources, storage }),
        ...files.handlers,
        ...binHandlers(bin, { dataset: datasets.restore, run: runs.restore }),
        ...datasetHandlers({ datasets, catalogue, resolveGrant: grants.resolve, learnersOf: runs.learnersOf }),
        ...runHandlers({ runs, studio, times: parts.times, incidents, provenance, compare, reveal }),
        ...studioHandlers(studio),
        ...sampleHandlers(studio),
        ...compressionHandlers(parts.compression, grants.resolve),
        ...documentHandlers(parts.documents),
        ...exportHandlers(exports, reveal),
        'engine.status': parts.engineStatus,
        'engine.backend': (_, { signal }) => library.request('library.backend', {}, { signal }),
        'engine.doctor': (_, { signal }) => library.request('library.doctor', {}, { signal }),
      }),
    };
  };

  const attempt = async (otherwise: string, action: () => unknown): Promise<void> => {
    try {
      await action();
    } catch (error) {
      warn(`${otherwise}: ${asAppError(error).message}`);
    }
  };
  // one that could not be claimed since nothing could be written is claimed when it can
  const endClaiming = events.subscribe(({ name, payload }) => {
    if (name === 'app.storage' && payload.state === 'writable' && hosting)
      void attempt('The workspace could not be claimed', () => (release ??= claim(paths)));
  });
  const closing = new AbortController();
  let installing: Promise<void> = Promise.resolve();
  sweepWorkspace(paths, staging);
  await attempt('What was left in the bin could not be removed', () => bin.sweep());
  if (hosting) {
    // mends those that a crash or a reboot interrupted
    await attempt('The runs could not be looked through', () => runs.list());
    if (resources !== null && storage.state().state === 'writable') {
      installing = installBundled({
        resources,
        paths,
        staging,
        datasets,
        signal: closing.signal,
        onRun: runs.announce,
        warn,
      }).catch((error: unknown) => warn(`The examples could not be put in: ${asAppError(error).message}`));
    }
  } else {
    await datasets.reconciled;
  }

  const connections = new Set<{ close(): void; closed: Promise<void> }>();
  if (hosting) parts.watch(() => connections.size > 0);
  const own = openHandlers();
  let closed: Promise<void> | null = null;

  /** Every step is made, whatever becomes of the one before: a disk that can't be written to keeps nothing open. */
  const close = async (): Promise<void> => {
    closing.abort();
    await attempt('Training could not be stopped', () => training.close()); // pages still hear how their runs end
    for (const connection of connections) connection.close();
    await attempt('An engine process could not be stopped', () =>
      Promise.all([library.stop(), studioProcess.stop(), parts.measurer.stop()]),
    );
    await attempt('What pages had sent could not be removed', () =>
      Promise.all([installing, own.close(), ...[...connections].map((connection) => connection.closed)]),
    );
    await attempt('An export could not be removed', () => exports.close());
    endClaiming();
    parts.quiet();
    await attempt('The datasets could not be closed', () => datasets.close());
    catalogue.close();
    await attempt('The workspace could not be given up', () => release?.());
    await log.close();
  };

  return {
    workspace: paths.root,
    connect: (pipe) => {
      const connection = connectPeer(pipe, { events, open: openHandlers, warn });
      connections.add(connection);
      void connection.closed.then(() => connections.delete(connection));
      if (hosting) studioProcess.warm();
    },
    call: async (method, params, { signal = closing.signal, onProgress } = {}) => {
      const parsed = workbenchContract.requests[method].params.safeParse(params);
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
    files: { grant: grants.grant },
    latents: {
      encode: (model, sources, out, options) => studio.ask('studio.encodeFiles', model, { sources, out }, options),
      decode: (model, source, directory, options) =>
        studio.ask('studio.decodeFile', model, { source, directory }, options),
      compress: (model, sources, out, coding, options) =>
        studio.ask('studio.compressFiles', model, { sources, out, ...coding }, options),
      readCompressed: (source, { signal }) =>
        studioProcess.request('studio.readCompressed', { source }, { ...(signal && { signal }) }),
      decompress: (model, source, directory, options) =>
        studio.ask('studio.decompressFile', model, { source, directory }, options),
      sample: async (model, draw, directory, options) => {
        const datasetDirectory = draw.from === 'prior' ? null : await studio.datasetDirectory(model);
        return studio.ask('studio.sampleFiles', model, { ...draw, datasetDirectory, directory }, options);
      },
      sampleFromPrior: (model, drawing, directory, options) =>
        studio.ask('studio.samplePriorFiles', model, { ...drawing, directory }, options),
    },
    defect: async (thrown) => {
      const { message } = asAppError(thrown);
      log.write(Buffer.from(`${new Date().toISOString()} ${thrown instanceof Error ? thrown.stack : message}\n`));
      const hint =
        'Training goes on, and its checkpoints have just been written. If something looks wrong, start Tessera again.';
      const about = { role: 'workbench', run: null, step: null, atStep: null, logTail: '' } as const;
      incidents.report({ ...about, kind: 'defect', message: `Something went wrong inside Tessera: ${message}`, hint });
      await training.saveAll();
    },
    close: () => (closed ??= close()),
  };
}

/** The workspace's lock; null where it can't be had because nothing can be written: then there is nothing to keep from others. */
function claim({ lock, root }: WorkspacePaths): (() => void) | null {
  try {
    return claimWorkspace(lock, root);
  } catch (error) {
    if ((error instanceof AppError && error.code === 'CONFLICT') || probeFolder(root) === 'writable') throw error;
    return null;
  }
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
