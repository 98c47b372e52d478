import { AppError } from '@shared/errors';
import { type CodeSet, layoutOf, requireCodeSet } from './code-set';
import { type CoderName, coders } from './coders';
import { type OpenedTsr, codesCrc, writeTsr } from './container';
import { damaged } from './damaged';
import { type PriorIdentity, type TsrHeader, type WeightsIdentity, isCoderName, writeHeader } from './header';
import { type ModelCoderOptions, decodeWithModel, encodeWithModel, otherFrequencies } from './model-coder';
import type { ProbabilityModel } from './probability-model';

/** What a file states besides its codes. */
export type TsrDescription = Pick<TsrHeader, 'tessera' | 'signal' | 'names' | 'autoencoder'>;

/**
 * Compresses codes into a `.tsr` file that can be decoded without a model.
 * @throws BAD_REQUEST for codes beyond the codebook; LIMIT for more than a file can hold
 */
export function compressCodes(set: CodeSet, description: TsrDescription, coder: CoderName): Uint8Array<ArrayBuffer> {
  const layout = layoutOf(set.latent);
  requireCodeSet(set, layout);
  return writeTsr(headerOf(set, description, coder, null), coders[coder].encode(set, layout).payload);
}

/**
 * Compresses codes into a `.tsr` file that only the same model, on an engine that computes the same frequencies, can
 * decode.
 * @throws as `compressCodes`, and what the model throws
 */
export async function compressWithModel(
  set: CodeSet,
  description: TsrDescription,
  prior: Omit<PriorIdentity, 'probe' | 'lanes'>,
  model: ProbabilityModel,
  options: ModelCoderOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  requireCodeSet(set, layoutOf(set.latent));
  const headerWith = (probe: number) => headerOf(set, description, 'prior', { ...prior, lanes: model.lanes, probe });
  // Limits are checked before the long work.
  writeHeader(headerWith(0));
  const { payload, probe } = await encodeWithModel(set, model, options);
  return writeTsr(headerWith(probe), payload);
}

/**
 * Decodes a file that needs no model into codes [items, latentSize].
 * @throws BAD_FILE for damage; UNSUPPORTED for a file that needs its model
 */
export function decompressCodes({ header, payload }: OpenedTsr): Int32Array {
  if (!isCoderName(header.coder))
    throw new AppError(
      'UNSUPPORTED',
      `This file was compressed by the prior of run “${header.prior?.run ?? ''}”, and can’t be opened without it.`,
    );
  const codes = coders[header.coder].decode(payload, header);
  if (codesCrc(codes) !== header.codesCrc) throw damaged('its codes do not match their CRC');
  return codes;
}

/**
 * Decodes a file that needs its model into codes [items, latentSize].
 * @throws UNSUPPORTED if the model computes different frequencies here; CONFLICT if its number of sequences in lockstep
 *   differs
 */
export async function decompressWithModel(
  { header, payload }: OpenedTsr,
  model: ProbabilityModel,
  options: ModelCoderOptions = {},
): Promise<Int32Array> {
  const { prior } = header;
  if (!prior) throw new AppError('INTERNAL', 'This file needs no model.');
  if (prior.lanes !== model.lanes)
    throw new AppError('CONFLICT', `This file was coded ${prior.lanes} items at a time, not ${model.lanes}.`);
  const codes = await decodeWithModel({ payload, probe: prior.probe }, header, model, options);
  if (codesCrc(codes) !== header.codesCrc) throw otherFrequencies();
  return codes;
}

/**
 * Refuses weights other than the ones a file was made with: with them its codes would mean something else.
 * @param of names the model: “the autoencoder” or “the prior”
 * @throws CONFLICT naming both
 */
export function requireWeights(of: string, written: WeightsIdentity, own: WeightsIdentity): void {
  if (written.weightsHash === own.weightsHash) return;
  throw new AppError(
    'CONFLICT',
    `This file needs ${of} of run “${written.run}” at step ${written.step}, not that of run “${own.run}” at step ${own.step}.`,
    `Its weights have the SHA-256 ${written.weightsHash.slice(0, 12)}…, those at hand ${own.weightsHash.slice(0, 12)}….`,
  );
}

/**
 * Lists how the engine that wrote a file differs from this one, one difference per line: reasons why the model may
 * compute different frequencies here. It may still compute the same ones, so this explains a refusal and never causes
 * one.
 */
export function engineDifferences(written: PriorIdentity['engine'], own: PriorIdentity['engine']): string[] {
  const names = [...new Set([...Object.keys(written), ...Object.keys(own)])].sort();
  return names
    .filter((name) => written[name] !== own[name])
    .map((name) => `${name}: ${written[name] ?? '–'} (the file), ${own[name] ?? '–'} (here)`);
}

function headerOf(
  { latent, items, codes }: CodeSet,
  { tessera, signal, names, autoencoder }: TsrDescription,
  coder: TsrHeader['coder'],
  prior: PriorIdentity | null,
): TsrHeader {
  return { coder, tessera, signal, latent, items, names, autoencoder, prior, codesCrc: codesCrc(codes) };
}
