import { ipcMain, type IpcMainEvent, type IpcMainInvokeEvent, type WebContents } from 'electron';
import type { z } from 'zod';
import { AppError } from '@shared/errors';
import { isPageUrl } from '../page';

/** The one way in for messages from the page. */
export interface Ipc {
  /** Handles a message without an answer. A refused one is dropped. */
  on<S extends z.ZodType>(channel: string, schema: S, handler: (value: z.output<S>) => void): void;
  /** Handles a request with an answer. A refused one is rejected. */
  handle<S extends z.ZodType, R>(channel: string, schema: S, handler: (value: z.output<S>) => Promise<R>): void;
}

type Sender = Pick<IpcMainEvent | IpcMainInvokeEvent, 'sender' | 'senderFrame'>;

/**
 * Listens only to the main frame of the window that `trusted` returns, while it shows the page itself; every message
 * is exactly one value, parsed by its schema before a handler sees it.
 */
export function createIpc(trusted: () => WebContents | null): Ipc {
  const parse = <S extends z.ZodType>(event: Sender, schema: S, args: unknown[], channel: string): z.output<S> => {
    if (!isTrusted(event, trusted())) throw new AppError('DENIED', `${channel}: not from Tessera's own page.`);
    const parsed = args.length === 1 ? schema.safeParse(args[0]) : null;
    if (!parsed?.success) throw new AppError('BAD_REQUEST', `${channel}: not the value that was expected.`);
    return parsed.data;
  };
  return {
    on: (channel, schema, handler) => {
      ipcMain.on(channel, (event, ...args: unknown[]) => {
        let value;
        try {
          value = parse(event, schema, args, channel);
        } catch (error) {
          console.warn((error as AppError).message);
          return;
        }
        handler(value);
      });
    },
    handle: (channel, schema, handler) => {
      ipcMain.handle(channel, async (event, ...args: unknown[]) => handler(parse(event, schema, args, channel)));
    },
  };
}

function isTrusted({ sender, senderFrame }: Sender, own: WebContents | null): boolean {
  if (own === null || sender !== own || sender.isDestroyed()) return false;
  return Boolean(senderFrame) && senderFrame!.parent === null && isPageUrl(senderFrame!.url);
}
