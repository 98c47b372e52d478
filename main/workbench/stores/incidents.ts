import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { Incident, Verification } from '@shared/contract';
import { AppError } from '@shared/errors';
import { runFolder } from '@shared/specs';
import type { Events } from '../events';
import { appendIncidentLine, createIncidentReader } from './incidents-file';
import type { RunStore } from './run-store';

const KEPT = 50;

export type NewIncident = Omit<Incident, 'id' | 'at'>;

/**
 * What went wrong, newest first, until somebody dismisses it. A run's incidents are kept in its folder, so that they
 * outlive this process, or in memory if the folder can't be written; incidents of the other processes end with this
 * one.
 */
export interface Incidents {
  /** Doesn't throw, and neither do `list` and `clear`: they report what went wrong, folders included. */
  report(incident: NewIncident): void;
  list(): Incident[];
  /** Throws NOT_FOUND for one that is not (or no longer) there. */
  dismiss(id: string): void;
  /** Dismisses a run's incidents when it goes on. */
  clear(run: string): void;
}

/** A run's checkpoint can't be read, as `message` says, so the one at `instead` was used. */
export function damagedCheckpoint(
  role: Incident['role'],
  run: string,
  { step, instead, message }: { step: number; instead: number; message: string },
): NewIncident {
  const hint = `The checkpoint at step ${instead} is used instead.`;
  return { kind: 'damaged', role, run, message, hint, step: instead, atStep: step, logTail: '' };
}

/** A run has failed because its folder could not be written; `checkpoint` is the step to continue from. */
export function unwritable(
  run: string,
  { message, hint }: { message: string; hint: string },
  at: { step: number | null; checkpoint: number | null },
): NewIncident {
  return { kind: 'disk', role: 'trainer', run, message, hint, step: at.checkpoint, atStep: at.step, logTail: '' };
}

/**
 * A dataset's files differ from what was written: a run learns from what is there, which may be a picture with a
 * stripe.
 */
export function damagedDataset(name: string, { blocks, damage }: Verification): NewIncident {
  const [first] = damage;
  const where = first ? `, the first in ${first.file} at byte ${first.offset}` : '';
  const changed = blocks === 1 ? 'one block of its files has changed' : `${blocks} blocks of its files have changed`;
  const message = `The dataset “${name}” is damaged: ${changed} on the disk${where}.`;
  const hint = 'Import it again, or copy its folder back from a backup. “tessera datasets --verify” names the places.';
  return { kind: 'dataset', role: 'library', run: null, message, hint, step: null, atStep: null, logTail: '' };
}

export function createIncidents(events: Events, store: Pick<RunStore, 'ids' | 'folder'>): Incidents {
  let inMemory: Incident[] = [];
  /** Dismissed incidents whose dismissal could not be written. */
  const dismissed = new Set<string>();
  const read = createIncidentReader();
  const fileOf = (run: string): string => path.join(store.folder(run), runFolder.incidents);
  /** A run's incidents; empty if its file can't be read. */
  const ofRun = (run: string): Incident[] => {
    try {
      // the folder's name is the run's id: a copied folder brings its incidents with it
      return read(fileOf(run)).flatMap((incident) => (dismissed.has(incident.id) ? [] : [{ ...incident, run }]));
    } catch {
      return [];
    }
  };
  const runs = (): string[] => {
    try {
      return store.ids();
    } catch {
      return [];
    }
  };
  /** Whether the incident is in the run's folder now; writing there may be what failed. */
  const append = (run: string, line: Parameters<typeof appendIncidentLine>[1]): boolean => {
    try {
      appendIncidentLine(fileOf(run), line);
      return true;
    } catch {
      return false;
    }
  };
  const settle = (run: string, id: string): void => {
    if (!append(run, { dismissed: id })) dismissed.add(id);
  };

  return {
    report: (about) => {
      const incident = { ...about, id: randomUUID(), at: new Date().toISOString() };
      if (about.run === null || !append(about.run, { incident })) inMemory = [incident, ...inMemory].slice(0, KEPT);
      events.emit('runs.incident', incident);
    },
    list: () => [...inMemory, ...runs().flatMap(ofRun)].sort((a, b) => b.at.localeCompare(a.at)).slice(0, KEPT),
    dismiss: (id) => {
      const run = runs().find((candidate) => ofRun(candidate).some((incident) => incident.id === id));
      if (run !== undefined) return settle(run, id);
      if (!inMemory.some((incident) => incident.id === id))
        throw new AppError('NOT_FOUND', 'That incident has been dismissed already.');
      inMemory = inMemory.filter((incident) => incident.id !== id);
    },
    clear: (run) => {
      for (const { id } of ofRun(run)) settle(run, id);
      inMemory = inMemory.filter((incident) => incident.run !== run);
    },
  };
}
