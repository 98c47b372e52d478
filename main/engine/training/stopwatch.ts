import { type CallTimes, observeCalls } from '../tensorflow/graph';

/**
 * What a trainer spends its time on; every step's metrics show `compute` and `wait for data` separately.
 */
export type Activity = 'prepare' | 'wait for data' | 'compute' | 'metrics' | 'evaluation' | 'preview' | 'checkpoint';

/** Milliseconds since the lap before, by the names of their metrics. */
export interface Lap {
  'time/data': number;
  'time/compute': number;
  'time/other': number;
}

/** One bar of a Chrome trace (“complete” event of the Trace Event Format); times in microseconds. */
interface TraceEvent {
  name: string;
  ph: 'X';
  ts: number;
  dur: number;
  pid: number;
  tid: number;
}

export type Stopwatch = ReturnType<typeof createStopwatch>;

/** A trace is for looking at: beyond this, nothing is added to it (about 5 MB; 5,000 steps). */
const MOST_EVENTS = 50_000;

/**
 * Where a trainer's time goes: a lap a step always, and with `trace` every activity of the first thousands of steps,
 * with each graph call's feed, graph and read-back in it.
 */
export function createStopwatch({ trace }: { trace: boolean }) {
  const events: TraceEvent[] = [];
  let spent = { data: 0, compute: 0 };
  let since = performance.now();

  const add = (name: string, from: number, to: number): void => {
    if (!trace || events.length >= MOST_EVENTS) return;
    events.push({ name, ph: 'X', ts: from * 1000, dur: (to - from) * 1000, pid: process.pid, tid: 1 });
  };
  const end = (activity: Activity, from: number): void => {
    const now = performance.now();
    if (activity === 'wait for data') spent.data += now - from;
    if (activity === 'compute') spent.compute += now - from;
    add(activity, from, now);
  };
  const onCall = ({ name, begun, fed, ran, read }: CallTimes): void => {
    add(`feed ${name}`, begun, fed);
    add(`graph ${name}`, fed, ran);
    add(`read back ${name}`, ran, read);
  };
  const stopObserving = trace ? observeCalls(onCall) : () => undefined;

  return {
    /** Runs `work` as that activity. */
    during<T>(activity: Activity, work: () => T): T {
      const from = performance.now();
      try {
        return work();
      } finally {
        end(activity, from);
      }
    },
    /** The same for what takes turns with others. */
    async whileAwaiting<T>(activity: Activity, work: () => Promise<T>): Promise<T> {
      const from = performance.now();
      try {
        return await work();
      } finally {
        end(activity, from);
      }
    },
    /** Ends a step's lap and begins the next. */
    lap(): Lap {
      const now = performance.now();
      const { data, compute } = spent;
      const lap = {
        'time/data': data,
        'time/compute': compute,
        'time/other': Math.max(0, now - since - data - compute),
      };
      spent = { data: 0, compute: 0 };
      since = now;
      return lap;
    },
    /** The trace so far, for trace.json; null without one. */
    trace: (): string | null => (trace ? `${JSON.stringify({ traceEvents: events, displayTimeUnit: 'ms' })}\n` : null),
    close: stopObserving,
  };
}
