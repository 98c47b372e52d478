import type { EngineRole } from '@shared/contract';

/** Deadlines of one process, in milliseconds. */
export interface ProcessPolicy {
  /** From the start until it says that it is ready: loading TensorFlow from a cold disk takes a while. */
  ready: number;
  pingEvery: number;
  /** A process that doesn't answer for this long counts as hung. A step or a batch is one synchronous call. */
  pingDeadline: number;
  /** For a clean stop; a trainer finishes its step and writes a checkpoint. Then SIGTERM. */
  stop: number;
  /** After SIGTERM. Then SIGKILL. */
  terminate: number;
}

export interface EnginePolicy extends Record<EngineRole, ProcessPolicy> {
  backOff: {
    first: number;
    longest: number;
    /** Restarts in a row before giving up. */
    attempts: number;
    /** A process that was ready for this long starts a new row. */
    healthyAfter: number;
  };
  /** The library process, and the studio's of a command, ends after this long without work. */
  libraryIdle: number;
}

const second = 1000;

export const defaultPolicy: EnginePolicy = {
  library: {
    ready: 60 * second,
    pingEvery: 5 * second,
    pingDeadline: 30 * second,
    stop: 5 * second,
    terminate: 3 * second,
  },
  studio: {
    ready: 120 * second,
    pingEvery: 5 * second,
    pingDeadline: 60 * second,
    stop: 5 * second,
    terminate: 3 * second,
  },
  trainer: {
    ready: 120 * second,
    pingEvery: 5 * second,
    pingDeadline: 300 * second,
    stop: 20 * second,
    terminate: 5 * second,
  },
  backOff: { first: second, longest: 30 * second, attempts: 5, healthyAfter: 60 * second },
  libraryIdle: 60 * second,
};
