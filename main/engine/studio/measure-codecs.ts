import {
  type CodecMatch,
  type CodecPoint,
  type CodecTarget,
  type MeasuredCodecs,
  type PictureSet,
  type ProgressReport,
  lossyFormats,
} from '@shared/contract';
import type { Signal, Preprocessing } from '@shared/specs';
import {
  HIGHEST_QUALITY,
  LOWEST_QUALITY,
  decodePlain,
  encodeLossless,
  encodeLossy,
  firstReaching,
  lastWithin,
  pictureDataBytes,
  type PictureFormat,
} from '../media/kinds/picture/codecs';
import { breathe } from './long-jobs';
import { itemsAt } from './measure-coding';
import { type LikenessMeter, createLikenessMeter, meanOf, psnrOfEach } from './picture-likeness';
import { type Pictured, joined, readPictureSet } from './picture-set';
import { itemsOf } from './items';
import { createProgress } from './progress';
import { eachOnSheet, onSheet } from './sheet-places';

export interface MeasureCodecsRequest {
  pictures: PictureSet;
  shape: Signal;
  /** How files come to it. */
  preprocessing: Preprocessing;
  targets: readonly CodecTarget[];
  perceptual: boolean;
  signal: AbortSignal;
  onProgress(progress: ProgressReport): void;
}

/** Where curves are measured. */
const CURVE = [1, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 100] as const;
/** Pictures that are encoded side by side. */
const TOGETHER = 32;
/** Steps of a bisection over the qualities. */
const ROUNDS = 7;
/** Steps per target: two sizes and a PSNR to find, and the result to look at. */
const OF_TARGET = 3 * ROUNDS + 3;

type Lossy = (typeof lossyFormats)[number];
type Bytes = Pick<CodecPoint, 'fileBytes' | 'dataBytes'>;

/**
 * The same pictures as PNG, JPEG and WebP: what they take at qualities from the lowest to the highest, and at those
 * that have as many bytes as each target, or its PSNR. One quality is for all pictures, as one uses a format; every
 * picture is a file of its own.
 * @throws as `readPictureSet`; CANCELLED
 */
export async function measureCodecs(request: MeasureCodecsRequest): Promise<MeasuredCodecs> {
  const { shape, targets, signal, onProgress } = request;
  const set = await readPictureSet(request.pictures, { signal: shape, preprocessing: request.preprocessing }, signal);
  const steps = lossyFormats.length * (CURVE.length + targets.length * OF_TARGET) + 1;
  const report = createProgress('formats', onProgress);
  let done = 0;
  const advance = (by: number): void => report((done += by), steps);
  const meter = createLikenessMeter(shape, request.perceptual);
  try {
    const lossless = await eachOf(set, shape, signal, (pixels) => encodeLossless(pixels, shape));
    const png = bytesOf('png', lossless);
    advance(1);
    const formats: MeasuredCodecs['formats'] = [];
    for (const format of lossyFormats) {
      const one = createFormat(format, { set, shape, meter, signal });
      const curve: CodecPoint[] = [];
      for (const quality of CURVE) {
        curve.push(await one.pointAt(quality));
        advance(1);
      }
      const matches: CodecMatch[] = [];
      for (const target of targets) {
        matches.push(await one.match(target));
        advance(OF_TARGET);
      }
      formats.push({ format, curve, matches });
    }
    return { png, formats };
  } finally {
    meter.dispose();
  }
}

interface FormatParts {
  set: Pictured;
  shape: Signal;
  meter: LikenessMeter;
  signal: AbortSignal;
}

/** A format at any quality, each computed once. */
function createFormat(format: Lossy, { set, shape, meter, signal }: FormatParts) {
  const places = onSheet(set.count, shape);
  const encodeAll = (quality: number) =>
    eachOf(set, shape, signal, (pixels) => encodeLossy(format, quality, pixels, shape));
  const decodeAll = async (files: readonly Uint8Array[]) =>
    joined(await inTurn(files, signal, (file) => decodePlain(file, shape)));

  const bytesAt = once(async (quality) => bytesOf(format, await encodeAll(quality)));
  const psnrAt = once(async (quality) =>
    meanOf(psnrOfEach(await decodeAll(await encodeAll(quality)), set.pixels, set.count)),
  );
  /** What there is to know of a quality; of the pictures only those on the sheet are kept. */
  const lookAt = once(async (quality) => {
    const files = await encodeAll(quality);
    const pixels = await decodeAll(files);
    const each = await meter.measure(pixels, set.pixels, signal);
    const point: CodecPoint = {
      quality,
      ...bytesOf(format, files),
      psnr: meanOf(each.psnr),
      ssim: meanOf(each.ssim),
      perceptual: each.perceptual && meanOf(each.perceptual),
    };
    return { point, pictures: itemsOf(shape, itemsAt(pixels, places, set.count)), each: eachOnSheet(each, places) };
  });

  const sameSize = async (of: keyof Bytes, most: number) => {
    const quality = await lastWithin(async (at) => (await bytesAt(at))[of], most);
    return { fits: quality !== null, ...(await lookAt(quality ?? LOWEST_QUALITY)) };
  };
  return {
    pointAt: async (quality: number): Promise<CodecPoint> => (await lookAt(quality)).point,
    async match({ fileBytes, dataBytes, psnr }: CodecTarget): Promise<CodecMatch> {
      const reaching = await firstReaching(psnrAt, psnr);
      const { point } = await lookAt(reaching ?? HIGHEST_QUALITY);
      return {
        sameSize: { files: await sameSize('fileBytes', fileBytes), data: await sameSize('dataBytes', dataBytes) },
        samePsnr: { point, reaches: reaching !== null },
      };
    },
  };
}

/** Keeps each answer, so that a question asked twice is computed once. */
function once<T>(work: (quality: number) => Promise<T>): (quality: number) => Promise<T> {
  const known = new Map<number, Promise<T>>();
  return (quality) => {
    const answer = known.get(quality) ?? work(quality);
    known.set(quality, answer);
    return answer;
  };
}

function bytesOf(format: PictureFormat, files: readonly Uint8Array[]): Bytes {
  const sum = (of: (file: Uint8Array) => number) => files.reduce((total, file) => total + of(file), 0);
  return { fileBytes: sum(({ length }) => length), dataBytes: sum((file) => pictureDataBytes(format, file)) };
}

function eachOf(
  { pixels, count }: Pictured,
  { height, width, channels }: Signal,
  signal: AbortSignal,
  encode: (pixels: Uint8Array) => Promise<Uint8Array>,
): Promise<Uint8Array[]> {
  const size = height * width * channels;
  const pictures = Array.from({ length: count }, (_, item) => pixels.subarray(item * size, (item + 1) * size));
  return inTurn(pictures, signal, encode);
}

/** Some at a time, so that others are answered between them. */
async function inTurn<T, R>(all: readonly T[], signal: AbortSignal, work: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < all.length; at += TOGETHER) {
    results.push(...(await Promise.all(all.slice(at, at + TOGETHER).map(work))));
    await breathe(signal);
  }
  return results;
}
