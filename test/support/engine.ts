import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { roleContracts, silentContract, type EngineRole, type SilentContract } from '@shared/contract';
import {
  importOptionsSchema,
  runFolder,
  runManifestSchema,
  type DatasetManifest,
  type RunManifest,
} from '@shared/specs';
import { createPeer, streamPipe, type Peer } from '@shared/wire';
import { importDataset } from '../../main/engine/media';
import { sharp } from '../../main/engine/media/kinds/picture/sharp';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * The engine as the product ships it, built for these tests alone, inside the checkout so that it finds its packages.
 */
export async function buildEngine(): Promise<{ entry: string; remove(): Promise<void> }> {
  const outDir = path.join(root, 'dist', `test-engine-${process.pid}`);
  await build({
    configFile: path.join(root, 'vite.node.config.ts'),
    root,
    logLevel: 'error',
    build: { outDir, sourcemap: false },
  });
  return { entry: path.join(outDir, 'engine.js'), remove: () => rm(outDir, { recursive: true, force: true }) };
}

type Contracts = typeof roleContracts;

export interface EngineUnderTest<R extends EngineRole> {
  readonly peer: Peer<Contracts[R], SilentContract>;
  readonly child: ChildProcess;
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** What it printed so far. */
  log(): string;
}

/** Starts a role as the workbench does; resolves at its ready handshake. */
export async function startRole<R extends EngineRole>(
  entry: string,
  role: R,
  environment: NodeJS.ProcessEnv = {},
): Promise<EngineUnderTest<R>> {
  const child = spawn(process.execPath, [entry, role], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal })),
  );
  const peer = createPeer(streamPipe(child.stdio[3] as Duplex), roleContracts[role], silentContract, {});
  const ready = new Promise<void>((resolve) =>
    (peer as unknown as Peer<Contracts['library'], SilentContract>).on('engine.ready', () => resolve()),
  );
  await Promise.race([
    ready,
    exited.then(({ code, signal }) =>
      Promise.reject(new Error(`${role} ended (${code ?? signal}) before it was ready: ${printed}`)),
    ),
  ]);
  return { peer, child, exited, log: () => printed };
}

export interface Workplace {
  folder: string;
  /** Picture files, `disc/*.png` and `square/*.png`. */
  pictures: string;
  dataset: string;
  manifest: DatasetManifest;
  /** Makes a run on the dataset, ready to be trained; answers its folder. */
  makeRun(id: string, training?: Partial<RunManifest['spec']['training']>): Promise<string>;
  remove(): Promise<void>;
}

/** A small real dataset (16 px, 20 items a class) and room for runs on it. */
export async function openWorkplace(perClass = 20): Promise<Workplace> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'tessera-engine-'));
  const pictures = await drawPictures(path.join(folder, 'shapes'), perClass);
  const dataset = path.join(folder, 'datasets', 'shapes');
  const options = importOptionsSchema.parse({ height: 16, width: 16, testFraction: 0.2 });
  await importDataset({ sources: [pictures], staging: dataset, options });
  const manifest = JSON.parse(await readFile(path.join(dataset, 'dataset.json'), 'utf8')) as DatasetManifest;
  return {
    folder,
    pictures,
    dataset,
    manifest,
    async makeRun(id, training = {}) {
      const directory = path.join(folder, 'runs', id);
      await mkdir(directory, { recursive: true });
      const model = {
        kind: 'vq-vae',
        hidden: 8,
        residualLayers: 1,
        residualHidden: 4,
        downsamplings: 2,
        quantizer: { kind: 'vector', codes: 16, dimension: 4 },
      };
      const now = new Date().toISOString();
      const run = runManifestSchema.parse({
        version: 1,
        id,
        name: id,
        spec: {
          dataset: 'shapes',
          model,
          training: { steps: 20, batch: 8, checkpointEvery: 10, evaluateEvery: 10, previewEvery: 10, ...training },
        },
        datasetName: manifest.name,
        signal: manifest.signal,
        trainVariance: manifest.trainVariance,
        classes: manifest.classes,
        status: 'queued',
        createdAt: now,
        updatedAt: now,
      });
      await writeFile(path.join(directory, runFolder.manifest), JSON.stringify(run));
      return directory;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

const SIDE = 16;

/** Discs and squares of many colours, sizes and places as PNG files in two folders; the same ones each time. */
async function drawPictures(folder: string, perClass: number): Promise<string> {
  for (const shape of ['disc', 'square'] as const) {
    await mkdir(path.join(folder, shape), { recursive: true });
    for (let i = 0; i < perClass; i++) {
      const name = path.join(folder, shape, `${String(i).padStart(3, '0')}.png`);
      await sharp(draw(shape, i), { raw: { width: SIDE, height: SIDE, channels: 3 } })
        .png()
        .toFile(name);
    }
  }
  return folder;
}

function draw(shape: 'disc' | 'square', seed: number): Uint8Array {
  const radius = 2 + (seed % 4);
  const [x, y] = [4 + ((seed * 3) % 9), 4 + ((seed * 5) % 9)];
  const colour = [(seed * 67) % 256, (seed * 131) % 256, (seed * 29) % 256];
  return Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, at) => {
    const [dx, dy] = [Math.abs((Math.floor(at / 3) % SIDE) - x), Math.abs(Math.floor(at / 3 / SIDE) - y)];
    const isInside = shape === 'disc' ? Math.hypot(dx, dy) <= radius : Math.max(dx, dy) <= radius;
    return isInside ? colour[at % 3]! : 255 - colour[(at + 1) % 3]! / 4;
  });
}
