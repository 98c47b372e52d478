import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Items } from '@shared/contract';
import { AppError } from '@shared/errors';
import { bytesOf, dtypeOf, itemsIn, previewIndexSchema, runFolder, type PreviewIndex } from '@shared/specs';

/** More usage counts than this are thinned out evenly over the run. */
const MOST_USAGE_BYTES = 64 * 1024 * 1024;

/** Steps with a preview, ascending, and the originals; null and none before the first preview. */
export async function readPreviews(folder: string): Promise<{ steps: number[]; originals: Items | null }> {
  const index = await readIndex(folder);
  if (!index) return { steps: [], originals: null };
  const steps = await stepsIn(path.join(folder, runFolder.previews), `.${dtypeOf(index.signal)}`);
  return { steps, originals: await readItems(path.join(folder, runFolder.previewOriginals(index.signal)), index) };
}

/** The reconstructions or samples at a step. Throws NOT_FOUND if the step has no preview. */
export async function readPreview(folder: string, step: number): Promise<Items> {
  const index = await readIndex(folder);
  const items = index && (await readItems(path.join(folder, runFolder.preview(step, index.signal)), index));
  if (!items) throw new AppError('NOT_FOUND', `This run has no preview of step ${step}.`, '', { field: 'step' });
  return items;
}

/**
 * How often each code was used at each evaluation: `steps.length × codes` counts, `codes` those of all the model's layers,
 * as many as the newest file has; 0 where there is none. Files of another size are passed over.
 */
export async function readUsage(
  folder: string,
): Promise<{ steps: number[]; codes: number; counts: Uint32Array<ArrayBuffer> }> {
  const all = await stepsIn(path.join(folder, runFolder.usage), '.u32');
  const newest = all.at(-1);
  const { size } = newest === undefined ? { size: 0 } : await stat(path.join(folder, runFolder.usageAt(newest)));
  const codes = Math.floor(size / 4);
  if (codes === 0) return { steps: [], codes: 0, counts: new Uint32Array(0) };
  const wanted = thin(all, Math.max(1, Math.floor(MOST_USAGE_BYTES / (codes * 4))));
  const rows = await Promise.all(
    wanted.map(async (step) => ({
      step,
      bytes: await readFile(path.join(folder, runFolder.usageAt(step))).catch(() => null),
    })),
  );
  const whole = rows.filter(
    (row): row is { step: number; bytes: Buffer<ArrayBuffer> } => row.bytes?.length === codes * 4,
  );
  const counts = new Uint32Array(whole.length * codes);
  whole.forEach(({ bytes }, row) => {
    for (let code = 0; code < codes; code++) counts[row * codes + code] = bytes.readUInt32LE(code * 4);
  });
  return { steps: whole.map(({ step }) => step), codes, counts };
}

/** At most `most` of `steps`, evenly spread, the last among them. */
function thin(steps: number[], most: number): number[] {
  if (steps.length <= most) return steps;
  return Array.from({ length: most }, (_, i) => steps[Math.floor(((i + 1) * steps.length) / most) - 1]!);
}

async function stepsIn(folder: string, ending: string): Promise<number[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => name.endsWith(ending) && /^\d+$/.test(name.slice(0, -ending.length)))
    .map((name) => Number(name.slice(0, -ending.length)))
    .sort((a, b) => a - b);
}

async function readIndex(folder: string): Promise<PreviewIndex | null> {
  const text = await readFile(path.join(folder, runFolder.previewIndex), 'utf8').catch(() => null);
  return text === null ? null : previewIndexSchema.parse(JSON.parse(text));
}

/** As many as the index has items; of a prior, which draws out of nothing, as many as there are. */
async function readItems(file: string, { items, signal }: PreviewIndex): Promise<Items | null> {
  const bytes = await readFile(file).catch(() => null);
  if (!bytes) return null;
  const count = bytes.length / bytesOf(signal);
  if (!Number.isInteger(count) || (items.length > 0 && count !== items.length)) return null;
  return { signal, dtype: dtypeOf(signal), count, data: itemsIn(signal, new Uint8Array(bytes)) };
}
