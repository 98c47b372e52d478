import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DocumentKind } from '@shared/contract';
import { type Workbench, openWorkbench } from '../../../main/workbench';

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
    const metrics = await workbench.call('runs.metrics', { run: 'old-tiny' });
    expect(metrics.step.length).toBeGreaterThan(0);
    expect(Object.keys(metrics.series)).toEqual(expect.arrayContaining(['test/nmse', 'items-per-second']));
    expect(Object.keys(metrics.series)).not.toContain('images-per-second');
  });

  it('has its documents of every kind that people keep', async () => {
    const ids = { studio: 'edit-1', samples: 'sheet-1', favourites: 'favourites', comparison: 'comparison-1' };
    for (const [kind, id] of Object.entries(ids) as [DocumentKind, string][]) {
      expect(await workbench.call('documents.read', { kind, id }), kind).toMatchObject({ kind, id });
    }
  });
});
