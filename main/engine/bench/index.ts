/**
 * `tessera bench`: what this machine reaches, each figure against a baseline from the same run. `benches` says what is
 * compared with what; each side is a `part`, a process of its own with the settings of its role (`parts/`), or PyTorch; `run`
 * lets the sides work in turns, so that whatever else the machine does meets both alike; `statistics` sums up.
 */
export { runBench } from './run';
export { runPart } from './parts';
