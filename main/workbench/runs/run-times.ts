import { totalmem } from 'node:os';
import type { Pace, Params, RunPlan, RunTime, StudioContract } from '@shared/contract';
import { asAppError } from '@shared/errors';
import type { RunSpec } from '@shared/specs';

/** What a configuration is measured on: the shapes that it reads and learns, and the number of held-out items. */
export type PacedGround = Omit<Params<StudioContract, 'studio.pace'>, 'spec'>;
/** Whether to use known times only, to measure unless a run trains now, or to measure in any case. */
export type HowTimed = 'known' | 'measure' | 'measure-anyway';

export interface RunTimes {
  /** Returns null if the time is unknown and isn't to be measured now. Throws only CANCELLED. */
  of(spec: RunSpec, plan: RunPlan, how: HowTimed, signal: AbortSignal): Promise<RunTime | null>;
}

export interface RunTimesOptions {
  groundOf(spec: RunSpec): Promise<PacedGround>;
  measure(request: Params<StudioContract, 'studio.pace'>, signal: AbortSignal): Promise<Pace | null>;
  /** Number of runs in training now. */
  training(): number;
  /** The machine's memory in bytes. */
  memory?: number;
}

/**
 * Configurations that need more than this share of the machine's memory are not tried: the machine would swap, or
 * kill the process.
 */
const MOST_MEMORY = 0.8;

/**
 * Training times of configurations on this machine, each measured once while the workbench runs. Only what a step
 * computes matters, not the seed or when results are looked at.
 */
export function createRunTimes({ groundOf, measure, training, memory = totalmem() }: RunTimesOptions): RunTimes {
  const known = new Map<string, { pace: Pace | null; beside: number }>();

  function keysOf({ model, training: { steps, ...rest } }: RunSpec, ground: PacedGround): { one: string; all: string } {
    const { seed: _s, evaluateEvery: _e, previewEvery: _p, checkpointEvery: _c, learningRate: _l, ...computed } = rest;
    const all = JSON.stringify([model, computed, ground]);
    return { all, one: `${all} ${steps}` };
  }
  const timeOf = (spec: RunSpec, { pace, beside }: { pace: Pace | null; beside: number }): RunTime => {
    if (pace === null) return { kind: 'unknown', why: 'at-once' };
    const { steps, evaluateEvery } = spec.training;
    const evaluations = Math.ceil(steps / evaluateEvery);
    const seconds = (steps * pace.millisecondsPerStep) / 1000 + evaluations * pace.secondsPerEvaluation;
    return { kind: 'measured', ...pace, seconds, beside };
  };

  return {
    async of(spec, plan, how, signal) {
      const ground = await groundOf(spec);
      const { one, all } = keysOf(spec, ground);
      const before = known.get(all) ?? known.get(one);
      const beside = training();
      // what was measured beside a training run is measured again once there is none
      if (before && (before.beside === 0 || beside > 0 || how === 'known')) return timeOf(spec, before);
      if (how === 'known') return null;
      if (beside > 0 && how === 'measure') return { kind: 'unknown', why: 'training' };
      if (plan.memoryBytes > MOST_MEMORY * memory) return { kind: 'unknown', why: 'memory' };
      try {
        const pace = await measure({ spec, ...ground }, signal);
        const found = { pace, beside: Math.max(beside, training()) };
        // if every step computes the same, the number of steps makes no difference
        known.set(pace === null || pace.kinds === 1 ? all : one, found);
        return timeOf(spec, found);
      } catch (thrown) {
        if (signal.aborted || asAppError(thrown).code === 'CANCELLED') throw thrown;
        return { kind: 'unknown', why: 'failed' };
      }
    },
  };
}
