import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createHistories } from '../../../main/workbench/runs/histories';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'tessera-histories-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A run with `rows` rows of one series: 1024 rows take 20 KiB. */
function makeRun(run: string, rows: number): void {
  mkdirSync(path.join(folder, run));
  const line = (step: number): string => `${JSON.stringify({ step, wall: step, values: { loss: 1 } })}\n`;
  writeFileSync(path.join(folder, run, 'metrics.jsonl'), Array.from({ length: rows }, (_, i) => line(i + 1)).join(''));
}
const KIB = 1024;

describe('histories', () => {
  test('are kept within a budget of bytes, whatever the number of runs: those asked for last', async () => {
    for (let run = 0; run < 40; run++) makeRun(`run-${run}`, 900);
    const histories = createHistories((run) => path.join(folder, run), 100 * KIB);
    for (let run = 0; run < 40; run++) {
      expect((await histories.after(`run-${run}`, 890)).step).toHaveLength(10);
      expect(histories.bytes()).toBeLessThanOrEqual(100 * KIB);
    }
    expect(histories.bytes()).toBe(100 * KIB); // five of 20 KiB
  });

  test('give way to one that is long, and one that is longer than all of the budget is kept alone', async () => {
    for (const run of ['a', 'b', 'c']) makeRun(run, 900);
    makeRun('long', 9000);
    const histories = createHistories((run) => path.join(folder, run), 100 * KIB);
    for (const run of ['a', 'b', 'c', 'long']) await histories.after(run, -1);
    expect(histories.bytes()).toBe(16 * 20 * KIB);
    await histories.after('a', -1);
    expect(histories.bytes()).toBe(20 * KIB);
  });

  test('asked for together end within the budget too', async () => {
    for (let run = 0; run < 12; run++) makeRun(`run-${run}`, 900);
    const histories = createHistories((run) => path.join(folder, run), 60 * KIB);
    const all = await Promise.all(Array.from({ length: 12 }, (_, run) => histories.after(`run-${run}`, -1)));
    expect(all.every(({ step }) => step.length === 900)).toBe(true);
    expect(histories.bytes()).toBeLessThanOrEqual(60 * KIB);
  });
});
