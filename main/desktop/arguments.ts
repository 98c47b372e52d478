import path from 'node:path';

export interface Launch {
  /** `--workspace FOLDER`, absolute. */
  workspace: string | null;
  /** Folders and files to open, absolute. */
  sources: string[];
}

/**
 * Parses what a person typed after the program's name. In a checkout (`packaged` false) the first plain argument is
 * the app's own folder. Electron's and Chromium's own switches are skipped.
 */
export function readArguments(argv: readonly string[], packaged: boolean, directory: string): Launch {
  const launch: Launch = { workspace: null, sources: [] };
  const rest = argv.slice(1);
  for (let index = 0; index < rest.length; index++) {
    const argument = rest[index]!;
    if (argument === '--workspace') {
      const value = rest[++index];
      if (value) launch.workspace = path.resolve(directory, value);
    } else if (argument.startsWith('--workspace=')) {
      launch.workspace = path.resolve(directory, argument.slice('--workspace='.length));
    } else if (argument !== '' && !argument.startsWith('-')) {
      launch.sources.push(path.resolve(directory, argument));
    }
  }
  if (!packaged) launch.sources.shift();
  return launch;
}
