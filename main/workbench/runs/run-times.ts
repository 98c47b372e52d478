import { totalmem } from 'node:os';
import type { Pace, Params, RunPlan, RunTime, StudioContract } from '@shared/contract';
import { asAppError } from '@shared/errors';
import type { RunSpec } from '@shared/specs';

/** What a configuration is measured on: the shape of what it reads and learns, and how much is held out. */
export type PacedGround = Omit<Params<StudioContract, 'studio.pace'>, 'spec'>;
/** As far as it is known, by measuring unless a run trains now, or by measuring in any case. */
export type HowTimed = 'known' | 'measure' | 'measure-anyway';

export interface RunTimes {
  /** Null where nobody has measured it and it isn't to be measured now. Throws CANCELLED alone. */
  of(spec: RunSpec, plan: RunPlan, how: HowTimed, signal: AbortSignal): Promise<RunTime | null>;
}

export interface RunTimesOptions {
  groundOf(spec: RunSpec): Promise<PacedGround>;
  measure(request: Params<StudioContract, 'studio.pace'>, signal: AbortSignal): Promise<Pace | null>;
  /** Runs in training now. */
  training(): number;
  /** Bytes that this machine has. */
  memory?: number;
}

/** More than this share of the machine's memory is not tried: the machine would swap, or end the process. */
const MOST_MEMORY = 0.8;

/**
 * How long configurations take on this machine, each measured once for as long as the workbench runs. Only what a step computes
 * tells them apart, not the seed or when it is looked at.
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
        // a step that always computes the same takes as long however many there are
        known.set(pace === null || pace.kinds === 1 ? all : one, found);
        return timeOf(spec, found);
      } catch (thrown) {
        if (signal.aborted || asAppError(thrown).code === 'CANCELLED') throw thrown;
        return { kind: 'unknown', why: 'failed' };
      }
    },
  };
}
