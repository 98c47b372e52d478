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
