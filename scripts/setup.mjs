// Sets TensorFlow up for this user: `npm run setup`. Needs nothing built: vite runs the product's own TypeScript.
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const { module } = await runnerImport(`${root}main/engine/tensorflow/native/index.ts`, {
  configFile: false,
  root,
  logLevel: 'error',
  resolve: { alias: { '@shared': `${root}shared` } },
});

const interrupt = new AbortController();
process.once('SIGINT', () => interrupt.abort());

// A terminal shows one line that changes; a log gets a line for each phase, and one every five seconds.
let shown = '';
let phase = '';
let last = 0;
const show = (progress) => {
  const line = module.progressLine(progress);
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`);
  else if (progress.phase !== phase || Date.now() - last > 5000) {
    process.stderr.write(`${line}\n`);
    last = Date.now();
  }
  phase = progress.phase;
  shown = line;
};

try {
  const stamp = await module.setUp({
    force: process.argv.includes('--force'),
    onProgress: show,
    signal: interrupt.signal,
  });
  if (process.stderr.isTTY && shown !== '') process.stderr.write('\n');
  if (shown === '') process.stderr.write(`TensorFlow ${stamp.tensorflow} (${stamp.device}) is set up.\n`);
} catch (error) {
  if (process.stderr.isTTY && shown !== '') process.stderr.write('\n');
  process.stderr.write(`${error.message}\n${error.hint ? `${error.hint}\n` : ''}`);
  process.exitCode = error.code === 'CANCELLED' ? 130 : 1;
}
