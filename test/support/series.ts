import { z } from 'zod';
import { AppError } from '../../shared/errors';
import { type Medium, type Signal, media } from '../../shared/specs/media';
import { mediaFiles } from '../../main/engine/media/kinds/files';
import type { MediumFiles } from '../../main/engine/media/kinds/kind';
import type { MediumTensors } from '../../main/engine/media/kinds/medium-tensors';
import { mediaTensors } from '../../main/engine/media/kinds/tensors';
import * as ops from '../../main/engine/tensorflow/ops';

/**
 * A medium of one axis, which the product doesn't have: series of numbers from −1 to 1, in text files of a number per line. It
 * shows that a medium needs nothing outside its own files but the lines that register it.
 */
interface SeriesSignal {
  kind: 'series';
  length: number;
  channels: 1;
}
export const LENGTH = 30;

const series: Medium<SeriesSignal, 'f32'> = {
  kind: 'series',
  name: { en: 'Series', 'zh-CN': '序列' },
  signal: z.object({ kind: z.literal('series'), length: z.number().int().positive(), channels: z.literal(1) }),
  axes: ['t'],
  sides: ({ length }) => [length],
  channels: () => 1,
  dtype: 'f32',
  range: [-1, 1],
  facts: z.object({ lines: z.number().int() }),
  importOptions: z.object({}),
  augmentation: z.object({}),
  measures: { nmse: { better: 'less' }, mse: { better: 'less' }, 'largest-error': { better: 'less' } },
  describe: ({ length }) => ({ en: `${length} numbers`, 'zh-CN': `${length} 个数` }),
  describeFacts: ({ lines }) => ({ en: `${lines} lines`, 'zh-CN': `${lines} 行` }),
};

const isSeries = (path: string): boolean => path.endsWith('.nums');

function parse(bytes: Uint8Array): { data: Float32Array; lines: number } {
  const lines = Buffer.from(bytes).toString().trim().split('\n');
  const data = Float32Array.from(lines.slice(0, LENGTH), Number);
  if (data.length < LENGTH || !data.every(Number.isFinite))
    throw new AppError('BAD_FILE', `it has no ${LENGTH} numbers`);
  return { data, lines: lines.length };
}

const seriesFiles: MediumFiles<SeriesSignal & Signal> = {
  reader: () => ({
    look: () => ({
      recognise: async ({ path }) => isSeries(path),
      count: async () => 1,
      sample: async () => undefined,
      finish: () => ({ collections: new Map(), companions: new Set(), refused: new Map(), notes: [] }),
    }),
    choose: () => ({
      signal: { kind: 'series', length: LENGTH, channels: 1 } as SeriesSignal & Signal,
      notes: [`Cut to ${LENGTH} numbers.`],
    }),
    reasonToSkip: async ({ path }) => (isSeries(path) ? null : 'it is no series'),
    async *contents(_file, _name, load) {
      yield load;
    },
    async *collected() {},
    convert: () => ({
      async convert(name, load) {
        try {
          const { data, lines } = parse(await (load as () => Promise<Uint8Array>)());
          return [{ name, data, facts: { lines } }];
        } catch (thrown) {
          return [{ name, skipped: (thrown as AppError).message }];
        }
      },
      enter: () => undefined,
      notes: () => [],
    }),
    nothing: (of) => new AppError('BAD_FILE', `There is no series (${of}).`),
  }),
  thumbnails: () => null,
  open: async (_name, bytes) => parse(bytes).data,
  save: async (_signal, item) => Buffer.from(`${Array.from(item).join('\n')}\n`),
  ending: 'nums',
};

const seriesTensors: MediumTensors = {
  measures: { 'largest-error': { perItem: (a, b) => ops.max(ops.abs(ops.sub(a, b)), [1, 2]) } },
  thorough: () => ({ 'mean-error': (a, b) => ops.mean(ops.abs(ops.sub(a, b)), [1, 2]) }),
  features: null,
};

/** Registers the medium in this process. */
export function registerSeries(): void {
  media.set('series', series as unknown as Medium<Signal, 'u8'>);
  mediaFiles.set('series', seriesFiles as unknown as MediumFiles);
  mediaTensors.set('series', seriesTensors);
}
