import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { inject } from 'vitest';
import {
  silentContract,
  workbenchContract,
  type EventName,
  type EventPayload,
  type SilentContract,
  type WorkbenchContract,
} from '@shared/contract';
import { runSpecSchema, type RunSpec } from '@shared/specs';
import { createPeer, type MessagePipe, type Peer } from '@shared/wire';
import { openWorkbench, type Workbench, type WorkbenchOptions } from '../../main/workbench';
import type { EnginePolicy } from '../../main/workbench/engine';

/** What the scripted engine processes do, by role; see fake-engine.ts. */
export interface Script {
  library?: {
    start?: 'exit' | 'silent';
    import?: 'crash' | 'half' | 'wait';
    verify?: 'damaged';
    count?: number;
    heldOut?: 'all';
    classes?: string[];
  };
  trainer?: {
    start?: 'exit' | 'silent';
    refuse?: string;
    crashAt?: number;
    hangAt?: number;
    notFiniteAt?: number;
    stepMs?: number;
    stop?: 'ignore';
    terminate?: 'ignore';
    damaged?: { step: number; instead: number; message: string };
  };
  studio?: {
    start?: 'exit' | 'silent';
    decode?: 'crash' | 'crash once';
    damaged?: number[];
    refuse?: string;
    export?: 'wait';
  };
}

export const scriptedEngine = (script: Script, folder: string): { command: string; args: string[] } => ({
  command: process.execPath,
  args: [inject('fakeEngine'), JSON.stringify({ ...script, folder })],
});

/** Deadlines that a test can wait for, and that a loaded machine still keeps. */
export const briskPolicy: EnginePolicy = {
  library: { ready: 20_000, pingEvery: 50, pingDeadline: 20_000, stop: 10_000, terminate: 2_000 },
  studio: { ready: 20_000, pingEvery: 50, pingDeadline: 20_000, stop: 10_000, terminate: 2_000 },
  trainer: { ready: 20_000, pingEvery: 50, pingDeadline: 20_000, stop: 10_000, terminate: 2_000 },
  backOff: { first: 10, longest: 40, attempts: 3, healthyAfter: 60_000 },
  libraryIdle: 60_000,
};

type Page = Peer<WorkbenchContract, SilentContract>;

export interface Bench {
  workbench: Workbench;
  /** A connected page. */
  page: Page;
  folder: string;
  workspace: string;
  /** Files and folders inside the workspace. */
  at(...names: string[]): string;
  connect(): Page;
  close(): Promise<void>;
}

/** A workbench over a folder of its own, with scripted engine processes, and a page connected to it. */
export async function openBench(
  script: Script = {},
  options: Partial<WorkbenchOptions> & { folder?: string } = {},
): Promise<Bench> {
  const { folder: given, ...rest } = options;
  const folder = given ?? (await mkdtemp(path.join(os.tmpdir(), 'tessera-bench-')));
  const workspace = path.join(folder, 'workspace');
  const workbench = await openWorkbench({
    workspace,
    engine: scriptedEngine(script, folder),
    policy: briskPolicy,
    resources: null,
    ...rest,
  });
  const connect = (): Page => {
    const [ours, theirs] = pipePair();
    workbench.connect(theirs);
    return createPeer(ours, workbenchContract, silentContract, {});
  };
  return {
    workbench,
    page: connect(),
    folder,
    workspace,
    at: (...names) => path.join(workspace, ...names),
    connect,
    close: async () => {
      await workbench.close();
      if (given === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Imports the scripted dataset under a name; answers its id. */
export async function importDataset({ workbench, page, folder }: Bench, name = 'Pets'): Promise<string> {
  const source = path.join(folder, 'source');
  await mkdir(source, { recursive: true });
  await writeFile(path.join(source, 'a.png'), 'not looked at');
  const { grant } = await workbench.call('local.grant', { paths: [source] });
  return (await page.request('datasets.import', { grant, options: { name } })).dataset;
}

export const specOn = (dataset: string, steps: number): RunSpec =>
  runSpecSchema.parse({ dataset, model: { kind: 'vq-vae' }, training: { steps } });

/** The first event that passes; listening begins at the call. */
export function next<E extends EventName<WorkbenchContract>>(
  page: Page,
  name: E,
  passes: (payload: EventPayload<WorkbenchContract, E>) => boolean = () => true,
): Promise<EventPayload<WorkbenchContract, E>> {
  return new Promise((resolve) => {
    const stop = page.on(name, (payload) => {
      if (!passes(payload)) return;
      stop();
      resolve(payload);
    });
  });
}

/** Two ends of a pipe in one process; messages arrive in a later turn, in order. */
export function pipePair(): [MessagePipe, MessagePipe] {
  const ends = [0, 1].map(() => ({
    messages: [] as ((message: Uint8Array) => void)[],
    closings: [] as ((reason: string) => void)[],
  }));
  let closed = false;
  const end = (mine: number): MessagePipe => ({
    send: (message) => setImmediate(() => !closed && ends[1 - mine]!.messages.forEach((listener) => listener(message))),
    onMessage: (listener) => void ends[mine]!.messages.push(listener),
    onClose: (listener) => void ends[mine]!.closings.push(listener),
    close: () => {
      if (closed) return;
      closed = true;
      setImmediate(() => ends.forEach(({ closings }) => closings.forEach((listener) => listener('closed'))));
    },
  });
  return [end(0), end(1)];
}
