import { getPath, setPath } from './paths';

/** What files of earlier versions call differently, put as it is now: for the `preprocess` of their schemas. */

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The field `from` under its present name, where there isn't one already. */
export function renamed(from: string, to: string): (value: unknown) => unknown {
  return (value) => {
    if (!isFields(value) || !(from in value) || to in value) return value;
    const { [from]: kept, ...rest } = value;
    return { ...rest, [to]: kept };
  };
}

/** A picture's `height`, `width` and `channels`, which stood beside the other fields, as the `signal` they now are. */
export function withSignal(value: unknown): unknown {
  if (!isFields(value) || 'signal' in value || !('height' in value)) return value;
  const { height, width, channels, ...rest } = value;
  return { ...rest, signal: { kind: 'picture', height, width, channels } };
}

/** A manifest's `sourceSizes` of pictures as the `facts` they now are, and its thumbnails' size as a signal. */
export function withFactsOfPictures(value: unknown): unknown {
  if (!isFields(value) || !isFields(value.sourceSizes)) return value;
  const { sourceSizes, thumbnails, ...rest } = value;
  const facts = Object.fromEntries(
    Object.entries(sourceSizes).map(([which, size]) => {
      const [width, height] = Array.isArray(size) ? size : [];
      return [which, { width, height }];
    }),
  );
  const channels = isFields(value.signal) ? value.signal.channels : undefined;
  return { ...rest, facts, thumbnails: isFields(thumbnails) ? { channels, ...thumbnails } : thumbnails };
}

/** Fields of a run's specification that have moved since they were first written, by their earlier path. */
const moved: Readonly<Record<string, string>> = { 'training.flip': 'augmentation.flip' };

/** The present path of a field of a run's specification. */
export const presentPath = (path: string): string => moved[path] ?? path;

/** A run's specification of any version with its fields where they now are. What isn't one is left as it is. */
export function presentSpec(spec: unknown): unknown {
  return Object.entries(moved).reduce((present, [from, to]) => {
    if (!isFields(present) || getPath(present, from) === undefined) return present;
    const [value, isThere] = [getPath(present, from), getPath(present, to) !== undefined];
    const without = withoutPath(present, from.split('.'));
    return isThere ? without : setPath(without, to, value);
  }, spec);
}

function withoutPath(fields: Fields, [name = '', ...rest]: readonly string[]): Record<string, unknown> {
  const { [name]: own, ...others } = fields;
  return rest.length === 0 || !isFields(own) ? others : { ...others, [name]: withoutPath(own, rest) };
}

/** A run's record with the fields that its sweep varied under their present paths. */
export function withPresentPoint(value: unknown): unknown {
  if (!isFields(value) || !isFields(value.sweep) || !isFields(value.sweep.point)) return value;
  const point = Object.fromEntries(Object.entries(value.sweep.point).map(([path, set]) => [presentPath(path), set]));
  return { ...value, sweep: { ...value.sweep, point } };
}
