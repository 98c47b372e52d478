/**
 * The collapse doctor: what goes wrong in a run, by its series alone. `rules` are the ailments, one function each,
 * `remedies` the changes of a configuration that may help, `series` what rules look at series with. `showable` says by
 * one evaluation whether a model is fit to be shown.
 */
export { diagnose } from './diagnose';
export { type Evidence, type Finding, type FindingKind, type Patient, findingKinds } from './finding';
export type { SeriesOf } from './series';
export { type Remedy, type RemedyKind, applyRemedy, remedyKinds } from './remedies';
export { type Doubt, type DoubtKind, type Presented, doubtKinds, doubtsAbout } from './showable';
export { type UsageLevel, type UsageVerdict, judgeUsage, usageLevels } from './usage';
