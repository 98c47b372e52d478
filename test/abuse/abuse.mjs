// `node test/abuse/abuse.mjs [kills] [seed]`: kills workbenches, trainers and `tessera train` while they train a tiny model, on a
// full disk, with a stepped clock, a cut run.json and a removed workspace, and counts what was lost. Prints a line for each kill and
// a summary as JSON; ends with 1 if a step beyond a checkpoint was lost or a workbench that nobody killed ended. Needs a build
// (`npm run build`), TensorFlow, and for the full disk a user who may mount. 200 kills take some 20 minutes.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect } from './client.mjs';
import { createClock } from './clock.mjs';
import { createPlace } from './place.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const cli = path.join(root, 'dist', 'node', 'tessera.js');
const kills = Number(process.argv[2] ?? 200);
let state = Number(process.argv[3] ?? 1);
/** From 0 to 1, the same for the same seed. */
const random = () => ((state = (state * 1664525 + 1013904223) % 2 ** 32), state / 2 ** 32);
const pick = (list) => list[Math.floor(random() * list.length)];
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** An interrupt ends it after the kill under way, with the summary. */
let stopping = false;
process.on('SIGINT', () => (stopping = true));

const place = createPlace();
const clock = createClock(place.root);
const found = { kills: 0, stepsLost: 0, workbenchesEnded: 0, unanswered: 0, uncaught: 0, byKind: {}, remarks: [] };
const remark = (text) => found.remarks.length < 40 && found.remarks.push(text);

function start(args, environment = {}) {
  const child = spawn(process.execPath, [cli, ...args, '--workspace', place.workspace], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TESSERA_RESOURCES: path.join(place.root, 'none'), ...environment },
  });
  const process_ = { child, out: '', err: '', ended: null };
  child.stdout.on('data', (chunk) => (process_.out += chunk));
  child.stderr.on('data', (chunk) => (process_.err += chunk));
  process_.over = new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve((process_.ended = { code, signal })));
  });
  return process_;
}

/** Waits until `look` answers something; null after `ms`. */
async function until(look, ms) {
  for (const end = performance.now() + ms; performance.now() < end; await sleep(50)) {
    const answer = await look();
    if (answer) return answer;
  }
  return null;
}

async function command(args) {
  const ran = start([...args, '--json']);
  await ran.over;
  const last = ran.out.trim().split('\n').at(-1);
  if (ran.ended.code !== 0) throw new Error(`${args.join(' ')}: ${last} ${ran.err}`);
  return JSON.parse(last);
}

let serving = null;
async function serve() {
  if (serving && !serving.ended) return serving;
  serving = start(['serve', '--port', '0'], clock?.environment);
  const address = await until(() => serving.ended ?? /http:\S+token=\S+/.exec(serving.out)?.[0], 60_000);
  if (typeof address !== 'string') throw new Error(`serve did not come up: ${serving.err}`);
  serving.page = await connect(address);
  return serving;
}

/** Whether the workbench that nobody killed still answers. */
async function requireUp(kind) {
  const { page } = serving;
  if (serving.ended) {
    found.workbenchesEnded += 1;
    remark(`${kind}: serve ended by itself: ${serving.err.slice(-300)}`);
    return serve();
  }
  try {
    await page.request('app.info');
    await page.request('runs.incidents');
  } catch (error) {
    found.unanswered += 1;
    remark(`${kind}: ${error.message}`);
  }
}

/** Continues the run by the workbench; remarks a start before the newest checkpoint. Resolves once it has made a few steps. */
async function goOn(run, kind) {
  const { page } = await serve();
  await until(async () => {
    const listed = await page.request('runs.list').catch(() => []);
    return listed.find(({ id, active, damage }) => id === run && !active && !damage);
  }, 60_000);
  const kept = place.checkpoint(run);
  const from = place.logSize(run);
  const trains = page.next('runs.metrics', (heard) => heard.run === run, 90_000);
  try {
    await page.request('runs.continue', { run }, 60_000);
  } catch (error) {
    remark(`${kind}: continuing: ${error.code} ${error.message}`);
    return false;
  }
  const begun = await until(() => (place.begun(run, from) === null ? null : [place.begun(run, from)]), 90_000);
  if (begun === null || (await trains) === null) {
    remark(`${kind}: the run did not go on`);
    return false;
  }
  if (begun[0] < kept) {
    found.stepsLost += kept - begun[0];
    remark(`${kind}: went on from step ${begun[0]}, but there was a checkpoint at ${kept}`);
  }
  return true;
}

const trainerPid = async () =>
  (await serving.page.request('engine.status')).find(({ role }) => role === 'trainer')?.pid;
const kill = (pid) => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it ended by itself
  }
};
const runFile = (run) => path.join(place.workspace, 'runs', run, 'run.json');

