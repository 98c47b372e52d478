/**
 * The workbench: datasets, runs, studio and exports of one workspace, and the engine processes that do the work. Plain
 * Node; TensorFlow and image decoding live in processes of their own (main/engine), reached only by messages.
 *
 *   workspace/    the folder: paths, atomic writes, bin, staging, locks
 *   engine/       engine processes: launch, supervise, stop
 *   catalogue/    SQLite: what can be listed, filtered and counted
 *   stores/       runs, datasets and incidents as the folders say
 *   datasets/ runs/ studio/ exports/ files/ app/    the requests of the contract, by subject
 *   bundled/      examples put in at the first start
 *   connections/  pages and scripts that are connected
 *   last-resort   what a process does about an error that nothing caught
 *   parts.ts      makes all of these, in order of what they know;  requests.ts  puts their answers together
 *   workbench.ts  opens and closes a workspace;  process.ts  the process that the desktop host starts
 */
export { installLastResort } from './last-resort';
export { openWorkbench, type Workbench, type WorkbenchOptions } from './workbench';
export { defaultWorkspace } from './workspace';
