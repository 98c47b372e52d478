import type { Metrics } from '@shared/contract';
import { asAppError } from '@shared/errors';
import { mergeMetrics } from '@shared/metrics';
import { coalesce } from '@shared/wire';
import type { WorkbenchEvent } from '../events';

/**
 * Delivers events at most 20 times a second: rows of a run's metrics are merged, only the last of several states of
 * one thing is sent, and everything else stays as it came, in order.
 */
export function createOutbox(
  deliver: (event: WorkbenchEvent) => void,
  warn: (message: string) => void,
): {
  push(event: WorkbenchEvent): void;
  stop(): void;
} {
  return coalesce<WorkbenchEvent>((events) => {
    for (const event of fold(events)) {
      try {
        deliver(event);
      } catch (error) {
        warn(`${event.name} could not be sent: ${asAppError(error).message}`);
      }
    }
  });
}

/** Merges `events` so that each thing is said once, at the place where it was said last. */
export function fold(events: readonly WorkbenchEvent[]): WorkbenchEvent[] {
  const said = new Map<string, WorkbenchEvent>();
  const rows = new Map<string, Metrics[]>();
  events.forEach((event, place) => {
    const key = subjectOf(event) ?? `${place}`;
    said.delete(key);
    said.set(key, event);
    if (event.name === 'runs.metrics') rows.set(key, [...(rows.get(key) ?? []), event.payload.metrics]);
  });
  return [...said].map(([key, event]) =>
    event.name === 'runs.metrics'
      ? { ...event, payload: { ...event.payload, metrics: mergeMetrics(rows.get(key)!) } }
      : event,
  );
}

/** Events with the same subject replace each other; null stands alone. */
function subjectOf(event: WorkbenchEvent): string | null {
  switch (event.name) {
    case 'runs.changed':
      return `${event.name} ${event.payload.id}`;
    case 'runs.metrics':
    case 'studio.updated':
      return `${event.name} ${event.payload.run}`;
    case 'datasets.changed':
      return `${event.name} ${event.payload.dataset}`;
    case 'documents.changed':
      return `${event.name} ${event.payload.kind} ${event.payload.id}`;
    case 'engine.status':
      return `${event.name} ${event.payload.role} ${event.payload.run}`;
    default:
      return null;
  }
}
