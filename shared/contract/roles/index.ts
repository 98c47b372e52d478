/**
 * What the workbench asks of its engine processes, one contract for each role. These pipes are private to the
 * workbench, so folders are named by their absolute paths here; the renderer never sees one.
 */
import { libraryContract } from './library';
import { studioContract } from './studio';
import { trainerContract } from './trainer';

export { commonContract, type CommonContract } from './common';
export { libraryContract, type LibraryContract } from './library';
export { studioContract, type StudioContract } from './studio';
export { trainerContract, type TrainerContract } from './trainer';

/** Each engine process's contract, by role. */
export const roleContracts = { library: libraryContract, trainer: trainerContract, studio: studioContract };
