/**
 * The entry of every engine process: `engine.js <role>` serves a role on fd 3, `engine.js setup|bench` is a command.
 */
import os from 'node:os';
import { engineRoles, type EngineRole } from '@shared/contract';
import { endAfter } from './last-words';
import { settingsOf } from '../tensorflow/native/process-settings';

const [name = '', ...args] = process.argv.slice(2);

process.on('uncaughtException', endAfter);
process.on('unhandledRejection', endAfter);

const isRole = (word: string): word is EngineRole => (engineRoles as readonly string[]).includes(word);

/** Settings take effect only before TensorFlow loads, so each role's code is imported after them. */
function prepare(role: EngineRole): void {
  const { environment, priority } = settingsOf(role);
  for (const [key, value] of Object.entries(environment)) process.env[key] ??= value;
  try {
    // Never above the priority that the parent chose (nice).
    os.setPriority(Math.max(priority, os.getPriority()));
  } catch {
    // not allowed on some systems; the process then competes as an equal
  }
}

async function start(): Promise<void> {
  if (isRole(name)) prepare(name);
  switch (name) {
    case 'library':
      return (await import('./roles/library')).serveLibrary();
    case 'trainer':
      return (await import('./roles/trainer')).serveTrainer();
    case 'studio':
      return (await import('./roles/studio')).serveStudio();
    case 'setup':
      process.exitCode = await (await import('./commands/setup')).runSetup(args);
      return;
    case 'bench':
      process.exitCode = await (await import('../bench')).runBench(args);
      return;
    case 'bench-part':
      return (await import('../bench')).runPart(args);
    default:
      console.error(`engine: expected ${engineRoles.join(', ')}, setup or bench, not "${name}".`);
      process.exitCode = 2;
  }
}

await start();
