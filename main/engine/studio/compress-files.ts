import path from 'node:path';
import type { Compressed, ProgressReport } from '@shared/contract';
import { AppError } from '@shared/errors';
import { requirePictures } from './items';
import { makeFolder, replaceFile } from '../../files';
import {
  type CodeSet,
  type CoderName,
  type TsrDescription,
  type WeightsIdentity,
  compressCodes,
  compressWithModel,
  fromLogits,
  readTsr,
  requireCodes,
  sizesOf,
} from '../coding';
import type { LoadedCodePrior, LoadedRun } from '../training';
import { encodeSources } from './encode-sources';
import { engineFacts } from './engine-facts';
import { autoencoderOf, identityOf, priorModel } from './prior-model';
import { createProgress } from './progress';
import { tesseraVersion } from './version';

export interface CompressFilesRequest {
  /**
   * What codes a model's codes; or a prior, for its autoencoder's codes, conditioned on one class for all pictures or
   * on none.
   */
  by: { model: LoadedRun; coder: CoderName } | { prior: LoadedCodePrior; label: number | null };
  /** Absolute paths of picture files, folders or archives of them. */
  sources: readonly string[];
  /** The `.tsr` to write. */
  out: string;
  signal: AbortSignal;
  onProgress(progress: ProgressReport): void;
}

/**
 * Encodes pictures and codes their codes without loss into one `.tsr` file.
 * @throws UNSUPPORTED for a model of other items than pictures, a model with vectors or a prior that doesn't go code by code, before a picture is read; as
 * `encodeSources`;
 *   LIMIT for more than a file holds; DISK. Nothing is written then.
 */
export async function compressFiles(request: CompressFilesRequest): Promise<Compressed> {
  const { by, sources, out, signal, onProgress } = request;
  const { model, autoencoder, code } = 'prior' in by ? byPrior(by, request) : byCoder(by);
  const { signal: shape } = model.info;
  requirePictures(shape);
  const latent = requireCodes(model.latent);
  const { rows, names, skipped, skippedCount } = await encodeSources({ model, sources, signal, onProgress });
  const set: CodeSet = { latent, items: names.length, codes: Int32Array.from(rows) };
  const bytes = await code(set, { tessera: tesseraVersion, signal: shape, names, autoencoder });
  makeFolder(path.dirname(out));
  replaceFile(out, bytes);

  const { pixels, raw, fixed, packed, entropy, huffman, static: fitted, adaptive } = sizesOf(set, shape);
  const coded = readTsr(bytes).payload.length * 8;
  const tabled = { huffman: huffman.total, static: fitted.total };
  return {
    files: [out],
    items: set.items,
    pixels,
    bits: { raw, fixed, packed, entropy, ...tabled, adaptive, coded, file: bytes.length * 8 },
    skipped,
    skippedCount,
  };
}

interface Coding {
  /** Its codes are coded. */
  model: LoadedRun;
  autoencoder: WeightsIdentity;
  code(set: CodeSet, description: TsrDescription): Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>>;
}

function byCoder({ model, coder }: { model: LoadedRun; coder: CoderName }): Coding {
  return {
    model,
    autoencoder: identityOf(model.info),
    code: (set, description) => compressCodes(set, description, coder),
  };
}

function byPrior(
  { prior, label }: Extract<CompressFilesRequest['by'], { prior: LoadedCodePrior }>,
  { signal, onProgress }: CompressFilesRequest,
): Coding {
  const oneLabel = requireClass(prior, label);
  // Refused before a picture is read, if it is no prior to code by.
  priorModel(prior, null, signal);
  return {
    model: prior.autoencoder,
    autoencoder: autoencoderOf(prior),
    code: (set, description) => {
      const labels = oneLabel === null ? null : Array<number>(set.items).fill(oneLabel);
      const identity = { ...identityOf(prior.info), engine: engineFacts(), labels };
      return compressWithModel(set, description, identity, fromLogits(priorModel(prior, labels, signal)), {
        signal,
        onProgress: createProgress('coding', onProgress),
      });
    },
  };
}

/** @throws BAD_REQUEST for a class that the prior doesn't know */
function requireClass({ prior, manifest }: LoadedCodePrior, label: number | null): number | null {
  if (label === null || label < prior.classes) return label;
  const message =
    prior.classes === 0
      ? `“${manifest.name}” was trained without classes.`
      : `“${manifest.name}” knows the classes 0 to ${prior.classes - 1}, not ${label}.`;
  throw new AppError('BAD_REQUEST', message, '', { field: 'label' });
}
