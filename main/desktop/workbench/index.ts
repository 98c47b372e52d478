/** The workbench process as the shell sees it: started, relayed to, restarted, ended in order. */
export { launchWorkbench, type LaunchOptions, type WorkbenchChild } from './child';
export { openLog } from './log';
export { supervise, type Supervisor } from './supervisor';
