/** Makes a workspace with one dataset of any size, as an import leaves it: dataset.json, items.jsonl and the pack. */
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const SIDE = 32;
const CHANNELS = 3;
const ITEM_BYTES = SIDE * SIDE * CHANNELS;
const CLASSES = ['anemone', 'barn owl', 'cable car', 'daisy', 'espresso', 'forklift', 'gecko', 'harp', 'igloo', 'jeep'];
/** Number of different pictures; none is black, so that a drawn thumbnail differs from an empty cell. */
const DIFFERENT = 1000;

export const DATASET = 'million';

/** Writes the dataset's folder below `workspace`; the workbench indexes it when it starts. */
export async function writeDataset(workspace, count) {
  const folder = path.join(workspace, 'datasets', DATASET);
  await mkdir(folder, { recursive: true });
  await pipeline(Readable.from(packOf(count)), createWriteStream(path.join(folder, `pack-${SIDE}x${SIDE}x3.u8`)));
  await pipeline(Readable.from(linesOf(count)), createWriteStream(path.join(folder, 'items.jsonl')));
  await writeFile(path.join(folder, 'dataset.json'), JSON.stringify(manifestOf(count)));
}

const classOf = (index) => (index * 7) % CLASSES.length;
const isTest = (index) => index % 10 === 9;

function* packOf(count) {
  const block = Buffer.alloc(DIFFERENT * ITEM_BYTES);
  for (let item = 0; item < DIFFERENT; item++) {
    for (let pixel = 0; pixel < SIDE * SIDE; pixel++) {
      const at = item * ITEM_BYTES + pixel * CHANNELS;
      block[at] = 40 + ((item * 37 + pixel) % 200);
      block[at + 1] = 40 + ((item * 59 + (pixel >> 5) * 6) % 200);
      block[at + 2] = 40 + ((item * 83 + (pixel % SIDE) * 6) % 200);
    }
  }
  for (let first = 0; first < count; first += DIFFERENT) {
    yield block.subarray(0, Math.min(DIFFERENT, count - first) * ITEM_BYTES);
  }
}

function* linesOf(count) {
  for (let first = 0; first < count; first += DIFFERENT) {
    let lines = '';
    for (let index = first; index < Math.min(count, first + DIFFERENT); index++) {
      const label = classOf(index);
      lines += `{"name":"${CLASSES[label]}/IMG_${String((index * 7919) % 10_000_019).padStart(8, '0')}.jpg","label":${label},"split":"${isTest(index) ? 'test' : 'train'}","width":640,"height":480}\n`;
    }
    yield lines;
  }
}

const manifestOf = (count) => ({
  version: 1,
  name: `${count} pictures`,
  height: SIDE,
  width: SIDE,
  channels: CHANNELS,
  count,
  classes: CLASSES,
  splits: { train: count - Math.floor(count / 10), test: Math.floor(count / 10) },
  mean: [0.5, 0.5, 0.5],
  variance: [0.05, 0.05, 0.05],
  trainVariance: 0.05,
  sourceSizes: { minimum: [480, 640], median: [480, 640], maximum: [480, 640] },
  thumbnails: null,
  options: {},
  source: 'test/bench/browse',
  skipped: [],
  skippedCount: 0,
  notes: [],
  createdAt: '2026-01-01T00:00:00.000Z',
});
