import { chromium, type Browser, type BrowserContext, type Page } from 'playwright';
import { findBrowser } from '../../../scripts/find-browser.mjs';

/** A browser without a sandbox where the tests run as root, and without requests of its own. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: findBrowser(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** What a page did that it must never do. */
export interface Misdeeds {
  /** Errors and policy violations from the console. */
  errors: string[];
  /** Requests that would have left the machine. */
  requests: string[];
}

/** A page that collects console errors, CSP violations and requests to anywhere but the server. */
export async function openPage(
  browser: Browser,
  address: string,
  options: { locale?: 'en' | 'zh-CN'; dark?: boolean } = {},
): Promise<{ page: Page; context: BrowserContext; misdeeds: Misdeeds }> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: options.locale ?? 'en',
    colorScheme: options.dark ? 'dark' : 'light',
  });
  const page = await context.newPage();
  const misdeeds: Misdeeds = { errors: [], requests: [] };
  page.on('console', (message) => {
    if (message.type() === 'error') misdeeds.errors.push(message.text());
  });
  page.on('pageerror', (error) => misdeeds.errors.push(String(error)));
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url());
    const local = protocol === 'blob:' || protocol === 'data:' || host === new URL(address).host;
    if (!local) misdeeds.requests.push(request.url());
  });
  await page.goto(address);
  // the first navigation is the router's own, and would overtake one that a test makes before it has ended
  await page.waitForURL(/#\/datasets/);
  return { page, context, misdeeds };
}
