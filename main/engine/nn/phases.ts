import { AppError } from '@shared/errors';
import type { Program } from '../tensorflow/graph';

/** Whether a part of a model's loss takes part in the step that is being captured or runs eagerly; anywhere else it does. */
export type Part = () => boolean;

interface PartOfLoss {
  name: string;
  /** @param step counted from 1 */
  isIn(step: number): boolean;
}

const partsOf = (program: Program): PartOfLoss[] => program.once('loss-parts', () => []);
/** The phase whose step is being captured or runs eagerly. */
let present: { program: Program; phase: string } | undefined;

/**
 * A costly part of the loss that some steps go without: a discriminator before its onset, a penalty every sixteenth step. Steps
 * with the same parts are one phase; a training step is one captured function a phase, so what isn't in it costs nothing.
 * In a model file:
 *
 *     const adversary = lossPart(program, 'adversary', (step) => step > spec.start);
 *     … adversary() ? judged() : alone
 */
export function lossPart(program: Program, name: string, isIn: PartOfLoss['isIn']): Part {
  const all = partsOf(program);
  if (all.some((one) => one.name === name))
    throw new AppError('INTERNAL', `The program already has a part "${name}" of its loss.`);
  const place = all.push({ name, isIn }) - 1;
  return () => present?.program !== program || present.phase[place] === '1';
}

/** The phases of a program's training steps. Ask when the model is complete. */
export function phasesOf(program: Program) {
  const all = partsOf(program);
  return {
    /** The phase of a step (from 1): a digit for each part, empty for a loss that is the same in every step. */
    at: (step: number): string => all.map(({ isIn }) => (isIn(step) ? '1' : '0')).join(''),
    /** Runs `body` as a step of that phase. */
    within<T>(phase: string, body: () => T): T {
      const before = present;
      present = { program, phase };
      try {
        return body();
      } finally {
        present = before;
      }
    },
  };
}
