import type { Items, ProgressReport } from '@shared/contract';
import { AppError } from '@shared/errors';
import { bytesOf, isSameSignal, latentSize, newItems, valuesOf } from '@shared/specs';
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
import type { LoadedCodeRun, LoadedCodePrior, LoadedRun } from '../training';
import { comfortableBatch } from '../training/inference';
import { naming, readSource, writeItems } from './decode-file';
import { engineFacts } from './engine-facts';
import { requireCodes } from './latents';
import { breathe } from './long-jobs';
import { itemsOf } from './items';
import { identityOf, priorModel } from './prior-model';
import { createProgress } from './progress';

export interface DecompressRequest {
  opened: OpenedTsr;
  /** The model whose codes it holds; of a file that a prior coded, the prior, which brings its autoencoder. */
  by: { model: LoadedRun } | { prior: LoadedCodePrior };
  signal: AbortSignal;
  onProgress(progress: ProgressReport): void;
}

/**
 * Opens a `.tsr` file without decoding it; `called` is its name in messages. @throws NOT_FOUND; BAD_FILE naming the
 * file
 */
export function openCompressed(source: string, called = source): OpenedTsr {
  const bytes = readSource(source);
  return naming(called, () => readTsr(bytes));
}

/**
 * Decodes all codes of a `.tsr` file, exactly, and then into files of the medium in `directory`, named after what they were made
 * from.
 * @throws as `codesIn`, and nothing is written then; DISK; CANCELLED
 */
export async function decompressFile({
  directory,
  ...request
}: DecompressRequest & { directory: string }): Promise<{ files: string[]; items: number }> {
  const { signal, onProgress } = request;
  const { model, codes, names } = await codesIn(request);
  const { files } = await writeItems({ model, rows: codes, names, directory, signal, onProgress });
  return { files, items: names.length };
}

/** Bytes of items that one answer brings at most. */
const MOST_BYTES = 32 * 1024 * 1024;

/**
 * Decodes all codes of a `.tsr` file, exactly, and as many of its items as fit into an answer: the first of them.
 * @throws as `codesIn`; CANCELLED
 */
export async function restoreCompressed(request: DecompressRequest): Promise<{ names: string[]; pictures: Items }> {
  const { model, codes, names } = await codesIn(request);
  const { signal } = model.info;
  const [size, itemValues] = [latentSize(model.latent), valuesOf(signal)];
  const count = Math.min(names.length, Math.max(1, Math.floor(MOST_BYTES / bytesOf(signal))));
  const items = newItems(signal, count);
  const report = createProgress('decoding', request.onProgress);
  const batch = comfortableBatch(signal);
  for (let at = 0; at < count; at += batch) {
    const some = Math.min(batch, count - at);
    items.set(model.decode(codes.subarray(at * size, (at + some) * size), some), at * itemValues);
    report(at + some, count);
    await breathe(request.signal);
  }
  return { names: names.slice(0, count), pictures: itemsOf(signal, items) };
}

/**
 * All codes of a `.tsr` file, exactly, with the model that makes pictures of them and a name for each.
 * @throws CONFLICT for other weights; UNSUPPORTED where the prior gives other probabilities, saying in what the engines
 * differ;
 *   BAD_FILE for damage
 */
async function codesIn(
  request: DecompressRequest,
): Promise<{ model: LoadedCodeRun; codes: Int32Array; names: readonly string[] }> {
  const { opened, by } = request;
  const { header } = opened;
  const model = requireCodes('prior' in by ? by.prior.autoencoder : by.model);
  if ('prior' in by && header.prior) requireWeights('the prior', header.prior, identityOf(by.prior.info));
  requireWeights('the autoencoder', header.autoencoder, identityOf(model.info));
  requireShape(header, model);
  const codes = 'prior' in by ? await codesByPrior(by.prior, request) : decompressCodes(opened);
  const names = header.names ?? Array.from({ length: header.items }, (_, item) => `picture ${item + 1}`);
  return { model, codes, names };
}

async function codesByPrior(
  prior: LoadedCodePrior,
  { opened, signal, onProgress }: DecompressRequest,
): Promise<Int32Array> {
  const labels = opened.header.prior?.labels ?? null;
  if (labels?.some((label) => label !== null && label >= prior.prior.classes))
    throw new AppError('BAD_FILE', 'This file is damaged: it names a class that its prior doesn’t know.');
  const model = fromLogits(priorModel(prior, labels, signal));
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
function requireShape({ signal, latent }: TsrHeader, { info, latent: own }: LoadedCodeRun): void {
  const text = ({ levels }: TsrHeader['latent']) => levels.flatMap((one) => [...one.axes, one.depth, one.codes]).join();
  if (isSameSignal(signal, info.signal) && text(latent) === text(own)) return;
  throw new AppError('BAD_FILE', 'This file is damaged: it names other pictures or grids than its autoencoder makes.');
}
