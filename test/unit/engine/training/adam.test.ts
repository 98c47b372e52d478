import { afterAll, describe, expect, it } from 'vitest';
import { trainingSchema } from '../../../../shared/specs';
import { type Program, type Variable, createProgram } from '../../../../main/engine/tensorflow/graph';
import { type RowReplacement, adamFeeds, adamFeedsAt, createAdam } from '../../../../main/engine/training/adam';

const programs: Program[] = [];
afterAll(() => programs.forEach((program) => program.dispose()));

const training = trainingSchema.parse({ learningRate: 0.1, steps: 10, epsilon: 1e-3 });
const start = [1, 2, 3, 4, 5, 6];

/** A table of three rows and three updates of it; with `replace`, rows may be replaced. */
function updates(replace?: number[]) {
  const program = createProgram();
  programs.push(program);
  const table = program.variable('table', { shape: [3, 2] });
  const adam = createAdam(program, training);
  const feeds = {
    gradient: { shape: [3, 2], dtype: 'float32' },
    rows: { shape: [3], dtype: 'bool' },
    values: { shape: [3, 2], dtype: 'float32' },
    ...adamFeeds,
  } as const;
  const update = program.define('update', { feeds }, ({ gradient, rows, values, ...rates }) => {
    const replaced = new Map<Variable, RowReplacement>(replace ? [[table, { rows, values }]] : []);
    adam.apply([gradient], rates, replaced);
    return { before: table.read() };
  });
  program.load({ table: Float32Array.from(start) });
  for (const step of [1, 2, 3]) {
    update.run({
      gradient: [0.5 * step, -1, 0, 2, 1e-4, -3],
      rows: Uint8Array.from(step === 3 ? (replace ?? [0, 0, 0]) : [0, 0, 0]),
      values: [9, 8, 7, 6, 5, 4],
      ...adamFeedsAt(training, step),
    });
  }
  const state = program.read();
  return { table: state.table!.data, m: state['adam/m/table']!.data, v: state['adam/v/table']!.data };
}

/** Algorithm 1 of Kingma and Ba, in double precision. */
function paper(): number[] {
  return start.map((value, at) => {
    let [theta, m, v] = [value, 0, 0];
    for (const step of [1, 2, 3]) {
      const gradient = [0.5 * step, -1, 0, 2, 1e-4, -3][at]!;
      m = 0.9 * m + 0.1 * gradient;
      v = 0.999 * v + 0.001 * gradient ** 2;
      theta -= (0.1 * (m / (1 - 0.9 ** step))) / (Math.sqrt(v / (1 - 0.999 ** step)) + 1e-3);
    }
    return theta;
  });
}

const expectClose = (found: ArrayLike<number>, expected: ArrayLike<number>) =>
  Array.from(expected).forEach((value, at) => expect(found[at]).toBeCloseTo(value, 5));

describe('Adam', () => {
  it('is the paper’s algorithm, also where ε matters', () => {
    expectClose(updates().table, paper());
  });

  it('moves a variable whose rows may be replaced as it moves any other', () => {
    const [plain, replaceable] = [updates(), updates([0, 0, 0])];
    for (const part of ['table', 'm', 'v'] as const) expectClose(replaceable[part], plain[part]);
  });

  it('gives replaced rows their values, and forgets their moments alone', () => {
    const plain = updates();
    const { table, m, v } = updates([0, 1, 0]);
    expectClose(table, [plain.table[0]!, plain.table[1]!, 7, 6, plain.table[4]!, plain.table[5]!]);
    expectClose(m, [plain.m[0]!, plain.m[1]!, 0, 0, plain.m[4]!, plain.m[5]!]);
    expectClose(v, [plain.v[0]!, plain.v[1]!, 0, 0, plain.v[4]!, plain.v[5]!]);
  });
});
