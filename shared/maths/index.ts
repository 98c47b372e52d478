/** Pure helpers that both sides of a pipe need. */
export { type Schedule, type Scheduled, asSchedule, isConstant, isZero, largestOf, valueAt } from './schedule';
export {
  type AxisScale,
  type ScaleChoice,
  type Spread,
  along,
  back,
  chooseScale,
  joinSpreads,
  scaleKinds,
  spreadOf,
} from './axis-scale';
export { type AxisPlan, formatTick, linearTicks, logTicks, planAxis, symlogTicks } from './ticks';
export { type Range, type Scale, downsample, lowerBound, nearestIndex } from './downsample';
