import { asAppError } from '@shared/errors';
import type { EventName, EventPayload, WorkbenchContract } from '@shared/contract';

type Name = EventName<WorkbenchContract>;

/** One event of the workbench with its payload. */
export type WorkbenchEvent = { [E in Name]: { name: E; payload: EventPayload<WorkbenchContract, E> } }[Name];

/** Carries announcements of the workbench's parts to connections. */
export interface Events {
  emit<E extends Name>(name: E, payload: EventPayload<WorkbenchContract, E>): void;
  subscribe(listener: (event: WorkbenchEvent) => void): () => void;
}

/** @param warn receives the error of a listener that failed; the other listeners still hear the event */
export function createEvents(warn: (message: string) => void): Events {
  const listeners = new Set<(event: WorkbenchEvent) => void>();
  return {
    emit: (name, payload) => {
      for (const listener of listeners) {
        try {
          listener({ name, payload } as WorkbenchEvent);
        } catch (error) {
          warn(`${name} could not be announced: ${asAppError(error).message}`);
        }
      }
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
