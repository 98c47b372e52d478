// An engine process that does what a script says, for tests of the workbench: `fake-engine.mjs SCRIPT ROLE`, SCRIPT a JSON
// object by role. It speaks the wire (framed MessagePack on fd 3) and writes the files a real one would, tiny.
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { Packr, Unpackr } from 'msgpackr';

const [script, role] = [JSON.parse(process.argv[2]), process.argv[3]];
const plan = script[role] ?? {};
const options = { useRecords: false, moreTypes: true, structuredClone: true, int64AsType: 'number' };
const packr = new Packr(options);
const unpackr = new Unpackr({ ...options, copyBuffers: true });
const socket = new net.Socket({ fd: 3 });

function send(envelope) {
  const body = packr.pack(envelope);
  const head = Buffer.alloc(4);
  head.writeUInt32BE(body.length);
  socket.write(Buffer.concat([head, body]));
}
const emit = (name, payload) => send({ kind: 'event', name, payload });
const fail = (code, message, field) => Object.assign(new Error(message), { code, field });
/** Does not come back: no heartbeat, no answer, no signal handler. */
const hang = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
const write = (file, content) => {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(`${file}.tmp`, content);
  fs.renameSync(`${file}.tmp`, file);
};

/** Only the first of all processes of a test that comes here does. */
function first(name) {
  try {
    fs.writeFileSync(path.join(script.folder, name), '', { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}

// ── library

function importPictures({ staging, options: wanted, sourceName }, progress) {
  if (plan.import === 'crash') process.kill(process.pid, 'SIGKILL');
  const count = plan.count ?? 24;
  const [height, width, channels] = [16, 16, 1];
  const classes = plan.classes ?? ['cat', 'dog'];
  const isTest = (i) => plan.heldOut === 'all' || i % 10 === 9;
  const test = Array.from({ length: count }, (_, i) => i).filter(isTest).length;
  const pack = Buffer.alloc(count * height * width * channels);
  for (let i = 0; i < count; i++) pack.fill(i % 256, i * height * width, (i + 1) * height * width);
  write(path.join(staging, `pack-${height}x${width}x${channels}.u8`), pack);
  const item = (i) => ({
    name: `picture-${i}.png`,
    label: i % classes.length,
    split: isTest(i) ? 'test' : 'train',
    width: 20,
    height: 18,
  });
  write(
    path.join(staging, 'items.jsonl'),
    Array.from({ length: count }, (_, i) => `${JSON.stringify(item(i))}\n`).join(''),
  );
  const name = wanted.name ?? sourceName;
  const splits = { train: count - test, test };
  const manifest = {
    version: 1,
    name,
    height,
    width,
    channels,
    count,
    classes,
    splits,
    mean: [0.5],
    variance: [0.1],
    trainVariance: 0.1,
    sourceSizes: { minimum: [18, 20], median: [18, 20], maximum: [18, 20] },
    thumbnails: null,
    options: wanted,
    source: sourceName,
    skipped: [],
    skippedCount: 0,
    notes: [],
    licence: null,
    createdAt: new Date().toISOString(),
  };
  if (plan.import === 'half') return (write(path.join(staging, 'half'), ''), new Promise(() => undefined));
  write(path.join(staging, 'dataset.json'), JSON.stringify(manifest));
  progress({ phase: 'import', done: count, total: count, skipped: 0, secondsLeft: 0 });
  if (plan.import === 'wait') return new Promise(() => undefined);
  return { name, items: count, splits, skipped: [], skippedCount: 0, notes: [] };
}

const library = {
  'library.import': importPictures,
  'library.verify': () =>
    plan.verify === 'damaged'
      ? { state: 'damaged', bytes: 9, blocks: 1, damage: [{ file: 'pack-32x32x3.u8', offset: 1048576, bytes: 7 }] }
      : { state: 'right', bytes: 9, blocks: 0, damage: [] },
  'library.backend': () => ({ kind: 'native', why: 'set-up' }),
  'library.doctor': () => ({
    ok: true,
    backend: { kind: 'native', why: 'set-up' },
    versions: { tessera: '0', node: process.version, platform: process.platform },
    engine: null,
    cards: [],
    memory: { total: 1, free: 1 },
    cache: { path: '', bytes: 0 },
    perceptualTrunk: true,
    problems: [],
  }),
};

// ── trainer

let run = null;

function writeRun(change) {
  const file = path.join(run.folder, 'status.json');
  const now = { updatedAt: new Date().toISOString() };
  write(file, JSON.stringify({ ...JSON.parse(fs.readFileSync(file, 'utf8')), ...change, ...now }));
}
function announce(status, failure = null) {
  writeRun({ status, step: run.step, failure });
  emit('trainer.status', { status, step: run.step, secondsLeft: 1, memoryBytes: 1000, imagesPerSecond: 10, failure });
}
function checkpoint() {
  const state = {
    version: 1,
    step: run.step,
    seed: 1,
    nmse: 0.5,
    bestNmse: 0.5,
    best: run.step === 5,
    weightsHash: 'x',
    createdAt: '',
  };
  write(path.join(run.folder, 'checkpoints', String(run.step), 'state.json'), JSON.stringify(state));
  emit('trainer.checkpoint', { step: run.step, best: state.best });
}
function step() {
  if (run.paused) return;
  run.step += 1;
  const values = { loss: 1 / run.step, nmse: 1 / run.step, perplexity: 10, 'images-per-second': 10 };
  fs.appendFileSync(
    path.join(run.folder, 'metrics.jsonl'),
    `${JSON.stringify({ step: run.step, wall: Date.now() / 1000, values })}\n`,
  );
  const series = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Float32Array.of(value)]));
  emit('trainer.metrics', { step: Float64Array.of(run.step), wall: Float64Array.of(Date.now() / 1000), series });
  if (run.step % 5 === 0) checkpoint();
  if (run.step === plan.hangAt) hang();
  if (run.step === plan.crashAt && first('crashed')) {
    console.error('out of luck');
    process.kill(process.pid, 'SIGKILL');
  }
  if (run.step === plan.notFiniteAt)
    return announce('failed', { code: 'NOT_FINITE', message: 'loss is NaN', hint: 'lower it' });
  if (run.step >= run.steps) return announce('finished');
  setTimeout(step, plan.stepMs ?? 2);
}

