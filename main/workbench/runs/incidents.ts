import { randomUUID } from 'node:crypto';
import type { Incident } from '@shared/contract';
import { AppError } from '@shared/errors';
import type { Events } from '../events';

const KEPT = 50;

/** What went wrong with engine processes, newest first, until somebody dismisses it. */
export interface Incidents {
  report(incident: Omit<Incident, 'id' | 'at'>): void;
  list(): Incident[];
  /** Throws NOT_FOUND for one that is not (or no longer) there. */
  dismiss(id: string): void;
  /** Forgets those of a run: it goes on, or is gone. */
  clear(run: string): void;
}

export function createIncidents(events: Events): Incidents {
  let incidents: Incident[] = [];
  return {
    report: (about) => {
      const incident = { ...about, id: randomUUID(), at: new Date().toISOString() };
      incidents = [incident, ...incidents].slice(0, KEPT);
      events.emit('runs.incident', incident);
    },
    list: () => incidents,
    dismiss: (id) => {
      if (!incidents.some((incident) => incident.id === id))
        throw new AppError('NOT_FOUND', 'That incident has been dismissed already.');
      incidents = incidents.filter((incident) => incident.id !== id);
    },
    clear: (run) => {
      incidents = incidents.filter((incident) => incident.run !== run);
    },
  };
}
