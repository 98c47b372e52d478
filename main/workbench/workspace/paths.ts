import os from 'node:os';
import path from 'node:path';
import { AppError } from '@shared/errors';

/** Paths inside a workspace. */
export interface WorkspacePaths {
  readonly root: string;
  readonly catalogue: string;
  readonly datasets: string;
  readonly runs: string;
  /** What the person made: drafts, edits, sheets; one folder per kind. */
  readonly documents: string;
  readonly exports: string;
  readonly trash: string;
  readonly staging: string;
  readonly logs: string;
  /** The workbench that hosts the workspace now. */
  readonly lock: string;
  /** Which bundled samples and models were put in already, so that deleting them sticks. */
  readonly bundled: string;
}

export function workspacePaths(root: string): WorkspacePaths {
  const at = (name: string): string => path.join(root, name);
  return {
    root,
    catalogue: at('catalogue.sqlite'),
    datasets: at('datasets'),
    runs: at('runs'),
    documents: at('documents'),
    exports: at('exports'),
    trash: at('trash'),
    staging: at('staging'),
    logs: at('logs'),
    lock: at('workbench.lock'),
    bundled: at('bundled.json'),
  };
}

/** TESSERA_WORKSPACE, or `Tessera` in the platform's folder for application data. Throws NOT_FOUND where a person has no home folder. */
export function defaultWorkspace(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  if (environment.TESSERA_WORKSPACE) return path.resolve(environment.TESSERA_WORKSPACE);
  const home = homeFolder();
  if (platform === 'win32') return path.join(environment.APPDATA ?? path.join(home, 'AppData', 'Roaming'), 'Tessera');
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'Tessera');
  return path.join(environment.XDG_DATA_HOME ?? path.join(home, '.local', 'share'), 'tessera');
}

function homeFolder(): string {
  const home = os.homedir();
  if (path.isAbsolute(home)) return home;
  const says = home === '' ? 'is empty' : `is "${home}", which is no absolute path`;
  throw new AppError(
    'NOT_FOUND',
    `There is no home folder to keep the workspace in: HOME ${says}.`,
    'Name a folder with --workspace.',
  );
}
