import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Compressed, ProgressReport } from '@shared/contract';
import { replaceFile } from '../../files';
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
import type { LoadedPrior, LoadedRun } from '../training';
import { encodeSources } from './encode-sources';
import { engineFacts } from './engine-facts';
import { identityOf, priorModel } from './prior-model';
import { createProgress } from './progress';
import { tesseraVersion } from './version';

export interface CompressFilesRequest {
  /** What codes the codes of a model; or a prior, for those of its autoencoder. */
  by: { model: LoadedRun; coder: CoderName } | { prior: LoadedPrior };
  /** Absolute paths of picture files, folders or archives of them. */
  sources: readonly string[];
  /** The `.tsr` to write. */
  out: string;
  signal: AbortSignal;
  onProgress(progress: ProgressReport): void;
}

/**
 * Encodes pictures and codes their codes without loss into one `.tsr` file.
 * @throws UNSUPPORTED for a model with vectors or a prior that doesn't go code by code, before a picture is read; as `encodeSources`;
 *   LIMIT for more than a file holds; DISK. Nothing is written then.
 */
export async function compressFiles(request: CompressFilesRequest): Promise<Compressed> {
  const { by, sources, out, signal, onProgress } = request;
  const { model, autoencoder, code } = 'prior' in by ? byPrior(by.prior, request) : byCoder(by);
  const { image } = model.info;
  const latent = requireCodes(model.latent);
  const { rows, names, skipped, skippedCount } = await encodeSources({ model, sources, signal, onProgress });
  const set: CodeSet = { latent, items: names.length, codes: Int32Array.from(rows) };
  const bytes = await code(set, { tessera: tesseraVersion, image, names, autoencoder });
  mkdirSync(path.dirname(out), { recursive: true });
  replaceFile(out, bytes);

  const { pixels, raw, fixed, packed, entropy, huffman, static: fitted, adaptive } = sizesOf(set, image);
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

/** A prior's autoencoder is a copy in its own folder: the file names the run that it was copied from. */
function byPrior(prior: LoadedPrior, { signal, onProgress }: CompressFilesRequest): Coding {
  const model = fromLogits(priorModel(prior, signal));
  const { autoencoder, manifest, info } = prior;
  return {
    model: autoencoder,
    autoencoder: identityOf({ ...autoencoder.info, run: manifest.codes?.run ?? autoencoder.info.run }),
    code: (set, description) =>
      compressWithModel(set, description, { ...identityOf(info), engine: engineFacts(), labels: null }, model, {
        signal,
        onProgress: createProgress('coding', onProgress),
      }),
  };
}
