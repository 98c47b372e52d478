import {
  callContract,
  silentContract,
  workbenchContract,
  type DatasetSummary,
  type LocalContract,
  type RunSummary,
} from '@shared/contract';
import { createPeer, type Handlers, type Peer } from '@shared/wire';
import { run, type Outside } from '../../main/cli';
import { fromPreset, presets } from '@shared/specs';

type ScriptedPeer = Peer<typeof silentContract, typeof workbenchContract>;

export interface Script {
  handlers?: Partial<Handlers<typeof workbenchContract>>;
  /** Gets the workbench's end of the pipe, to announce events. */
  onConnect?: (peer: ScriptedPeer) => void;
  engine?: Outside['engine'];
  /** Answers of what names files. */
  local?: Partial<Handlers<LocalContract>>;
  interrupted?: AbortSignal;
  outside?: Partial<Outside>;
}

export interface Ran {
  code: number;
  out: string[];
  err: string[];
  /** Standard output as JSON, a value a line. */
  json(): Record<string, unknown>[];
  granted: string[][];
  opened: (string | undefined)[];
  closed: number;
}

/** Runs `tessera <args>` against a scripted workbench. */
export async function tessera(args: string[], script: Script = {}): Promise<Ran> {
  const ran: Ran = {
    code: -1,
    out: [],
    err: [],
    json: () => ran.out.map((line) => JSON.parse(line) as Record<string, unknown>),
    granted: [],
    opened: [],
    closed: 0,
  };
  ran.code = await run(args, {
    version: '1.2.3',
    print: (line) => void ran.out.push(line),
    complain: (line) => void ran.err.push(line),
    printed: () => Promise.resolve(null),
    progress: () => undefined,
    directory: '/',
    pageDirectory: '/nowhere',
    openBrowser: () => undefined,
    interrupted: script.interrupted ?? new AbortController().signal,
    now: () => 0,
    engine: script.engine ?? (() => Promise.reject(new Error('no engine expected'))),
    openWorkbench: (workspace) => {
      ran.opened.push(workspace);
      return Promise.resolve({
        workspace: workspace ?? '/home/person/tessera',
        connect: (pipe) => {
          const peer = createPeer(
            pipe,
            silentContract,
            workbenchContract,
            (script.handlers ?? {}) as Handlers<typeof workbenchContract>,
          );
          script.onConnect?.(peer);
        },
        call: async (method, params, { signal } = {}) => {
          const granting: Script['local'] = {
            'local.grant': ({ paths }) => {
              ran.granted.push(paths);
              return { grant: 'grant-1' };
            },
          };
          const handler = { ...granting, ...script.local }[method as keyof LocalContract['requests']];
          if (!handler) throw new Error(`${method} was not expected`);
          const parsed = callContract.requests[method].params.parse(params);
          const context = { signal: signal ?? new AbortController().signal, progress: () => undefined };
          return (await handler(parsed as never, context)) as never;
        },
        close: () => {
          ran.closed++;
          return Promise.resolve();
        },
      });
    },
    ...script.outside,
  });
  return ran;
}

export const aDataset = (fields: Partial<DatasetSummary> = {}): DatasetSummary => ({
  id: 'flowers',
  name: 'Flowers',
  signal: { kind: 'picture', height: 32, width: 32, channels: 3 },
  count: 100,
  classes: [],
  splits: { train: 90, test: 10 },
  createdAt: '2026-01-01T00:00:00.000Z',
  cover: [],
  bundled: false,
  ...fields,
});

export const aRun = (fields: Partial<RunSummary> = {}): RunSummary => ({
  version: 1,
  id: 'tiny-1',
  name: 'Tiny 1',
  note: '',
  tags: [],
  starred: false,
  spec: fromPreset(presets[0]!, 'flowers'),
  datasetName: 'Flowers',
  signal: { kind: 'picture', height: 32, width: 32, channels: 3 },
  preprocessing: { fit: 'crop', background: 'white' },
  trainVariance: 0.06,
  classes: [],
  codes: null,
  sweep: null,
  status: 'running',
  step: 0,
  failure: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  active: true,
  latest: null,
  evaluation: null,
  checkpoints: [],
  best: null,
  secondsLeft: null,
  memoryBytes: null,
  bundled: false,
  ...fields,
});
