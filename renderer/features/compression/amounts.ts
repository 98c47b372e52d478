import type { CodecMatch, CompressedRun, Compression } from '@shared/contract';
import { distinctNames } from '@/components/distinct-names';

/** Whether whole files are compared, or what of them is picture. */
export type Counting = 'files' | 'data';

/** Bytes of a place on a format's curve, or of a PNG. */
export const bytesOf = (
  { fileBytes, dataBytes }: { fileBytes: number; dataBytes: number },
  counting: Counting,
): number => (counting === 'files' ? fileBytes : dataBytes);

/** Bytes that a run's codes take, as its file has them: whole, or the codes with their tables alone. */
export const codesBytes = ({ fileBytes, bits, coder }: CompressedRun, counting: Counting): number =>
  counting === 'files' ? fileBytes : Math.ceil((bits[coder] ?? 0) / 8);

/** One amount of bytes: a stage of a run's codes, or a format at the codes’ PSNR. */
export interface Amount {
  key: 'raw' | 'fixed' | 'huffman' | 'static' | 'adaptive' | 'prior' | 'file' | 'png' | 'jpegSame' | 'webpSame';
  of: 'pixels' | 'codes' | 'formats';
  bytes: number;
  /** What is in the compressed file. */
  isChosen: boolean;
  /** The nearest quality and its PSNR in dB, where no quality of a format comes near the codes’ PSNR. */
  nearest: { quality: number; psnr: number } | null;
}

/** Qualities are whole numbers: as near as this, in dB, a format has the codes’ PSNR. */
const SAME_PSNR = 1;

/** All amounts of a run in the order of the bars. */
export function amountsOf(
  { codecs }: Pick<Compression, 'codecs'>,
  run: CompressedRun,
  place: number,
  counting: Counting,
): Amount[] {
  const { bits, coder } = run;
  const amount = (key: Amount['key'], of: Amount['of'], bytes: number, more: Partial<Amount> = {}): Amount => ({
    key,
    of,
    bytes,
    isChosen: false,
    nearest: null,
    ...more,
  });
  const stage = (key: 'huffman' | 'static' | 'adaptive' | 'prior') =>
    bits[key] === null ? [] : [amount(key, 'codes', bits[key] / 8, { isChosen: counting === 'data' && coder === key })];
  const same = (format: 'jpeg' | 'webp', key: Amount['key']) => {
    const match = matchOf({ codecs }, format, place);
    if (!match) return [];
    const { point } = match.samePsnr;
    const nearest = Math.abs(point.psnr - run.psnr) <= SAME_PSNR ? null : point;
    return [amount(key, 'formats', bytesOf(point, counting), { nearest })];
  };
  return [
    amount('raw', 'pixels', bits.raw / 8),
    // packed: codes of fixed length, filled up to a whole byte
    amount('fixed', 'codes', bits.fixed / 8, { isChosen: counting === 'data' && coder === 'packed' }),
    ...stage('huffman'),
    ...stage('static'),
    ...stage('adaptive'),
    ...stage('prior'),
    ...(counting === 'files' ? [amount('file', 'codes', run.fileBytes, { isChosen: true })] : []),
    ...same('jpeg', 'jpegSame'),
    ...same('webp', 'webpSame'),
    amount('png', 'formats', bytesOf(codecs.png, counting)),
  ];
}

export function matchOf(
  { codecs }: Pick<Compression, 'codecs'>,
  format: 'jpeg' | 'webp',
  place: number,
): CodecMatch | undefined {
  return codecs.formats.find((one) => one.format === format)?.matches[place];
}

/** What runs are called beside each other: where one autoencoder's codes were measured more than once, with the prior. */
export function runNames(runs: readonly Pick<CompressedRun, 'name' | 'prior'>[]): string[] {
  const isTwice = (name: string): boolean => runs.filter((run) => run.name === name).length > 1;
  return distinctNames(runs.map(({ name, prior }) => (prior && isTwice(name) ? `${name} · ${prior.name}` : name)));
}
