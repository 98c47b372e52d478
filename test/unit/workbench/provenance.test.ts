import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contentHashFileName, type DatasetManifest } from '../../../shared/specs/dataset';
import { fromPreset, presets, runFolder, type Session } from '../../../shared/specs';
import { contentHash } from '../../../main/workbench/datasets/content-hash';
import { createProvenance } from '../../../main/workbench/runs/provenance';

let root: string;
beforeEach(() => (root = mkdtempSync(path.join(tmpdir(), 'tessera-provenance-'))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

const manifest = (classes: string[] = []): DatasetManifest =>
  ({ signal: { kind: 'picture', height: 2, width: 2, channels: 1 }, classes }) as unknown as DatasetManifest;
function dataset(name: string, pixels: number[], items = 'one\n'): string {
  const folder = path.join(root, name);
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'pack-2x2x1.u8'), Uint8Array.from(pixels));
  writeFileSync(path.join(folder, 'items.jsonl'), items);
  return folder;
}
const session = (fromStep: number, toStep: number): Session => ({
  startedAt: '2026-01-01T00:00:00.000Z',
  writtenAt: '2026-01-01T00:01:00.000Z',
  fromStep,
  toStep,
  seconds: 60,
  machine: { cpu: 'Z80', cores: 1, memoryBytes: 65_536, system: 'CP/M 2.2 z80' },
  device: 'cpu',
  threads: 1,
  versions: { tessera: '0.2.0', tensorflow: '2.21.0', node: '20.0.0' },
});

describe('the hash of a dataset', () => {
  it('is that of its content, wherever it lies, and changes with a pixel, an item or a class', async () => {
    const own = await contentHash(dataset('a', [1, 2, 3, 4]), manifest());
    expect(own).toMatch(/^[0-9a-f]{64}$/);
    expect(await contentHash(dataset('b', [1, 2, 3, 4]), manifest())).toBe(own);
    expect(await contentHash(dataset('c', [1, 2, 3, 5]), manifest())).not.toBe(own);
    expect(await contentHash(dataset('d', [1, 2, 3, 4], 'two\n'), manifest())).not.toBe(own);
    expect(await contentHash(dataset('e', [1, 2, 3, 4]), manifest(['cat']))).not.toBe(own);
  });

  it('is kept beside the pack until a file changes', async () => {
    const folder = dataset('a', [1, 2, 3, 4]);
    const own = await contentHash(folder, manifest());
    const kept = path.join(folder, contentHashFileName);
    writeFileSync(kept, readFileSync(kept, 'utf8').replace(own, 'f'.repeat(64)));
    expect(await contentHash(folder, manifest())).toBe('f'.repeat(64));
    writeFileSync(path.join(folder, 'items.jsonl'), 'one and more\n');
    expect(await contentHash(folder, manifest())).not.toBe('f'.repeat(64));
  });
});

describe('the provenance of a run', () => {
  const open = (folders: Record<string, string>) =>
    createProvenance({
      runs: {
        existing: (run) => path.join(root, run),
        read: () => ({ spec: fromPreset(presets[0]!, 'a') }),
      },
      datasets: {
        get: (id) => (folders[id] ? Promise.resolve({ manifest: manifest() }) : Promise.reject(new Error('gone'))),
        folder: (id) => folders[id]!,
      },
    });

  it('has its sessions and the hashes of pictures and weights', async () => {
    const folder = path.join(root, 'run');
    const states = [
      { step: 10, best: true, weightsHash: 'aa' },
      { step: 20, best: false, weightsHash: 'bb' },
    ];
    for (const { step, best, weightsHash } of states) {
      mkdirSync(path.join(folder, runFolder.checkpoint(step)), { recursive: true });
      const state = { version: 1, step, seed: 1, score: 1, bestScore: 1, best, weightsHash, createdAt: 'now' };
      writeFileSync(path.join(folder, runFolder.checkpoint(step), runFolder.state), JSON.stringify(state));
    }
    const sessions = [session(0, 10), session(10, 20)];
    writeFileSync(path.join(folder, runFolder.sessions), JSON.stringify({ version: 1, sessions }));
    const pictures = dataset('a', [1, 2, 3, 4]);
    expect(await open({ a: pictures }).read('run')).toEqual({
      sessions,
      datasetHash: await contentHash(pictures, manifest()),
      weights: [
        { step: 10, hash: 'aa', isBest: true },
        { step: 20, hash: 'bb', isBest: false },
      ],
    });
  });

  it('still knows the pictures’ hash when they are gone, and says nothing of what was never recorded', async () => {
    mkdirSync(path.join(root, 'run'));
    const pictures = dataset('a', [1, 2, 3, 4]);
    const { datasetHash } = await open({ a: pictures }).read('run');
    rmSync(pictures, { recursive: true });
    expect(await open({}).read('run')).toEqual({ sessions: [], datasetHash, weights: [] });
    mkdirSync(path.join(root, 'old'));
    expect(await open({}).read('old')).toEqual({ sessions: [], datasetHash: null, weights: [] });
  });
});
