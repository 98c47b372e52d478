import { app, type Event, type WebContents } from 'electron';
import { isPageUrl } from '../page';
import { openExternal } from './external';

/** Every page of this app stays where it is: no navigation away, no new window, no embedded view. */
export function enableNavigationGuards(): void {
  app.on('web-contents-created', (_event, contents) => guard(contents));
}

function guard(contents: WebContents): void {
  const stay = (event: Event & { url?: string }, url?: string): void => {
    // older events give the address as an argument, newer ones on the event
    if (!isPageUrl(url ?? event.url ?? '')) event.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-frame-navigate', (details) => {
    if (!isPageUrl(details.url)) details.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    openExternal(url);
    return { action: 'deny' };
  });
}
