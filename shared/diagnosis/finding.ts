import type { RunSpec } from '../specs';
import type { Remedy } from './remedies';
import type { Point, SeriesOf } from './series';

/** What can go wrong with a run. */
export const findingKinds = [
  'not-finite',
  'collapsed',
  'usage-falling',
  'dead-codes',
  'commitment-exploding',
  'kl-vanishing',
  'discriminator-winning',
  'overfitting',
] as const;
export type FindingKind = (typeof findingKinds)[number];

/** What shows it: a series that went from one value to another, or stands at one (`from` null). */
export interface Evidence {
  series: string;
  from: Point | null;
  to: Point;
}

export interface Finding {
  kind: FindingKind;
  /** `critical`: the run is lost · `warning`: it learns, but not what it should. */
  severity: 'warning' | 'critical';
  evidence: Evidence[];
  /** What may help, the likeliest first. */
  remedies: Remedy[];
}

/** What is known of a run. */
export interface Patient {
  spec: RunSpec;
  /** Code of the failure that ended it, if one did. */
  failure: string | null;
  series: SeriesOf;
}
