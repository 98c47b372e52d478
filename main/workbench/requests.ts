import type { CallContract, WorkbenchContract } from '@shared/contract';
import type { Handlers } from '@shared/wire';
import { appHandlers } from './app';
import { binHandlers } from './bin';
import { compareHandlers } from './compare';
import { compressionHandlers } from './compression';
import { datasetHandlers } from './datasets';
import { documentHandlers } from './documents';
import { exportHandlers } from './exports';
import { fileHandlers, type Grants } from './files';
import type { Parts } from './parts';
import { runHandlers } from './runs';
import { localHandlers, sampleHandlers, studioHandlers } from './studio';

export interface RequestsOptions {
  parts: Parts;
  grants: Grants;
  host: 'browser' | 'desktop';
  workspace: string;
  /** The folder `resources`; null if there is none. */
  resources: string | null;
  /** Shows a folder in the file manager; answers whether the host can. */
  reveal(folder: string): boolean;
}

/** Handlers for everything that one page, tab or script may ask; `close` deletes its uploads. */
export function pageRequests({ parts, grants, host, workspace, resources, reveal }: RequestsOptions): {
  handlers: Handlers<WorkbenchContract>;
  close(): Promise<void>;
} {
  const { storage, bin, catalogue, library, datasets, runs, models } = parts;
  const files = fileHandlers(grants);
  return {
    close: files.close,
    handlers: withCatalogue(parts, {
      ...appHandlers({ host, workspace, resources, storage }),
      ...files.handlers,
      ...binHandlers(bin, { dataset: datasets.restore, run: runs.restore }),
      ...datasetHandlers({ datasets, catalogue, resolveGrant: grants.resolve, learnersOf: runs.learnersOf }),
      ...runHandlers({ ...parts, folder: parts.runStore.existing, reveal }),
      ...compareHandlers(parts.compare),
      ...studioHandlers(models),
      ...sampleHandlers(models),
      ...compressionHandlers(parts.compression, grants.resolve),
      ...documentHandlers(parts.documents),
      ...exportHandlers(parts.exports, reveal),
      'engine.status': parts.engineStatus,
      'engine.backend': (_, { signal }) => library.request('library.backend', {}, { signal }),
      'engine.doctor': (_, { signal }) => library.request('library.doctor', {}, { signal }),
    }),
  };
}

/** The same for the process that holds the workbench, which may name files as well. */
export function callRequests(options: RequestsOptions): { handlers: Handlers<CallContract>; close(): Promise<void> } {
  const { handlers, close } = pageRequests(options);
  const { parts, grants } = options;
  const local = localHandlers(parts.models, parts.studioProcess, grants.grant);
  return { close, handlers: { ...handlers, ...withCatalogue(parts, local) } };
}

/**
 * Repeats a request that meets a damaged catalogue, once the catalogue has been rebuilt from the folders. The failed
 * request has undone its changes, so it can simply be asked again.
 */
function withCatalogue<H extends object>({ catalogue, datasetStore }: Parts, handlers: H): H {
  const answered = Object.entries(handlers).map(([method, handler]) => {
    const ask = handler as (params: unknown, context: unknown) => unknown;
    const answer = async (params: unknown, context: unknown): Promise<unknown> => {
      try {
        return await ask(params, context);
      } catch (error) {
        if (!catalogue.isBroken(error)) throw error;
        await datasetStore.rebuild();
        return ask(params, context);
      }
    };
    return [method, answer];
  });
  return Object.fromEntries(answered) as H;
}
