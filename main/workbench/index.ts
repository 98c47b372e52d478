/**
 * The workbench: datasets, runs, studio and exports of one workspace, and the engine processes that do the work. Plain
 * Node; TensorFlow and image decoding live in processes of their own (main/engine), reached only by messages.
 *
 *   workspace/    the folder: paths, atomic writes, bin, staging, locks
 *   engine/       engine processes: launch, supervise, stop
 *   catalogue/    SQLite: what can be listed, filtered and counted
 *   datasets/ runs/ studio/ exports/ files/ app/    the requests of the contract, by subject
 *   bundled/      examples put in at the first start
 *   connections/  pages and scripts that are connected
 *   last-resort   what a process does about an error that nothing caught
 *   with-catalogue  requests that meet a damaged catalogue
 *   workbench.ts  puts them together;  process.ts  the process that the desktop host starts
 */
export { installLastResort } from './last-resort';
export {
  openWorkbench,
  type LatentOptions,
  type ModelChoice,
  type Workbench,
  type WorkbenchOptions,
} from './workbench';
export { readLatentOwner } from './studio';
export { defaultWorkspace } from './workspace';
