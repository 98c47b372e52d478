import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { GraphicsCard } from '@shared/contract/engine';
import type { Environment } from './cache';
import { findOnPath } from './tools';

/** Where the kernel module reports its version while it is loaded. */
const VERSION_FILE = '/proc/driver/nvidia/version';
const PATIENCE_MS = 10_000;
const FIELDS = ['name', 'driver_version', 'memory.total', 'compute_cap'] as const;

/**
 * What is known about NVIDIA on this machine.
 * - `absent`: no driver and no tool of it
 * - `silent`: the tool is there but gets no answer (the kernel module isn't loaded, or doesn't match); `message` is its
 *   own
 * - `present`: the driver answers, with its version; `cards` may be empty
 */
export type Nvidia =
  | { state: 'absent' }
  | { state: 'silent'; message: string }
  | { state: 'present'; driver: string; cards: GraphicsCard[] };

/**
 * Looks for an NVIDIA driver by asking `nvidia-smi`, or the kernel where that tool is missing. Takes up to ten seconds.
 */
export function examineNvidia(environment: Environment = process.env, versionFile = VERSION_FILE): Nvidia {
  const kernel = driverOfModule(readIfThere(versionFile));
  const tool = findOnPath('nvidia-smi', environment);
  if (tool === undefined)
    return kernel === null ? { state: 'absent' } : { state: 'present', driver: kernel, cards: [] };
  const { stdout, stderr, status, error } = spawnSync(
    tool,
    [`--query-gpu=${FIELDS.join(',')}`, '--format=csv,noheader,nounits'],
    { encoding: 'utf8', timeout: PATIENCE_MS, env: environment as NodeJS.ProcessEnv },
  );
  const cards = status === 0 ? parseCards(stdout) : [];
  const driver = cards[0]?.driver ?? kernel;
  if (driver !== null) return { state: 'present', driver, cards };
  const said = `${stdout ?? ''}\n${stderr ?? ''}`.split('\n').map((line) => line.trim());
  return { state: 'silent', message: said.find(Boolean) ?? error?.message ?? 'it says nothing' };
}

/** The cards in the answer to our query, one per line. Other lines (warnings) are ignored. */
export function parseCards(text: string): GraphicsCard[] {
  return text.split('\n').flatMap((line) => {
    const parts = line.split(',').map((part) => part.trim());
    const [name = '', driver = '', memory = '', capability = ''] = parts;
    if (parts.length < 3 || !/^\d+(\.\d+)+$/.test(driver)) return [];
    return [
      {
        name,
        driver,
        memory: /^\d+$/.test(memory) ? Number(memory) : null,
        computeCapability: /^\d+\.\d+$/.test(capability) ? capability : null,
      },
    ];
  });
}

/** `NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.14  Thu Feb …` → `550.54.14`. */
export function driverOfModule(text: string | null): string | null {
  return /NVRM version:.*?\s(\d+\.\d+(?:\.\d+)?)\s/.exec(text ?? '')?.[1] ?? null;
}

/** Whether version `a` is at least `b`, number by number. */
export function isAtLeast(a: string, b: string): boolean {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (let at = 0; at < Math.max(left!.length, right!.length); at++) {
    const difference = (left![at] ?? 0) - (right![at] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
