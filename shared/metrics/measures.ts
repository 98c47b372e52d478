/** What is known of a measure: whether more or less of it is better (null where that can't be said), and its unit. */
export interface MeasureFacts {
  better: 'more' | 'less' | null;
  unit?: 'dB' | 'bits' | 'nats';
}

/** Measures in the order that tables show them in; those of another name follow in the order of their names. */
const known: Readonly<Record<string, MeasureFacts>> = {
  'bits-per-item': { better: 'less', unit: 'bits' },
  nmse: { better: 'less' },
  mse: { better: 'less' },
  psnr: { better: 'more', unit: 'dB' },
  ssim: { better: 'more' },
  'ms-ssim': { better: 'more' },
  perceptual: { better: 'less' },
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

/** Measures of samples and of priors, and those whose names say a number of draws or rounds. */
const named: readonly [RegExp, MeasureFacts][] = [
  [/^fid-like$/, { better: 'less' }],
  [/^nats(-in-rounds-\d+|-per-dimension)?$/, { better: 'less', unit: 'nats' }],
  [/^iwae-\d+$/, { better: 'more', unit: 'nats' }],
  [/^nll-iwae-\d+$/, { better: 'less', unit: 'nats' }],
  [/^bits-per-dimension-iwae-\d+$/, { better: 'less', unit: 'bits' }],
];

const factsOf = (measure: string): MeasureFacts =>
  (Object.hasOwn(known, measure) ? known[measure] : named.find(([pattern]) => pattern.test(measure))?.[1]) ?? {
    better: null,
  };

/** Which values of a measure are better; null where that can't be said. */
export const betterOf = (measure: string): MeasureFacts['better'] => factsOf(measure).better;

/** Names of measures in the order of tables. */
export function inOrder(names: Iterable<string>): string[] {
  const all = new Set(names);
  const first = Object.keys(known).filter((name) => all.has(name));
  return [...first, ...[...all].filter((name) => !Object.hasOwn(known, name)).sort()];
}

/** What checkpoints of a run are judged by. */
export interface Score {
  name: string;
  value: number;
  better: 'more' | 'less';
}

/** Whether a measure is what checkpoints are judged by: NMSE of an autoencoder; nats of a prior, per code or per component of a vector. */
export const isScore = (measure: string): boolean => /^(nmse|nats(-in-rounds-\d+|-per-dimension)?)$/.test(measure);

/** The score among an evaluation's measures; NaN where there is none, which a run can't go on with. */
export function scoreIn(measures: Readonly<Record<string, number>>): Score {
  const name = 'nmse' in measures ? 'nmse' : (Object.keys(measures).find(isScore) ?? 'nmse');
  return { name, value: measures[name] ?? NaN, better: 'less' };
}
