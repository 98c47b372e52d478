/**
 * `node test/bench/browse/run.mjs`: looks through 1,000,000 items in a real browser, served by the built `tessera
 * serve`. Prints one JSON line per figure: time from opening the dataset to its first thumbnails, frames while
 * scrolling by wheel and by the scrollbar, memory before and after, time of a text search.
 *
 *   --count N        items (1,000,000)
 *   --workspace DIR  where the items are, or are put and kept; otherwise a temporary folder
 *   --built DIR      what to serve: a folder with node/ and renderer/ (dist)
 *   --trace FILE     also appends Chrome traces to it, one a line: opening, wheel, scrollbar, searches
 */
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright';
import { findBrowser } from '../../../scripts/find-browser.mjs';
import { DATASET, writeDataset } from './workspace.mjs';

const { values: flags } = parseArgs({
  options: {
    count: { type: 'string', default: '1000000' },
    workspace: { type: 'string' },
    built: { type: 'string', default: 'dist' },
    trace: { type: 'string' },
  },
});
const OPENINGS = 5;
const SCROLL_MS = 4000;
const JUMPS = 25;
/** Space above and below the scrollbar's track, in CSS pixels. */
const ARROW = 16;

const round = (value) => Number(value.toFixed(1));
const report = (bench, value, unit, bar, more = {}) =>
  console.log(JSON.stringify({ bench: `browse/${bench}`, value: round(value), unit, bar, ...more }));
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

async function startServe(workspace) {
  const entry = path.resolve(flags.built, 'node', 'tessera.js');
  const child = spawn(process.execPath, [entry, 'serve', '--port', '0', '--workspace', workspace], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const address = await new Promise((resolve, reject) => {
    let printed = '';
    child.stdout.on('data', (chunk) => {
      printed += chunk;
      const found = /http:\/\/127\.0\.0\.1:\d+\/\S*/.exec(printed);
      if (found) resolve(found[0]);
    });
    child.on('exit', (code) => reject(new Error(`tessera serve ended with ${code}`)));
  });
  const stop = () =>
    new Promise((resolve) => {
      child.removeAllListeners('exit');
      child.once('exit', resolve);
      child.kill('SIGINT');
    });
  return { address, stop, pid: child.pid };
}

/** Resident memory of a process in MB, where the system tells. */
function residentOf(pid) {
  const file = `/proc/${pid}/status`;
  if (!existsSync(file)) return NaN;
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(file, 'utf8'))?.[1]) / 1024;
}

/** Milliseconds from entering the dataset's route to a painted frame in which every cell in sight shows its picture. */
const openDataset = (page) =>
  page.evaluate(async (dataset) => {
    const cell = (x, y) => {
      const canvas = document.elementsFromPoint(x, y).find((element) => element instanceof HTMLCanvasElement);
      if (!canvas?.width || canvas.width === 1) return false;
      const box = canvas.getBoundingClientRect();
      const at = [((x - box.left) / box.width) * canvas.width, ((y - box.top) / box.height) * canvas.height];
      return canvas.getContext('2d').getImageData(at[0] | 0, at[1] | 0, 1, 1).data[3] === 255;
    };
    const filled = () => {
      const grid = document.querySelector('[data-test="dataset-grid"]')?.getBoundingClientRect();
      if (!grid) return false;
      return [0.02, 0.5, 0.9].every((x) =>
        [0.04, 0.9].every((y) =>
          [0, 6].some((shift) => cell(grid.left + x * grid.width + shift, grid.top + y * grid.height + shift)),
        ),
      );
    };
    const start = performance.now();
    location.hash = `#/datasets/${dataset}`;
    while (!filled()) await new Promise(requestAnimationFrame);
    return performance.now() - start;
  }, DATASET);

/** Milliseconds between frames while `act` runs, and the most CPU time that one task of the page's main thread took. */
async function framesWhile(page, act) {
  const tasks = await startTrace(page);
  await page.evaluate(() => {
    const frames = [];
    window.frames_ = { frames, stop: false };
    const tick = (now) => {
      frames.push(now);
      if (!window.frames_.stop) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
  await act();
  const times = await page.evaluate(() => ((window.frames_.stop = true), window.frames_.frames));
  return { frames: times.slice(1).map((time, i) => time - times[i]), ...(await tasks.stop()) };
}

/** Chrome's own account of what the page's main thread does: CPU time, whatever else the machine is busy with. */
async function startTrace(page) {
  const cdp = await page.context().browser().newBrowserCDPSession();
  const events = [];
  cdp.on('Tracing.dataCollected', ({ value }) => events.push(...value));
  await cdp.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: flags.trace ? ['toplevel', 'devtools.timeline', 'v8'] : ['toplevel'] },
  });
  return {
    stop: async () => {
      const complete = new Promise((resolve) => cdp.once('Tracing.tracingComplete', resolve));
      await cdp.send('Tracing.end');
      await complete;
      await cdp.detach();
      if (flags.trace) appendFileSync(flags.trace, `${JSON.stringify({ traceEvents: events })}\n`);
      const threads = events.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain');
      const cpu = events
        .filter(
          ({ name, pid, tid }) =>
            name === 'ThreadControllerImpl::RunTask' && threads.some((main) => main.pid === pid && main.tid === tid),
        )
        .map(({ tdur = 0 }) => tdur / 1000);
      return { longestTask: Math.max(0, ...cpu), cpu: cpu.reduce((sum, time) => sum + time, 0) };
    },
  };
}

