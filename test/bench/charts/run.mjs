/** `node test/bench/charts/run.mjs`: 20 runs of 100,000 points in a real browser, milliseconds per interaction. */
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { build } from 'vite';
import { findBrowser } from '../../../scripts/find-browser.mjs';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const [{ output }] = await build({
  configFile: false,
  define: { 'process.env.NODE_ENV': '"production"' },
  logLevel: 'error',
  resolve: { alias: { '@shared': path('../../../shared'), '@': path('../../../renderer') } },
  build: { write: false, lib: { entry: path('./page.ts'), formats: ['iife'], name: 'chartsBench' } },
});
const browser = await chromium.launch({ executablePath: findBrowser(), args: ['--no-sandbox'] });
try {
  const page = await browser.newPage();
  await page.addScriptTag({ content: output[0].code });
  const results = await page.evaluate(() => window.bench());
  for (const [name, { p50, max }] of Object.entries(results)) {
    console.log(
      JSON.stringify({
        bench: `charts/${name}`,
        value: Number(p50.toFixed(1)),
        max: Number(max.toFixed(1)),
        unit: 'ms',
        bar: 50,
      }),
    );
  }
} finally {
  await browser.close();
}
