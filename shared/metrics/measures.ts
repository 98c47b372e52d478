import { type MeasureFacts, media } from '../specs/media';

/** Measures that any medium can have, in the order that tables show them in: before those of the media, and behind. */
const before: Readonly<Record<string, MeasureFacts>> = { 'bits-per-item': { better: 'less', unit: 'bits' } };
const behind: Readonly<Record<string, MeasureFacts>> = {
  'rfid-like': { better: 'less' },
  'kid-like': { better: 'less' },
  precision: { better: 'more' },
  recall: { better: 'more' },
  density: { better: 'more' },
  coverage: { better: 'more' },
  perplexity: { better: 'more' },
  usage: { better: 'more' },
  'dead-codes': { better: 'less' },
  elbo: { better: 'more', unit: 'nats' },
  'bits-per-dimension': { better: 'less', unit: 'bits' },
};
/** In the order of tables. */
const groups = (): Readonly<Record<string, MeasureFacts>>[] => [
  before,
  ...[...media.values()].map(({ measures }) => measures),
  behind,
];
const natsOfPrior = /^nats(-in-rounds-\d+|-per-dimension)?$/;

/** Measures of samples and of priors, and those whose names say a number of draws or rounds. */
const named: readonly [RegExp, MeasureFacts][] = [
  [/^fid-like$/, { better: 'less' }],
  [natsOfPrior, { better: 'less', unit: 'nats' }],
  [/^iwae-\d+$/, { better: 'more', unit: 'nats' }],
  [/^nll-iwae-\d+$/, { better: 'less', unit: 'nats' }],
  [/^bits-per-dimension-iwae-\d+$/, { better: 'less', unit: 'bits' }],
];

const factsOf = (measure: string): MeasureFacts =>
  groups().find((group) => Object.hasOwn(group, measure))?.[measure] ??
  named.find(([pattern]) => pattern.test(measure))?.[1] ?? { better: null };

/** Which values of a measure are better; null where that can't be said. */
export const betterOf = (measure: string): MeasureFacts['better'] => factsOf(measure).better;

/** Names of measures in the order of tables. */
export function inOrder(names: Iterable<string>): string[] {
  const all = new Set(names);
  const order = new Set(groups().flatMap(Object.keys));
  return [...[...order].filter((name) => all.has(name)), ...[...all].filter((name) => !order.has(name)).sort()];
}

/** What checkpoints of a run are judged by. */
export interface Score {
  name: string;
  value: number;
  better: 'more' | 'less';
}

/**
 * Whether a measure is what checkpoints are judged by: NMSE of an autoencoder; nats of a prior, per code or per
 * component of a vector.
 */
export const isScore = (measure: string): boolean => measure === 'nmse' || natsOfPrior.test(measure);

/** The score among an evaluation's measures; NaN where there is none, which a run can't go on with. */
export function scoreIn(measures: Readonly<Record<string, number>>): Score {
  const name = 'nmse' in measures ? 'nmse' : (Object.keys(measures).find(isScore) ?? 'nmse');
  return { name, value: measures[name] ?? NaN, better: 'less' };
}
