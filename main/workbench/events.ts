import type { EventName, EventPayload, WorkbenchContract } from '@shared/contract';

type Name = EventName<WorkbenchContract>;

/** One event of the workbench with its payload. */
export type WorkbenchEvent = { [E in Name]: { name: E; payload: EventPayload<WorkbenchContract, E> } }[Name];

/** Where the parts of the workbench announce what happened, and connections hear it. */
export interface Events {
  emit<E extends Name>(name: E, payload: EventPayload<WorkbenchContract, E>): void;
  subscribe(listener: (event: WorkbenchEvent) => void): () => void;
}

export function createEvents(): Events {
  const listeners = new Set<(event: WorkbenchEvent) => void>();
  return {
    emit: (name, payload) => {
      for (const listener of listeners) listener({ name, payload } as WorkbenchEvent);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
