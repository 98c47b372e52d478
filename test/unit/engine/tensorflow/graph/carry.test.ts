import { afterAll, describe, expect, it } from 'vitest';
import { carry, createProgram, latest } from '../../../../../main/engine/tensorflow/graph';
import { add, mul, scalar } from '../../../../../main/engine/tensorflow/ops';

const program = createProgram();
afterAll(() => program.dispose());
const state = program.variable('state', { shape: [2] });
const step = () => carry(state, add(mul(latest(state), scalar(2)), scalar(1)));
const thrice = program.define('thrice', { feeds: {} }, () => {
  const before = latest(state);
  for (let count = 0; count < 3; count++) step();
  return { before, after: latest(state), read: state.read() };
});

describe('state that is carried through a call', () => {
  it.each(['run', 'runEagerly'] as const)(
    '%s: each step sees the one before, and the last one is there at the next call',
    (how) => {
      program.load({ state: new Float32Array([0, 1]) });
      const first = thrice[how]({});
      expect([...first.before.data]).toEqual([0, 1]);
      expect([...first.after.data]).toEqual([7, 15]);
      expect([...first.read.data]).toEqual([0, 1]);
      expect([...program.read().state!.data]).toEqual([7, 15]);
      expect([...thrice[how]({}).after.data]).toEqual([63, 127]);
    },
  );
});
