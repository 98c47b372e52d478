import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  checkpointState,
  chooseCheckpoint,
  listCheckpoints,
  readRun,
  stampOf,
  updateRun,
} from '../../../main/run-files';
import { fromPreset, presets } from '../../../shared/specs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'tessera-run-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string): void {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
}

describe('the checkpoints in the folder of a run', () => {
  test('are none until one is whole, and the best is the last that was called so', () => {
    const state = (step: number, best: boolean) =>
      JSON.stringify({ version: 1, step, seed: 1, score: 1, bestScore: 1, best, weightsHash: 'x', createdAt: '' });
    expect(() => chooseCheckpoint(folder, 'latest')).toThrow('no checkpoint yet');
    mkdirSync(path.join(folder, 'checkpoints', '40'), { recursive: true });
    expect(() => chooseCheckpoint(folder, 'latest')).toThrow('checkpoints/40/state.json');
    write('checkpoints/20/state.json', state(20, true));
    write('checkpoints/100/state.json', state(100, false));
    write('checkpoints/30/state.json', state(30, true));
    write('checkpoints/50/state.json', '{"version":1');
    expect(listCheckpoints(folder)).toEqual({ steps: [20, 30, 100], best: 30, damaged: [40, 50] });
    expect([
      chooseCheckpoint(folder, 'latest'),
      chooseCheckpoint(folder, 'best'),
      chooseCheckpoint(folder, 20),
    ]).toEqual([100, 30, 20]);
    expect(() => chooseCheckpoint(folder, 40)).toThrow('no checkpoint at step 40');
  });

  test('may be of a version that knew of NMSE alone', () => {
    const old = {
      version: 1,
      step: 20,
      seed: 1,
      nmse: 0.25,
      bestNmse: 0.2,
      best: true,
      weightsHash: 'x',
      createdAt: '',
    };
    write('checkpoints/20/state.json', JSON.stringify(old));
    expect(checkpointState(folder, 20)).toMatchObject({ score: 0.25, bestScore: 0.2, optimizerHash: null });
    expect(listCheckpoints(folder)).toEqual({ steps: [20], best: 20, damaged: [] });
  });
});

describe('run.json and status.json', () => {
  const record = {
    version: 1,
    id: 'first',
    name: 'First',
    spec: fromPreset(presets[0]!, 'pets'),
    datasetName: 'Pets',
    image: { height: 16, width: 16, channels: 1 },
    trainVariance: 0.1,
    createdAt: '2026-01-01T00:00:00.000Z',
  };
  const status = { status: 'running', step: 3, failure: null, updatedAt: '2026-01-01T00:00:00.000Z' };

  test('are read as one, and the trainer changes the second alone', () => {
    write('run.json', JSON.stringify(record));
    write('status.json', JSON.stringify(status));
    expect(readRun(folder)).toMatchObject({ id: 'first', status: 'running', step: 3 });
    const before = stampOf(folder);
    updateRun(folder, { step: 9 });
    expect(stampOf(folder)).not.toBe(before);
    expect(readRun(folder)).toMatchObject({ name: 'First', status: 'running', step: 9 });
  });

  test('say which file is missing, cut short or wrong', () => {
    expect(stampOf(folder)).toBeNull();
    expect(() => readRun(folder)).toThrow('There is no run: run.json is missing.');
    const file = path.join(folder, 'run.json');
    for (const [content, message] of [
      ['{"version": 1, "id"', `${file} can't be read as JSON.`],
      [JSON.stringify({ ...record, ...status, name: 7 }), `${file}: name`],
    ] as const) {
      write('run.json', content);
      expect(() => readRun(folder)).toThrow(message);
    }
  });
});
