import { silentContract, workbenchContract, type EventPayload, type WorkbenchContract } from '@shared/contract';
import { createPeer, type Handlers, type MessagePipe } from '@shared/wire';
import type { Events } from '../events';
import { createOutbox } from './outbox';

export interface ConnectionOptions {
  events: Events;
  /** Handlers of this connection, and what to do once it has closed. */
  open(): { handlers: Handlers<WorkbenchContract>; close(): Promise<void> };
  /** Receives errors that no one else is told about. */
  warn(message: string): void;
}

/** Answers and informs one page over `pipe` until it closes; `closed` never rejects. */
export function connectPeer(
  pipe: MessagePipe,
  { events, open, warn }: ConnectionOptions,
): { close(): void; closed: Promise<void> } {
  const { handlers, close } = open();
  const peer = createPeer(pipe, silentContract, workbenchContract, handlers);
  const outbox = createOutbox(
    ({ name, payload }) => peer.emit(name, payload as EventPayload<WorkbenchContract, typeof name>),
    warn,
  );
  const unsubscribe = events.subscribe(outbox.push);
  return {
    close: () => peer.close(),
    closed: peer.closed.then(async () => {
      unsubscribe();
      outbox.stop();
      await close().catch((error: unknown) => warn(`What a page had sent could not be removed: ${String(error)}`));
    }),
  };
}
