import { z } from 'zod';
import { checkpointChoice, runId } from './common';
import type { Contract } from './contract';
import { hostContract } from './host';
import { studioContract } from './roles';
import { workbenchContract } from './workbench';

const {
  'studio.encodeFiles': encode,
  'studio.decodeFile': decode,
  'studio.compressFiles': compress,
  'studio.decompressFile': decompress,
  'studio.sampleFiles': sample,
  'studio.samplePriorFiles': samplePrior,
  'studio.readLatent': readLatent,
  'studio.readCompressed': readCompressed,
} = studioContract.requests;

/** In place of a checkpoint's folder, which the engine is given, a command names a run. */
const folder = { runDirectory: true, step: true } as const;
const model = { run: runId, checkpoint: checkpointChoice };

/**
 * What a command asks of the workbench in its own process, naming files by absolute paths. `Workbench.call` answers it;
 * no connection does, so that no page can reach it.
 */
export const localContract = {
  requests: {
    /** A grant for paths that a person chose. Throws BAD_REQUEST or NOT_FOUND, naming the path. */
    'local.grant': hostContract.requests['host.grant'],
    /** Writes one latent file of all pictures in `sources`. */
    'local.encode': { ...encode, params: encode.params.omit(folder).extend(model) },
    /** Writes a PNG into `directory` for each grid in the latent file `source`. */
    'local.decode': { ...decode, params: decode.params.omit(folder).extend(model) },
    /** The run and step whose weights made the latent file `source`. */
    'local.readLatent': readLatent,
    /** Writes one compressed file of all pictures in `sources`; with coder `prior` the run is a prior's. */
    'local.compress': { ...compress, params: compress.params.omit(folder).extend(model) },
    /** What the compressed file `source` says of itself. */
    'local.readCompressed': { ...readCompressed, params: z.object({ source: z.string() }) },
    /** Writes a PNG into `directory` for each picture in the compressed file `source`. */
    'local.decompress': { ...decompress, params: decompress.params.omit(folder).extend(model) },
    /** Writes a PNG into `directory` for each vector drawn. Throws BAD_REQUEST for a run whose latent is codes. */
    'local.sample': { ...sample, params: sample.params.omit({ ...folder, datasetDirectory: true }).extend(model) },
    /** Writes a PNG into `directory` for each sample of a prior. Throws BAD_REQUEST for a run that trains none. */
    'local.samplePrior': { ...samplePrior, params: samplePrior.params.omit(folder).extend(model) },
  },
  events: {},
} satisfies Contract;
export type LocalContract = typeof localContract;

/** All that a command can ask of the workbench in its own process: what a page may, and what is local. */
export const callContract = {
  requests: { ...workbenchContract.requests, ...localContract.requests },
  events: workbenchContract.events,
} satisfies Contract;
export type CallContract = typeof callContract;
