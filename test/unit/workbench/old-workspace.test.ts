import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentKinds, type DocumentKind } from '@shared/contract';
import { type Workbench, openWorkbench } from '../../../main/workbench';
import { contentHash } from '../../../main/workbench/datasets/content-hash';
import { readDatasetFolder } from '../../../main/workbench/stores/dataset-folder';

let workspace = '';
let workbench: Workbench;

beforeAll(async () => {
  workspace = mkdtempSync(path.join(os.tmpdir(), 'tessera-old-'));
  cpSync('test/fixtures/old-workspace', workspace, { recursive: true });
  workbench = await openWorkbench({ workspace, hosting: false, resources: null });
});
afterAll(async () => {
  await workbench.close();
  rmSync(workspace, { recursive: true, force: true });
});

describe('a workspace of an earlier version', () => {
  it('lists its dataset, found anew without a catalogue, with all items', async () => {
    expect(await workbench.call('datasets.list', {})).toMatchObject([{ id: 'old', count: 16 }]);
    expect(await workbench.call('datasets.get', { dataset: 'old' })).toMatchObject({
      name: 'Old',
      classes: ['a', 'b'],
    });
  });

  it('lists its runs as finished, with their settings and measures', async () => {
    const runs = await workbench.call('runs.list', {});
    expect(runs).toHaveLength(2);
    for (const [id, step] of [
      ['old-tiny', 12],
      ['old-tiny-gpt', 4],
    ])
      expect(runs).toContainEqual(expect.objectContaining({ id, step, status: 'finished' }));
    // flips were a setting of the training before there were media
    expect(runs).toContainEqual(
      expect.objectContaining({ id: 'old-tiny', spec: expect.objectContaining({ augmentation: { flip: true } }) }),
    );
    const metrics = await workbench.call('runs.metrics', { run: 'old-tiny' });
    expect(metrics.step.length).toBeGreaterThan(0);
    expect(Object.keys(metrics.series)).toEqual(expect.arrayContaining(['test/nmse', 'items-per-second']));
    expect(Object.keys(metrics.series)).not.toContain('images-per-second');
  });

  it('has its documents of every kind that there is', async () => {
    const ids: Record<DocumentKind, string> = {
      studio: 'edit-1',
      picture: 'picture-1',
      draft: 'old',
      samples: 'sheet-1',
      favourites: 'favourites',
      comparison: 'comparison-1',
      compression: 'compression-1',
      'current-model': 'current-model',
    };
    for (const kind of documentKinds)
      expect(await workbench.call('documents.read', { kind, id: ids[kind] }), kind).toMatchObject({
        kind,
        id: ids[kind],
      });
  });

  it('has the size of what was measured, which was called an image then', async () => {
    const kept = await workbench.call('documents.read', { kind: 'compression', id: 'compression-1' });
    const signal = { kind: 'picture', height: 28, width: 28, channels: 1 };
    expect(kept?.value).toMatchObject({ signal, originals: { signal }, runs: [{ signal }] });
  });

  it('has a dataset whose content hashes to what its run learnt from', async () => {
    const folder = path.join(workspace, 'datasets', 'old');
    rmSync(path.join(folder, 'content-hash.json'));
    const { datasetHash } = JSON.parse(
      readFileSync(path.join(workspace, 'runs', 'old-tiny', 'provenance.json'), 'utf8'),
    ) as { datasetHash: string };
    expect(await contentHash(folder, readDatasetFolder(folder).manifest)).toBe(datasetHash);
  });
});
