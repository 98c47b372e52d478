import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Program, createProgram } from '../../../../main/engine/tensorflow/graph';
import { type Tensor } from '../../../../main/engine/tensorflow/native/load';
import * as ops from '../../../../main/engine/tensorflow/ops';

const folder = mkdtempSync(path.join(os.tmpdir(), 'tessera-any-batch-'));
const programs: Program[] = [];
afterEach(() => {
  programs.splice(0).forEach((program) => program.dispose());
  rmSync(folder, { recursive: true, force: true });
});

/** The same body at batch sizes 2 and 3, exported as one signature. */
function exportAtAnyBatch(body: (x: Tensor) => Tensor): void {
  const program = createProgram();
  programs.push(program);
  for (const batch of [2, 3]) {
    const feeds = { x: { shape: [batch, 4], dtype: 'float32' } } as const;
    program.define(`f-${batch}`, { feeds }, ({ x }) => ({ y: body(x) }));
  }
  program.writeSavedModel(path.join(folder, 'model'), { f: ['f-2', 'f-3'] });
}

describe('exporting for any batch size', () => {
  it('takes shapes that grow with the batch', () => {
    expect(() => exportAtAnyBatch((x) => ops.reshape(ops.reshape(x, [-1, 2]), [-1, 4]))).not.toThrow();
  });

  it('takes tensors of one value, however many they are', () => {
    const rows = (x: Tensor, value: number) => ops.fill([x.shape[0] ?? 0, 4], value);
    expect(() => exportAtAnyBatch((x) => ops.add(ops.mul(x, rows(x, 2)), ops.zeros(x.shape)))).not.toThrow();
  });

  it.each<[string, (x: Tensor) => Tensor]>([
    ['values that depend on it', (x) => ops.mul(x, x.shape[0] ?? 0)],
    [
      'several values of its number',
      (x) => ops.add(x, ops.expandDims(ops.cast(ops.range(0, x.shape[0] ?? 0), 'float32'), 1)),
    ],
    ['other ops', (x) => (x.shape[0] === 2 ? ops.exp(x) : ops.abs(x))],
  ])('refuses a function with %s', (_name, body) => {
    expect(() => exportAtAnyBatch(body)).toThrow(expect.objectContaining({ code: 'UNSUPPORTED' }) as Error);
  });
});
