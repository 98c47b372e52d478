import { afterAll, describe, expect, it } from 'vitest';
import { lossPart, phasesOf } from '../../../../main/engine/nn';
import { type Program, createProgram } from '../../../../main/engine/tensorflow/graph';

const programs: Program[] = [];
afterAll(() => programs.forEach((program) => program.dispose()));

function make() {
  const program = createProgram();
  programs.push(program);
  const late = lossPart(program, 'late', (step) => step > 3);
  const rare = lossPart(program, 'rare', (step) => step % 2 === 0);
  return { program, late, rare, phases: phasesOf(program) };
}

describe('a part of a loss', () => {
  it('takes part in the steps that it says, each combination a phase of its own', () => {
    const { late, rare, phases } = make();
    expect([1, 2, 3, 4, 5].map(phases.at)).toEqual(['00', '01', '00', '11', '10']);
    for (const step of [1, 2, 4, 5]) {
      const found = phases.within(phases.at(step), () => [late(), rare()]);
      expect(found).toEqual([step > 3, step % 2 === 0]);
    }
  });

  it('takes part wherever no step is under way, also after one that failed, and in steps of another program', () => {
    const { late, phases } = make();
    expect(late()).toBe(true);
    expect(() =>
      phases.within('00', () => {
        throw new Error('within');
      }),
    ).toThrow('within');
    expect(late()).toBe(true);
    expect(make().phases.within('00', late)).toBe(true);
  });

  it('has a name of its own', () => {
    const { program } = make();
    expect(() => lossPart(program, 'late', () => true)).toThrow('already has a part "late"');
  });

  it('leaves a loss without any in one phase', () => {
    const program = createProgram();
    programs.push(program);
    expect([1, 100].map(phasesOf(program).at)).toEqual(['', '']);
  });
});
