import type { ProgressReport } from '@shared/contract';
import { AppError } from '@shared/errors';
import {
  type OpenedTsr,
  type TsrHeader,
  decompressCodes,
  decompressWithModel,
  engineDifferences,
  fromLogits,
  readTsr,
  requireWeights,
} from '../coding';
import type { LoadedCodeRun, LoadedPrior, LoadedRun } from '../training';
import { readSource, writePictures } from './decode-file';
import { engineFacts } from './engine-facts';
import { requireCodes } from './latents';
import { identityOf, priorModel } from './prior-model';
import { createProgress } from './progress';

export interface DecompressFileRequest {
  opened: OpenedTsr;
  /** The model whose codes it holds; of a file that a prior coded, the prior, which brings its autoencoder. */
  by: { model: LoadedRun } | { prior: LoadedPrior };
  /** Folder for the pictures, made if missing. */
  directory: string;
  signal: AbortSignal;
  onProgress(progress: ProgressReport): void;
}

/** Opens a `.tsr` file without decoding it. @throws NOT_FOUND; BAD_FILE naming the file */
export function openCompressed(source: string): OpenedTsr {
  const bytes = readSource(source);
  try {
    return readTsr(bytes);
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    throw new AppError(cause.code, `${source}: ${cause.message}`, cause.hint, { field: 'source', cause });
  }
}

/**
 * Decodes all codes of a `.tsr` file, exactly, and then into PNG files named after what they were made from.
 * @throws CONFLICT for other weights; UNSUPPORTED where the prior gives other probabilities, saying in what the engines differ;
 *   BAD_FILE for damage. Nothing is written then. DISK; CANCELLED
 */
export async function decompressFile(request: DecompressFileRequest): Promise<{ files: string[]; items: number }> {
  const { opened, by, directory, signal, onProgress } = request;
  const { header } = opened;
  const model = requireCodes('prior' in by ? by.prior.autoencoder : by.model);
  if ('prior' in by && header.prior) requireWeights('the prior', header.prior, identityOf(by.prior.info));
  requireWeights('the autoencoder', header.autoencoder, identityOf(model.info));
  requireShape(header, model);
  const codes = 'prior' in by ? await codesByPrior(by.prior, request) : decompressCodes(opened);
  const names = header.names ?? Array.from({ length: header.items }, (_, item) => `picture ${item + 1}`);
  const { files } = await writePictures({ model, rows: codes, names, directory, signal, onProgress });
  return { files, items: header.items };
}

async function codesByPrior(
  prior: LoadedPrior,
  { opened, signal, onProgress }: DecompressFileRequest,
): Promise<Int32Array> {
  const model = fromLogits(priorModel(prior, signal));
  try {
    return await decompressWithModel(opened, model, { signal, onProgress: createProgress('coding', onProgress) });
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.code !== 'UNSUPPORTED') throw cause;
    const differences = engineDifferences(opened.header.prior?.engine ?? {}, engineFacts());
    const hint = [cause.hint, ...differences].filter((line) => line !== '').join('\n');
    throw new AppError(cause.code, cause.message, hint, { cause });
  }
}

/** The hash speaks for the weights, not for what else a header says. @throws BAD_FILE */
function requireShape({ image, latent }: TsrHeader, { info, latent: own }: LoadedCodeRun): void {
  const text = ({ height, width, channels }: TsrHeader['image'], { levels }: TsrHeader['latent']) =>
    [height, width, channels, ...levels.flatMap((one) => [one.height, one.width, one.depth, one.codes])].join();
  if (text(image, latent) === text(info.image, own)) return;
  throw new AppError('BAD_FILE', 'This file is damaged: it names other pictures or grids than its autoencoder makes.');
}
