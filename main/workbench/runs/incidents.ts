import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { Incident } from '@shared/contract';
import { AppError } from '@shared/errors';
import { runFolder } from '@shared/specs';
import type { Events } from '../events';
import { appendIncidentLine, createIncidentReader } from './incidents-file';
import type { RunStore } from './run-store';

const KEPT = 50;

export type NewIncident = Omit<Incident, 'id' | 'at'>;

/**
 * What went wrong, newest first, until somebody dismisses it. Incidents of a run are kept in its folder, so that they
 * outlive this process; those of the other processes are forgotten with it.
 */
export interface Incidents {
  report(incident: NewIncident): void;
  list(): Incident[];
  /** Throws NOT_FOUND for one that is not (or no longer) there. */
  dismiss(id: string): void;
  /** Settles those of a run: it goes on. */
  clear(run: string): void;
}

/** A checkpoint of a run that can't be read, as `message` says, so that the one at `instead` was taken. */
export function damagedCheckpoint(
  role: Incident['role'],
  run: string,
  { step, instead, message }: { step: number; instead: number; message: string },
): NewIncident {
  const hint = `The checkpoint at step ${instead} is used instead.`;
  return { kind: 'damaged', role, run, message, hint, step: instead, atStep: step, logTail: '' };
}

export function createIncidents(events: Events, store: Pick<RunStore, 'ids' | 'folder'>): Incidents {
  let inMemory: Incident[] = [];
  const read = createIncidentReader();
  const fileOf = (run: string): string => path.join(store.folder(run), runFolder.incidents);
  // the folder's name is the run's id: a copied folder brings its incidents with it
  const ofRun = (run: string): Incident[] => read(fileOf(run)).map((incident) => ({ ...incident, run }));
  /** Whether it is in the run's folder now; that may be what went wrong. */
  const keep = (run: string, incident: Incident): boolean => {
    try {
      appendIncidentLine(fileOf(run), { incident });
      return true;
    } catch {
      return false;
    }
  };

  return {
    report: (about) => {
      const incident = { ...about, id: randomUUID(), at: new Date().toISOString() };
      if (about.run === null || !keep(about.run, incident)) inMemory = [incident, ...inMemory].slice(0, KEPT);
      events.emit('runs.incident', incident);
    },
    list: () => [...inMemory, ...store.ids().flatMap(ofRun)].sort((a, b) => b.at.localeCompare(a.at)).slice(0, KEPT),
    dismiss: (id) => {
      const run = store.ids().find((candidate) => ofRun(candidate).some((incident) => incident.id === id));
      if (run !== undefined) return appendIncidentLine(fileOf(run), { dismissed: id });
      if (!inMemory.some((incident) => incident.id === id))
        throw new AppError('NOT_FOUND', 'That incident has been dismissed already.');
      inMemory = inMemory.filter((incident) => incident.id !== id);
    },
    clear: (run) => {
      for (const { id } of ofRun(run)) appendIncidentLine(fileOf(run), { dismissed: id });
      inMemory = inMemory.filter((incident) => incident.run !== run);
    },
  };
}
