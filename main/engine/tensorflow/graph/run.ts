import { AppError } from '@shared/errors';
import { backend } from '../native/load';
import type { CapturedFunction, FunctionDefinition } from './capture';
import type { HostTensor } from './dtypes';
import { type FeedValue, hostTensor, nativeFeed } from './feeds';
import type { Session } from './session';

/** Names joined for the binding, kept so that a small call doesn't spend its time on strings. */
interface CallPlan {
  feeds: readonly string[];
  inputNames: string;
  outputs: readonly string[];
  outputNames: string;
}

/**
 * Times of one call, from `performance.now()`: when it began, and when its feeds were made, its graph had run and its
 * outputs were read.
 */
export interface CallTimes {
  name: string;
  begun: number;
  fed: number;
  ran: number;
  read: number;
}

let observer: ((times: CallTimes) => void) | undefined;

/** Reports every call to `listener` until the returned function is called; only one listener at a time. */
export function observeCalls(listener: (times: CallTimes) => void): () => void {
  observer = listener;
  return () => {
    if (observer === listener) observer = undefined;
  };
}

const plans = new WeakMap<CapturedFunction, Map<string, CallPlan>>();

/** One graph call: feeds in, fetched outputs copied out, every native tensor of the call freed. */
export function runFunction(
  session: Session,
  definition: FunctionDefinition,
  captured: CapturedFunction,
  feeds: Readonly<Record<string, FeedValue>>,
  fetch: readonly string[] | undefined,
): Record<string, HostTensor> {
  const plan = planFor(definition, captured, fetch);
  const owned: number[] = [];
  const begun = observer ? performance.now() : 0;
  try {
    const inputs: number[] = [];
    for (const name of plan.feeds) {
      const spec = definition.feeds[name];
      if (!spec) continue;
      const feed = nativeFeed(definition.name, name, spec, feeds[name]);
      if (feed.owned) owned.push(feed.id);
      inputs.push(feed.id);
    }
    const fed = observer ? performance.now() : 0;
    const fetched = session.run(inputs, plan.inputNames, plan.outputNames);
    const ran = observer ? performance.now() : 0;
    for (const metadata of fetched) owned.push(metadata.id);
    const results: Record<string, HostTensor> = {};
    fetched.forEach((metadata, index) => {
      const name = plan.outputs[index];
      if (name !== undefined) results[name] = hostTensor(metadata);
    });
    observer?.({ name: definition.name, begun, fed, ran, read: performance.now() });
    return results;
  } finally {
    for (const id of owned) backend.binding.deleteTensor(id);
  }
}

function planFor(
  definition: FunctionDefinition,
  captured: CapturedFunction,
  fetch: readonly string[] | undefined,
): CallPlan {
  let known = plans.get(captured);
  if (!known) plans.set(captured, (known = new Map<string, CallPlan>()));
  const key = fetch === undefined ? '*' : fetch.join(' ');
  let plan = known.get(key);
  if (!plan) known.set(key, (plan = makePlan(definition, captured, fetch)));
  return plan;
}

function makePlan(
  definition: FunctionDefinition,
  captured: CapturedFunction,
  fetch: readonly string[] | undefined,
): CallPlan {
  const outputs = fetch && fetch.length > 0 ? fetch : Object.keys(captured.outputs);
  const port = (name: string): string => {
    const output = captured.outputs[name];
    if (output) return output.name;
    throw new AppError(
      'INTERNAL',
      `"${definition.name}" has no output "${name}".`,
      `It has ${Object.keys(captured.outputs).join(', ')}.`,
    );
  };
  const feeds = Object.keys(captured.feeds);
  return {
    feeds,
    inputNames: Object.values(captured.feeds)
      .map((feed) => feed.name)
      .join(','),
    outputs,
    outputNames: outputs.map(port).join(','),
  };
}
