/**
 * The benches: what is compared with what. `bench` is the method (sides in turns, one figure against a bar); the other
 * files hold the benches themselves: training, sampling, bars, and curves of how costs grow.
 */
import { dataWait, decode, importing, serveStart, smallCall } from './bars';
import type { Bench } from './bench';
import { curves } from './curves';
import { caching, sampling } from './sampling';
import { gptStep, trainingStep } from './training';

export { type Bench, type Laboratory, inTurns } from './bench';

export const benches: readonly Bench[] = [
  trainingStep(32),
  trainingStep(64),
  trainingStep(256),
  gptStep,
  dataWait,
  sampling(1),
  sampling(16),
  caching(64),
  caching(256),
  smallCall,
  decode(32, 33, false),
  decode(128, 100, false),
  decode(32, 33, true),
  decode(128, 100, true),
  importing,
  serveStart,
  ...curves,
];
