/**
 * `tessera bench`: measures this machine, each figure against a baseline from the same run. `benches` says what is
 * compared with what; each side is a part (`parts/`), which runs in its own process with the settings of its role, or
 * PyTorch; `run` lets the sides work in turns, so that other work on the machine affects both alike; `statistics` sums
 * up.
 */
export { runBench } from './run';
export { runPart } from './parts';