function reportFrames(name, { frames, longestTask, cpu }) {
  const sorted = [...frames].sort((a, b) => a - b);
  report(`${name}/slowest-frame`, sorted.at(-1), 'ms', 50, {
    median: round(median(frames)),
    p99: round(sorted[Math.floor(sorted.length * 0.99)]),
    over50: frames.filter((time) => time > 50).length,
    frames: frames.length,
    longestTaskCpu: round(longestTask),
    cpuPerFrame: round(cpu / frames.length),
  });
}

/** Scrolls with real wheel events, without pause. */
async function turnWheel(page) {
  const grid = await page.locator('[data-test="dataset-grid"]').boundingBox();
  await page.mouse.move(grid.x + grid.width / 2, grid.y + grid.height / 2);
  const until = performance.now() + SCROLL_MS;
  for (let turn = 0; performance.now() < until; turn++) await page.mouse.wheel(0, turn % 40 < 32 ? 900 : -900);
}

/** Drags the scrollbar's thumb to places all over the dataset, to some of them in one jump. */
async function dragScrollbar(page) {
  const locator = page.locator('[data-test="dataset-grid"]');
  await locator.evaluate(async (element) => {
    element.scrollTop = 0;
    for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame); // until the thumb is drawn there
  });
  const grid = await locator.boundingBox();
  const x = grid.x + grid.width - 5;
  await page.mouse.move(x, grid.y + ARROW + 4);
  await page.mouse.down();
  for (let jump = 0; jump < JUMPS; jump++) {
    const y = grid.y + ARROW + 4 + (grid.height - 2 * ARROW - 8) * ((jump * 0.618) % 1);
    await page.mouse.move(x, y, { steps: jump % 2 === 0 ? 1 : 12 });
  }
  await page.mouse.up();
  return locator.evaluate((element) => element.scrollTop);
}

async function heapOf(cdp) {
  await cdp.send('HeapProfiler.collectGarbage');
  const { usedSize, backingStorageSize = 0 } = await cdp.send('Runtime.getHeapUsage');
  return (usedSize + backingStorageSize) / 2 ** 20;
}

/**
 * Milliseconds from the last typed letter (the page waits 120 for the next one) to the number of items found, and the
 * slowest frame meanwhile.
 */
async function search(page, text) {
  await page.getByPlaceholder('Search names and captions').fill('');
  await page.waitForFunction(
    (all) => document.querySelector('[data-test="item-total"]')?.textContent.includes(all),
    Number(flags.count).toLocaleString('en'),
  );
  let took = 0;
  const { frames } = await framesWhile(page, async () => {
    took = await page.evaluate(async (wanted) => {
      const total = () => document.querySelector('[data-test="item-total"]')?.textContent;
      const before = total();
      const input = document.querySelector('input[placeholder="Search names and captions"]');
      const start = performance.now();
      input.value = wanted;
      input.dispatchEvent(new Event('input', { bubbles: true }));
      while (total() === before || !total()) await new Promise(requestAnimationFrame);
      return performance.now() - start;
    }, text);
  });
  return { took, slowest: Math.max(...frames), found: await page.locator('[data-test="item-total"]').innerText() };
}

const workspace = flags.workspace ?? (await mkdtemp(path.join(os.tmpdir(), 'tessera-browse-')));
const count = Number(flags.count);
let serving = null;
let browser = null;
try {
  if (!existsSync(path.join(workspace, 'datasets', DATASET))) await writeDataset(workspace, count);
  serving = await startServe(workspace);
  browser = await chromium.launch({
    executablePath: findBrowser(),
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
    ignoreDefaultArgs: ['--hide-scrollbars'],
  });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'en' });
  const cdp = await page.context().newCDPSession(page);
  await page.goto(serving.address);
  await page.locator('[data-test="dataset-card"]', { hasText: 'pictures' }).waitFor({ timeout: 300_000 });
  console.log(JSON.stringify({ load: os.loadavg().map((load) => Number(load.toFixed(2))), cores: os.cpus().length }));

  const openings = [];
  for (let i = 0; i < OPENINGS; i++) {
    const tasks = await startTrace(page);
    openings.push({ took: await openDataset(page), ...(await tasks.stop()) });
    if (i < OPENINGS - 1) {
      await page.evaluate(() => (location.hash = '#/datasets'));
      await page.locator('[data-test="dataset-card"]').first().waitFor();
    }
  }
  report('first-thumbnails', openings[0].took, 'ms', 300, {
    cpu: round(openings[0].cpu),
    again: round(median(openings.slice(1).map(({ took }) => took))),
    cpuAgain: round(median(openings.slice(1).map(({ cpu }) => cpu))),
  });

  const before = { heap: await heapOf(cdp), server: residentOf(serving.pid) };
  reportFrames('wheel', await framesWhile(page, () => turnWheel(page)));
  let reached = 0;
  reportFrames('scrollbar', await framesWhile(page, async () => (reached = await dragScrollbar(page))));
  if (reached < 1000) throw new Error('the scrollbar was not dragged');
  for (let round = 0; round < 3; round++) await dragScrollbar(page);
  const after = { heap: await heapOf(cdp), server: residentOf(serving.pid) };
  report('heap-growth', after.heap - before.heap, 'MB', 40, { before: round(before.heap) });
  report('server-growth', after.server - before.server, 'MB', 100, { before: round(before.server) });

  for (const text of ['0123', 'owl/IMG_00', 'zzz', 'a']) {
    const { took, slowest, found } = await search(page, text);
    report(`search "${text}"`, took, 'ms', null, { slowestFrame: round(slowest), found });
  }
  console.log(JSON.stringify({ load: os.loadavg().map((load) => Number(load.toFixed(2))) }));
} finally {
  await browser?.close();
  await serving?.stop();
  if (!flags.workspace) await rm(workspace, { recursive: true, force: true });
}
