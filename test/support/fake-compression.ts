/** What a scripted workbench measures of compression: numbers by rule, pictures of blobs. */
import type { CodecMatch, CodecPoint, CompressedRun, Compression, Restored } from '@shared/contract';
import { fakePictures } from './fake-runs';

const SIDE = 28;
const SHOWN = 3;
const ITEMS = 100;
const PIXELS = ITEMS * SIDE * SIDE;
const signal = { kind: 'picture', height: SIDE, width: SIDE, channels: 1 } as const;
const each = (psnr: number) => ({
  psnr: Float32Array.from({ length: SHOWN }, (_, place) => psnr + place),
  ssim: Float32Array.from({ length: SHOWN }, (_, place) => 0.8 + place / 100),
});

export const fakeCompressedRun = (run: string, name: string, more: Partial<CompressedRun> = {}): CompressedRun => ({
  run,
  name,
  model: 'vq-vae',
  prior: null,
  step: 1000,
  priorStep: null,
  items: ITEMS,
  pixels: PIXELS,
  signal,
  bits: {
    raw: PIXELS * 8,
    fixed: 29_400,
    packed: 29_400,
    entropy: 24_000.5,
    huffman: 25_000,
    huffmanTable: 400,
    static: 24_600,
    staticTable: 500,
    adaptive: 24_400,
    prior: null,
  },
  coder: 'adaptive',
  fileBytes: 4200,
  conditioned: 0,
  psnr: 21,
  ssim: 0.7,
  perceptual: null,
  reconstructions: fakePictures(SHOWN, SIDE, 0.5),
  each: each(21),
  tsr: `1-${run}.tsr`,
  ...more,
});

const point = (quality: number): CodecPoint => ({
  quality,
  fileBytes: 1290 + 10 * quality,
  dataBytes: 190 + 10 * quality,
  psnr: 17.3 + 0.2 * quality,
  ssim: 0.398 + 0.002 * quality,
  perceptual: null,
});
const match: CodecMatch = {
  sameSize: {
    files: { point: point(1), fits: false, pictures: fakePictures(SHOWN, SIDE, 0.1), each: each(17) },
    data: { point: point(40), fits: true, pictures: fakePictures(SHOWN, SIDE, 0.3), each: each(25) },
  },
  samePsnr: { point: point(19), reaches: true },
};

/** What runs that were measured together answer. */
export function fakeCompression(runs: readonly CompressedRun[], more: Partial<Compression> = {}): Compression {
  const curve = [1, 10, 50, 90].map(point);
  const formats = (['jpeg', 'webp'] as const).map((format) => ({ format, curve, matches: runs.map(() => match) }));
  return {
    id: 'compression-1',
    path: '/exports/compression-1',
    files: [
      { name: 'compression.csv', bytes: 4 },
      ...runs.flatMap(({ tsr }) => [
        { name: tsr, bytes: 4 },
        { name: tsr.replace(/tsr$/, 'png'), bytes: 4 },
      ]),
    ],
    dataset: { id: 'shoes', name: 'Shoes and shirts', split: 'test' },
    items: ITEMS,
    pixels: PIXELS,
    signal,
    names: ['a.png', 'b.png', 'c.png'],
    originals: fakePictures(SHOWN, SIDE, 1),
    runs: [...runs],
    codecs: { png: { fileBytes: 9000, dataBytes: 8900 }, formats },
    ...more,
  };
}

export const fakeRestored = (more: Partial<Restored> = {}): Restored => ({
  coder: 'prior',
  items: 5,
  opener: { run: 'prior', step: 500 },
  name: 'prior',
  names: ['a.png', 'b.png', 'c.png'],
  pictures: fakePictures(SHOWN, SIDE, 0.5),
  ...more,
});
