// Finds the browser that end-to-end tests drive: an installed Chromium or Chrome, else the one that Playwright
// downloaded.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Path of the browser to launch; throws one line that says what to install. */
export function findBrowser() {
  const override = process.env.TESSERA_TEST_BROWSER;
  if (override) return override;
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  for (const name of names) {
    for (const folder of folders) {
      const candidate = path.join(folder, name);
      if (existsSync(candidate)) return candidate;
    }
  }
  const downloaded = chromium.executablePath();
  if (downloaded && existsSync(downloaded)) return downloaded;
  throw new Error(
    'No browser for the end-to-end tests: install Chromium (apt-get install chromium) or run "npx playwright install chromium".',
  );
}
