import { describeFields } from './describe';
import { leaves } from './paths';
import { runSpecSchema, type RunSpec } from './run';

/** What is read first of a run. */
const FIRST = ['training.seed', 'dataset', 'preset'];

/**
 * The settings of a run that have a say, by path: the seed first, then in the schema's order. What a choice beside
 * makes idle is left out.
 */
export function settingsOf(spec: RunSpec): Map<string, unknown> {
  const idle = new Set(describeFields(runSpecSchema, spec).flatMap(({ path, isIdle }) => (isIdle ? [path] : [])));
  const all = [...leaves(spec)].filter(
    ([path, value]) => !isIdle(idle, path) && !(path === 'autoencoder' && value === null),
  );
  const rank = (path: string): number => (FIRST.includes(path) ? FIRST.indexOf(path) : FIRST.length);
  return new Map(all.sort(([a], [b]) => rank(a) - rank(b)));
}

/** Whether a path is a field without a say, or lies within one: a schedule's own fields. */
const isIdle = (idle: ReadonlySet<string>, path: string): boolean =>
  [...idle].some((one) => path === one || path.startsWith(`${one}.`));