const trainer = {
  'trainer.start': ({ runDirectory }) => {
    if (plan.refuse) throw fail(plan.refuse, 'That can not be trained.');
    fs.writeFileSync(path.join(runDirectory, 'trainer.lock'), String(process.pid));
    const saved = fs.readdirSync(path.join(runDirectory, 'checkpoints')).map(Number);
    const { spec } = JSON.parse(fs.readFileSync(path.join(runDirectory, 'run.json'), 'utf8'));
    run = { folder: runDirectory, step: Math.max(0, ...saved), steps: spec.training.steps, paused: false };
    if (plan.damaged) emit('trainer.damaged', plan.damaged);
    announce('running');
    setTimeout(step, 1);
    return { step: run.step };
  },
  'trainer.pause': () => {
    run.paused = true;
    announce('paused');
    return { step: run.step };
  },
  'trainer.save': () => {
    checkpoint();
    return { step: run.step };
  },
  'trainer.resume': () => {
    run.paused = false;
    announce('running');
    step();
    return {};
  },
};

// ── studio

const picture = () => ({
  signal: { kind: 'picture', height: 16, width: 16, channels: 1 },
  dtype: 'u8',
  count: 1,
  data: new Uint8Array(256),
});
const latent = { kind: 'codes', levels: [{ height: 4, width: 4, depth: 1, codes: 8, dimension: 2 }] };
const info = (runDirectory, at) => ({
  run: path.basename(runDirectory),
  step: at,
  signal: { kind: 'picture', height: 16, width: 16, channels: 1 },
  latent,
  weightsHash: 'x',
});
const requireSound = (at) => {
  if (plan.damaged?.includes(at))
    throw fail('BAD_FILE', `checkpoints/${at}/weights.safetensors is damaged.`, 'checkpoint');
};
const studio = {
  'studio.plan': () => {
    if (plan.refuse) throw fail('BAD_REQUEST', 'That can not be built.', plan.refuse);
    return {
      parameters: 10,
      memoryBytes: 10,
      latent,
      bitsPerItem: 48,
      compression: 10,
    };
  },
  'studio.pace': () => ({ millisecondsPerStep: 20, steps: 5, kinds: 1, secondsPerEvaluation: 0.5 }),
  'studio.open': ({ runDirectory, step: at }) => {
    requireSound(at);
    return info(runDirectory, at);
  },
  'studio.decode': ({ step: at }) => {
    if (plan.decode === 'crash' || (plan.decode === 'crash once' && first('decoded')))
      process.kill(process.pid, 'SIGKILL');
    return { step: at, picture: picture() };
  },
  'studio.evaluate': ({ step: at, split }) => ({
    split,
    step: at,
    items: 3,
    nmse: 0.5,
    psnr: 10,
    perplexity: 5,
    usage: 0.5,
    deadCodes: 4,
    measures: {},
  }),
  'studio.export': async ({ directory, format, step: at }, progress) => {
    requireSound(at);
    progress({ phase: 'writing', done: 1, total: 2, skipped: 0, secondsLeft: null });
    if (plan.export === 'wait') await new Promise(() => undefined);
    fs.mkdirSync(path.join(directory, 'variables'), { recursive: true });
    fs.writeFileSync(path.join(directory, 'model.bin'), Buffer.alloc(5 * 1024 * 1024, 7));
    fs.writeFileSync(path.join(directory, 'variables', 'index'), 'abc');
    return { format, path: directory, files: [] };
  },
};