/** Each leaves the disk as it was; the run is then not in training. */
const kinds = {
  trainer: async () => kill(await trainerPid()),
  serve: async () => {
    kill(serving.child.pid);
    await serving.over;
  },
  'train command': async (run) => {
    await serving.page.request('runs.stop', { run });
    const kept = place.checkpoint(run);
    const from = place.logSize(run);
    const train = start(['train', '--resume', run, '--json'], clock?.environment);
    await until(() => train.ended || train.out.includes('"step"'), 90_000);
    await sleep(random() * 1500);
    const begun = place.begun(run, from);
    if (begun !== null && begun < kept) found.stepsLost += kept - begun;
    kill(train.child.pid);
    await train.over;
  },
  'full disk': async () => {
    const pid = await trainerPid();
    place.fill();
    await sleep(500 + random() * 1500);
    await requireUp('full disk');
    kill(pid);
    await sleep(300);
    await requireUp('full disk');
    place.makeRoom();
  },
  'full disk, serve': async () => {
    place.fill();
    await sleep(500 + random() * 1500);
    await requireUp('full disk, serve');
    kill(serving.child.pid);
    await serving.over;
    // it opens for looking
    await serve();
    await requireUp('full disk, serve');
    const { state: storage } = await serving.page.request('app.storage');
    if (storage !== 'full') remark(`full disk, serve: storage is ${storage}`);
    if ((await serving.page.request('runs.list')).length === 0) remark('full disk, serve: no run is listed');
    place.makeRoom();
  },
  'full disk, train command': async (run) => {
    await serving.page.request('runs.stop', { run });
    const train = start(['train', '--resume', run, '--json']);
    await until(() => train.ended || train.out.includes('"step"'), 90_000);
    place.fill();
    if ((await until(() => train.ended, 60_000)) === null) {
      remark('full disk, train command: it did not end');
      kill(train.child.pid);
    }
    await train.over;
    if (/^\s+at /m.test(train.err)) {
      found.uncaught += 1;
      remark(`full disk, train command: ${train.err.slice(-300)}`);
    }
    place.makeRoom();
  },
  'cut run.json': async (run) => {
    const whole = fs.readFileSync(runFile(run));
    fs.writeFileSync(runFile(run), whole.subarray(0, Math.floor(random() * whole.length)));
    await sleep(random() * 1500);
    await requireUp('cut run.json');
    if (random() < 0.5) kill(await trainerPid());
    await sleep(random() * 1500);
    await requireUp('cut run.json');
    fs.writeFileSync(runFile(run), whole);
    kill(await trainerPid());
  },
  'removed workspace': async () => {
    const pid = await trainerPid();
    fs.renameSync(place.workspace, `${place.workspace}-away`);
    await sleep(500 + random() * 2000);
    await requireUp('removed workspace');
    kill(pid);
    await sleep(200);
    await requireUp('removed workspace');
    fs.rmSync(place.workspace, { recursive: true, force: true });
    fs.renameSync(`${place.workspace}-away`, place.workspace);
  },
  'stepped clock': async () => {
    clock.step();
    await sleep(random() * 2000);
    await requireUp('stepped clock');
    kill(await trainerPid());
    clock.step();
  },
};
const possible = Object.keys(kinds).filter(
  (kind) => (place.mounted || !kind.startsWith('full disk')) && (clock || kind !== 'stepped clock'),
);

async function main() {
  // 128 pictures of 16 × 16 as one array
  const header = "{'descr': '|u1', 'fortran_order': False, 'shape': (128, 16, 16), }";
  const head = Buffer.from(`\x93NUMPY\x01\x00\x00\x00${header.padEnd(117)}\n`, 'latin1');
  head.writeUInt16LE(118, 8);
  const pixels = Buffer.from(Array.from({ length: 128 * 256 }, (_, at) => (at * 31 + (at >> 8) * 7) % 256));
  const source = path.join(place.root, 'pictures.npy');
  fs.writeFileSync(source, Buffer.concat([head, pixels]));
  const { dataset } = await command(['import', source, '--name', 'Tiny']);
  const { page } = await serve();
  const trains = page.next('runs.metrics', () => true, 120_000);
  const { id: run } = await page.request('runs.start', {
    name: 'tiny',
    spec: {
      dataset,
      model: { kind: 'vq-vae', hidden: 8, residualLayers: 1, residualHidden: 4 },
      training: { steps: 10_000_000, batch: 8, checkpointEvery: 50, evaluateEvery: 1_000_000, previewEvery: 1_000_000 },
    },
  });
  if ((await trains) === null) throw new Error('The tiny run did not begin.');

  const since = performance.now();
  while (found.kills < kills && !stopping) {
    const kind = pick(possible);
    await sleep(random() * 1500);
    try {
      await kinds[kind](run);
    } catch (error) {
      remark(`${kind}: ${error.code ?? ''} ${error.message}`);
    } finally {
      place.makeRoom();
    }
    found.kills += 1;
    found.byKind[kind] = (found.byKind[kind] ?? 0) + 1;
    if (kind !== 'serve') await requireUp(kind);
    const went = await goOn(run, kind);
    const seconds = Math.round((performance.now() - since) / 1000);
    console.log(
      `${found.kills}/${kills} ${kind}: ${went ? 'went on' : 'did not go on'} (${seconds} s, lost ${found.stepsLost})`,
    );
    // what the metrics take on the small disk is nobody's concern here
    if (place.mounted && fs.statfsSync(place.root).bavail * fs.statfsSync(place.root).bsize < 20e6) break;
  }
  found.seconds = Math.round((performance.now() - since) / 1000);
  await serving.page.request('runs.stop', { run }).catch(() => undefined);
  serving.child.kill('SIGINT');
  await serving.over;
  console.log(JSON.stringify({ ...found, diskFilled: place.mounted, clockStepped: clock !== null }, null, 2));
  process.exitCode = found.stepsLost + found.workbenchesEnded + found.unanswered + found.uncaught === 0 ? 0 : 1;
}

main()
  .catch((error) => {
    console.error(error);
    console.log(JSON.stringify(found, null, 2));
    process.exitCode = 1;
    if (serving) kill(serving.child.pid);
  })
  .finally(place.remove);
