/**
 * How alike two sets of items are, by features of them: pure functions over numbers. Definitions in the docstrings.
 */
export { type FeatureSet, type Pause } from './feature-set';
export { frechetDistance } from './frechet';
export { type Neighbours, type SetComparison, compareSets } from './neighbours';
