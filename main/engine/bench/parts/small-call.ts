import { createProgram } from '../../tensorflow/graph';
import * as ops from '../../tensorflow/ops';
import { madeUpPixels, timed, type Part } from './part';

const CALLS = 500;
const ROWS = 8;
const COLUMNS = 64;

/** A captured function of a few ops: a fresh feed, a variable, the result read back. Microseconds per call. */
export function openSmallCall(): Part {
  const program = createProgram({ seed: 1 });
  const bias = program.variable('bias', { shape: [COLUMNS] });
  const small = program.define('small', { feeds: { x: { shape: [ROWS, COLUMNS], dtype: 'float32' } } }, ({ x }) => ({
    y: ops.relu(ops.add(ops.mul(x, 2), bias.read())),
  }));
  const x = Float32Array.from(madeUpPixels(ROWS * COLUMNS));
  const calls = (): void => {
    for (let i = 0; i < CALLS; i++) small.run({ x });
  };
  return {
    round: () => Array.from({ length: 10 }, () => (timed(calls) / CALLS) * 1000),
    close: () => program.dispose(),
  };
}
