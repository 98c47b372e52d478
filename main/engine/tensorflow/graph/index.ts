/**
 * A program: named functions over shared variables, each run as one TensorFlow graph call.
 *
 * `capture` runs a function once and records every kernel call as a graph node (`recorder`, `hooks`); `session` loads
 * the graphs of a program into one TensorFlow session; `program` is the interface for the rest of the engine. `eager`
 * runs the same functions without a graph, `saved-model` writes them for other tools, for any batch size with
 * `any-batch`. `op-table` knows the types of TensorFlow's ops. `tape` records what ops do while a loss is computed, and
 * `gradients` goes back along it, skipping what is `frozen`. `carry` passes state on within a call; `writeRows` lets
 * caches grow.
 */
export { type FeedSpec } from './capture';
export { carry, latest } from './carry';
export { constant } from './constant';
export { type FeedType, type HostArray, type HostTensor, type VariableType, item } from './dtypes';
export { type FeedValue } from './feeds';
export { frozen } from './frozen';
export { type Differentiated, constantGradientsOf, gradients, gradientsOf } from './gradients';
export { type Initialiser, statelessDraw } from './initial';
export { type Program, type ProgramFunction, type VariableSpec, createProgram } from './program';
export { type CallTimes, observeCalls } from './run';
export { type AdamSettings, applyAdam, applyMomentum, applySgd, assign, assignAdd, assignSub } from './updates';
export { withTape } from './tape';
export { type Variable, type VariableUpdate } from './types';
export { writeRows } from './write-rows';