// ── every role

const common = {
  'engine.ping': () => ({}),
  'engine.stop': () => {
    if (plan.stop === 'ignore') return new Promise(() => undefined);
    if (run) {
      run.paused = true;
      checkpoint();
      if (
        !['finished', 'failed'].includes(
          JSON.parse(fs.readFileSync(path.join(run.folder, 'status.json'), 'utf8')).status,
        )
      )
        announce('stopped');
      fs.rmSync(path.join(run.folder, 'trainer.lock'), { force: true });
    }
    setTimeout(() => process.exit(0), 5);
    return {};
  },
};
const handlers = { ...common, ...{ library, trainer, studio }[role] };
if (plan.terminate === 'ignore') process.on('SIGTERM', () => undefined);

async function answer({ id, method, params }) {
  try {
    if (!handlers[method]) throw fail('BAD_REQUEST', `There is no request "${method}".`);
    const result = await handlers[method](params, (value) => send({ kind: 'progress', id, value }));
    send({ kind: 'reply', id, result });
  } catch (error) {
    send({
      kind: 'error',
      id,
      error: { code: error.code ?? 'INTERNAL', message: error.message, hint: '', field: error.field },
    });
  }
}

let pending = Buffer.alloc(0);
socket.on('data', (chunk) => {
  pending = Buffer.concat([pending, chunk]);
  while (pending.length >= 4 && pending.length >= 4 + pending.readUInt32BE(0)) {
    const length = pending.readUInt32BE(0);
    const envelope = unpackr.unpack(pending.subarray(4, 4 + length));
    pending = pending.subarray(4 + length);
    if (envelope.kind === 'request') void answer(envelope);
    if (envelope.kind === 'cancel')
      send({ kind: 'error', id: envelope.id, error: { code: 'CANCELLED', message: 'Cancelled.', hint: '' } });
  }
});
socket.on('close', () => process.exit(0));

console.log(`fake ${role} at work`);
if (plan.start === 'exit') process.exit(3);
if (plan.start !== 'silent') emit('engine.ready', { pid: process.pid });
