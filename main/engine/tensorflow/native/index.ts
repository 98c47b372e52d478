/**
 * Puts a current TensorFlow under tfjs-node: set up once per user, and loaded from there.
 *
 * `install` downloads (`download`), unpacks, compiles and checks, under a `lock`, what `pins` names; `installation`
 * knows where it lies and whether it is complete; `choice` decides which engine a process gets; `load` (imported by
 * itself, since importing it loads that engine: `tfjs-node` or the portable one) provides the tfjs namespace; `doctor`
 * checks all of it without loading anything into this process.
 */
export { allowPortable, chooseBackend, isSetUp } from './choice';
export { cacheFolder } from './cache';
export { doctorReport } from './doctor';
export { type SetUpOptions, setUp } from './install';
export { type Stamp, installationOf, readStamp } from './installation';
export { type Device, chooseBuild, pins } from './pins';
export { type SetUpPhase, type SetUpProgress, progressLine } from './progress';
