import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Session, runFolder, sessionsFileSchema } from '@shared/specs';
import { replaceFile } from '../../files';
import { backend } from '../tensorflow/native/load';
import { examineNvidia } from '../tensorflow/native/nvidia';
import { tesseraVersion, threadsOf } from '../tensorflow/native/runtime';

/** The record of one trainer's work on a run: where, with what, from which step to which, and for how long. */
export interface SessionRecord {
  /** Writes it as it stands, with the last step done. What can't be written is only missing from the record. */
  write(step: number): void;
  /** Time stands still until `resume`. */
  pause(): void;
  resume(): void;
}

/** Begins a session's record after the records of earlier sessions. */
export function recordSession(runDirectory: string, fromStep: number): SessionRecord {
  const file = path.join(runDirectory, runFolder.sessions);
  const before = readSessions(file);
  const begun = { startedAt: new Date().toISOString(), fromStep, ...surroundings() };
  let seconds = 0;
  let since: number | null = performance.now();
  const settle = (): void => {
    const now = performance.now();
    if (since !== null) seconds += (now - since) / 1000;
    since = since === null ? null : now;
  };
  return {
    write(step) {
      settle();
      const session: Session = { ...begun, writtenAt: new Date().toISOString(), toStep: step, seconds };
      try {
        replaceFile(file, `${JSON.stringify({ version: 1, sessions: [...before, session] }, null, 2)}\n`);
      } catch (error) {
        console.error(`The session could not be recorded: ${String(error)}`);
      }
    },
    pause() {
      settle();
      since = null;
    },
    resume() {
      since ??= performance.now();
    },
  };
}

/** A record that is gone or damaged begins anew: it is worth no failure. */
function readSessions(file: string): Session[] {
  try {
    return sessionsFileSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).sessions;
  } catch {
    return [];
  }
}

function surroundings(): Pick<Session, 'machine' | 'device' | 'threads' | 'versions'> {
  return {
    machine: {
      cpu: os.cpus()[0]?.model.trim() || 'unknown',
      cores: os.availableParallelism(),
      memoryBytes: os.totalmem(),
      system: `${os.type()} ${os.release()} ${os.arch()}`,
    },
    device: backend.isUsingGpuDevice ? cardName() : 'cpu',
    threads: threadsOf(process.env),
    versions: {
      tessera: tesseraVersion(),
      tensorflow: backend.binding.TF_Version,
      node: process.versions.node,
    },
  };
}

function cardName(): string {
  const found = examineNvidia();
  return (found.state === 'present' ? found.cards[0]?.name : undefined) ?? 'gpu';
}
