import { describe, expect, it } from 'vitest';
import { violation } from '../../../lint/layers.js';

describe('the layering rule', () => {
  it.each([
    ['renderer/app/main.ts', '@shared/contract'],
    ['renderer/app/features.ts', '@/features/train'],
    ['renderer/features/train/TrainView.vue', './charts'],
    ['renderer/features/present/PresentView.vue', '@/stores/studio'],
    ['main/serve/server.ts', '../workbench/workbench'],
    ['main/cli/commands/serve.ts', '../../serve'],
    ['main/engine/media/decode.ts', 'sharp'],
    ['main/desktop/window.ts', 'electron'],
    ['main/serve/server.ts', 'ws'],
    ['shared/wire/codec.ts', 'msgpackr'],
    ['main/workbench/catalogue/database.ts', 'libsql'],
  ])('lets %s import %s', (file, source) => expect(violation(file, source)).toBeNull());

  it.each([
    ['renderer/app/main.ts', '../../main/workbench/workbench'],
    ['renderer/features/codebook/UsageNumbers.vue', '@/features/train/MetricHint.vue'],
    ['renderer/features/present/PresentView.vue', '../studio/session'],
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
  ])('refuses that %s imports %s', (file, source) => expect(violation(file, source)).toMatch(/may/));
});
