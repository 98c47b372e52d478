/** Pure helpers that both sides of a pipe need. */
export { type Schedule, type Scheduled, asSchedule, isConstant, isZero, largestOf, valueAt } from './schedule';
