import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { circleOf, importsBelow, importsOf } from '../../../lint/circles.js';
import { rooms } from '../../../lint/rooms.js';
import { violation } from '../../../lint/layers.js';

describe('the layering rule', () => {
  it.each([
    ['renderer/app/main.ts', '@shared/contract'],
    ['renderer/app/features.ts', '@/features/train'],
    ['renderer/features/train/TrainView.vue', './charts'],
    ['renderer/features/present/PresentView.vue', '@/stores/studio'],
    ['renderer/features/present/PresentView.vue', '@/media'],
    ['renderer/media/ItemThumbnail.vue', './media'],
    ['main/serve/server.ts', '../workbench/workbench'],
    ['main/cli/commands/serve.ts', '../../serve'],
    ['main/engine/media/decode.ts', 'sharp'],
    ['main/engine/training/trainer.ts', '../formats/safetensors'],
    ['main/engine/priors/gpt.ts', '../nn'],
    ['main/engine/priors/gpt.ts', './sequence'],
    ['main/desktop/window.ts', 'electron'],
    ['main/serve/server.ts', 'ws'],
    ['shared/wire/codec.ts', 'msgpackr'],
    ['main/workbench/catalogue/database.ts', 'libsql'],
  ])('lets %s import %s', (file, source) => expect(violation(file, source)).toBeNull());

  it.each([
    ['renderer/app/main.ts', '../../main/workbench/workbench'],
    ['renderer/features/codebook/UsageNumbers.vue', '@/features/train/MetricHint.vue'],
    ['renderer/features/present/PresentView.vue', '../studio/session'],
    ['renderer/media/picture/pictures.ts', '@/stores/studio'],
    ['renderer/media/ItemThumbnail.vue', '@/features/datasets/sheet'],
    ['main/workbench/runs/runs.ts', '../../engine/training/trainer'],
    ['main/workbench/runs/runs.ts', '../../serve'],
    ['main/engine/process/main.ts', '../../workbench/workbench'],
    ['main/desktop/window.ts', '../workbench/workbench'],
    ['shared/specs/run.ts', '../../main/cli/main'],
    ['shared/specs/run.ts', 'msgpackr'],
    ['renderer/app/main.ts', 'electron'],
    ['main/workbench/runs/runs.ts', 'sharp'],
    ['main/cli/main.ts', '@tensorflow/tfjs-node-gpu'],
    ['main/workbench/workbench.ts', 'node:http'],
    ['main/engine/process/main.ts', 'libsql'],
    ['main/engine/training/trainer.ts', '../export'],
    ['main/engine/nn/layers.ts', '../quantizers/quantizer'],
    ['main/engine/autoencoders/vae.ts', '../priors'],
  ])('refuses that %s imports %s', (file, source) => expect(violation(file, source)).toMatch(/may/));
});

describe('the rooms of the engine', () => {
  // an empty folder is what git leaves behind of one that moved
  const folders = readdirSync('main/engine').filter((name) => readdirSync(`main/engine/${name}`).length > 0);

  it('have a place in the order, all of them and no others', () => {
    expect(rooms.flat().sort()).toEqual(folders.sort());
  });

  it('stand in the order that CONTRIBUTING draws', () => {
    const drawn = /```rooms\n([\s\S]*?)```/.exec(readFileSync('CONTRIBUTING.md', 'utf8'))?.[1] ?? '';
    const rows = drawn
      .trim()
      .split('\n')
      .map((line) => line.split(/ {2,}/)[0]!.split(' · '));
    expect(rows).toEqual(rooms);
  });

  it('are refused by name where nobody gave them a place', () => {
    expect(violation('main/engine/attic/a.ts', '../nn')).toMatch(/attic is no room/);
  });
});

describe('circles of imports', () => {
  it('are found by way of others, of types, aliases, indexes and components', () => {
    const imports = importsOf(
      new Map([
        ['shared/a.ts', "import type { B } from './b';"],
        ['shared/b.ts', "export { c } from '@shared/c';"],
        ['shared/c/index.ts', "const later = () => import('../a');"],
        ['renderer/A.vue', "import b from '@/b';\nimport { a } from '@shared/a';"],
        ['renderer/b.ts', "import A from './A.vue';"],
      ]),
    );
    expect(circleOf(imports, 'shared/a.ts')).toEqual([
      'shared/a.ts',
      'shared/b.ts',
      'shared/c/index.ts',
      'shared/a.ts',
    ]);
    expect(circleOf(imports, 'renderer/A.vue')).toEqual(['renderer/A.vue', 'renderer/b.ts', 'renderer/A.vue']);
  });

  it('are not there: no source of the repository imports itself by way of others', () => {
    const imports = importsBelow('.');
    expect(imports.size).toBeGreaterThan(1000);
    expect([...imports.keys()].flatMap((file) => circleOf(imports, file) ?? [])).toEqual([]);
  });
});
