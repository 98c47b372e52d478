import type { Page } from 'playwright';
import type { DesktopBridge } from '@shared/contract';
import type { MessagePipe } from '@shared/wire';

/** What the page of a test has in its global scope. */
export type Scope = Window & { tessera: DesktopBridge; inboxes: Record<string, number[][]> };

let made = 0;

/** The page's own end of the relay, in this process: what the page hears waits in its inbox until it is fetched. */
export async function pagePipe(page: Page): Promise<MessagePipe> {
  const listeners = new Set<(message: Uint8Array) => void>();
  let open = true;
  const name = `inbox ${++made}`;
  await page.evaluate((name) => {
    const scope = window as unknown as Scope;
    const inbox: number[][] = [];
    scope.inboxes = { ...scope.inboxes, [name]: inbox };
    scope.tessera.onMessage((message) => inbox.push(Array.from(message)));
  }, name);
  const fetchMail = async (): Promise<void> => {
    while (open) {
      const mail = await page.evaluate((name) => (window as unknown as Scope).inboxes[name]!.splice(0), name);
      for (const message of mail) for (const listener of listeners) listener(Uint8Array.from(message));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  fetchMail().catch(() => undefined); // the page is gone
  return {
    send: (message) =>
      void page.evaluate((bytes) => (window as unknown as Scope).tessera.send(Uint8Array.from(bytes)), [...message]),
    onMessage: (listener) => void listeners.add(listener),
    onClose: () => undefined,
    close: () => void (open = false),
  };
}
