/**
 * Engine processes as the workbench sees them: found and started (locate, launch), one process with its
 * ready handshake, heartbeat and clean stop (engine-process), kept alive with back-off (supervisor), its output kept
 * (log).
 */
export { guardedClock, systemClock, type Clock } from './clock';
export { startEngine, type EngineExit, type EngineProcess } from './engine-process';
export { createLauncher, type EngineCommand, type Launch } from './launch';
export { createLog, type Log } from './log';
export { engineCommand, nearby } from './locate';
export { defaultPolicy, type EnginePolicy, type ProcessPolicy } from './policy';
export { createSupervisor, type Supervisor } from './supervisor';
