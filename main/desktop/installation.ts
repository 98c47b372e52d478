import path from 'node:path';

/** Paths of everything that the shell serves or starts. */
export interface Installation {
  /** The built page. */
  page: string;
  preload: string;
  /** A plain Node; Electron's own won't do (sharp crashes in it). */
  node: string;
  workbenchEntry: string;
  /** Added to the workbench's environment: where a packaged app keeps TensorFlow. */
  environment: Record<string, string>;
}

export interface Circumstances {
  packaged: boolean;
  /** Folder of the built main process: `dist/desktop`. */
  directory: string;
  resourcesPath: string;
  platform: NodeJS.Platform;
  environment: NodeJS.ProcessEnv;
}

/**
 * A packaged app trusts nothing in its environment; a checkout runs with the Node that started it. In the package,
 * `resources/engine` repeats the checkout's layout (`dist/node`, `node_modules`, `resources`), so that code there
 * need not know which it is in.
 */
export function locate({ packaged, directory, resourcesPath, platform, environment }: Circumstances): Installation {
  const page = path.join(directory, '..', 'renderer');
  const preload = path.join(directory, 'preload.cjs');
  if (!packaged) {
    return {
      page: environment.TESSERA_PAGE ?? page,
      preload,
      node: environment.TESSERA_NODE ?? environment.npm_node_execpath ?? 'node',
      workbenchEntry: environment.TESSERA_WORKBENCH ?? path.join(directory, '..', 'node', 'workbench.js'),
      environment: {},
    };
  }
  return {
    page,
    preload,
    node: path.join(resourcesPath, 'node', platform === 'win32' ? 'node.exe' : 'node'),
    workbenchEntry: path.join(resourcesPath, 'engine', 'dist', 'node', 'workbench.js'),
    // the package carries the CPU engine only
    environment: { TESSERA_CACHE: path.join(resourcesPath, 'cache'), TESSERA_DEVICE: 'cpu' },
  };
}
