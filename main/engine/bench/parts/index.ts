/** Tessera's own sides of a bench: each part is a process that measures a round whenever it is sent a line. */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { launchEnvironments, type EngineRole } from '@shared/contract';
import { AppError } from '@shared/errors';
import type { OpenPart } from './part';
import { samplingEnvironment, settingsOf } from '../../tensorflow/native/process-settings';

/** The role whose process settings a part runs with. */
const partRoles = {
  'captured-step': 'trainer',
  'eager-step': 'trainer',
  'busy-trainer': 'trainer',
  'gpt-step': 'trainer',
  'data-wait': 'trainer',
  'small-call': 'studio',
  decode: 'studio',
  'gpt-sampling': 'studio',
  'gpt-recomputing': 'studio',
  import: 'library',
  'import-time': 'library',
  'sharp-loop': 'library',
  'serve-start': 'library',
} as const satisfies Record<string, EngineRole>;
export type PartName = keyof typeof partRoles;

/** The environment that a part's process starts with; drawing code by code has its own settings. */
export function partEnvironment(name: PartName): NodeJS.ProcessEnv {
  const role = partRoles[name];
  const own = name === 'gpt-sampling' ? samplingEnvironment : {};
  return { ...launchEnvironments[role], ...settingsOf(role).environment, ...own };
}

const parts: Record<PartName, () => Promise<OpenPart>> = {
  'captured-step': async () => (await import('./captured-step')).openCapturedStep,
  'eager-step': async () => (await import('./eager-step')).openEagerStep,
  'busy-trainer': async () => (await import('./captured-step')).openBusyTrainer,
  'data-wait': async () => (await import('./data-wait')).openDataWait,
  'small-call': async () => (await import('./small-call')).openSmallCall,
  decode: async () => (await import('./decode')).openDecode,
  'gpt-step': async () => (await import('./gpt')).openGptStep,
  'gpt-sampling': async () => (await import('./gpt')).openGptSampling,
  'gpt-recomputing': async () => (await import('./gpt')).openGptRecomputing,
  import: async () => (await import('./import')).openImport,
  'import-time': async () => (await import('./import')).openImportTime,
  'serve-start': async () => (await import('./serve-start')).openServeStart,
  'sharp-loop': async () => (await import('./import')).openSharpLoop,
};

/**
 * `bench-part NAME SETTINGS`: opens a part, says so, and answers each line of its input with a round until that ends.
 */
export async function runPart([name = '', settings = '{}']: readonly string[]): Promise<void> {
  if (!(name in parts)) throw new AppError('BAD_REQUEST', `There is no part "${name}".`);
  const open = await parts[name as PartName]();
  const part = await open(JSON.parse(settings) as Record<string, number>);
  const answer = (values: number[]): void => {
    const resident = process.resourceUsage().maxRSS * 1024;
    process.stdout.write(`${JSON.stringify({ values, memory: { resident, private: privateBytes() ?? resident } })}\n`);
  };
  answer([]);
  for await (const _ of createInterface({ input: process.stdin })) answer(await part.round());
  await part.close?.();
}

/**
 * Memory that belongs to this process alone, without the libraries' pages, which all engine processes share. Linux
 * only.
 */
function privateBytes(): number | null {
  try {
    const kilobytes = /^RssAnon:\s*(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  } catch {
    return null;
  }
}
