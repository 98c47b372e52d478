// `npm test`: everything, the steps that fail cheapest first. Prints one line per step, and the sum as the last line.
// `npm test -- unit e2e` runs only the steps whose names contain one of the words.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findBrowser } from './find-browser.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (name) => path.join(root, 'node_modules', '.bin', name);
const scratch = mkdtempSync(path.join(os.tmpdir(), 'tessera-test-'));
const wanted = process.argv.slice(2);

/** Runs a command on this terminal; resolves to its exit code. */
function run(command, args, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
    child.on('error', (error) => (console.error(error.message), resolve(1)));
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

/** A step that counts as one test: it passes or fails as a whole. */
const whole = (name, action) => ({
  name,
  action: async () =>
    (await action()) === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 },
});

/** A vitest run, counted by its own report; a run that ends without one counts as one failure. */
const vitest = (name, args, env) => ({
  name,
  action: async () => {
    const report = path.join(scratch, `${name.replaceAll(/\W/g, '-')}.json`);
    const code = await run(
      bin('vitest'),
      ['run', ...args, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
      env,
    );
    if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, success } = JSON.parse(
      readFileSync(report, 'utf8'),
    );
    const unseen = (code !== 0 || !success) && numFailedTests === 0 ? 1 : 0;
    return { passed: numPassedTests, failed: numFailedTests + unseen, skipped: numPendingTests + (numTodoTests ?? 0) };
  },
});

const steps = [
  whole('setup', () => run(process.execPath, ['scripts/setup.mjs'])),
  // in a separate process: a build leaves NODE_ENV=production behind, under which Vue drops what its tests look at
  whole('build', () => run(process.execPath, ['scripts/build.mjs'])),
  whole('types', () => run(bin('vue-tsc'), ['--noEmit', '-p', 'tsconfig.json'])),
  whole('lint', () => run(bin('eslint'), ['.', '--max-warnings', '0'])),
  vitest('unit', ['--project', 'unit', '--project', 'renderer']),
  vitest('native', ['--project', 'native']),
  vitest('e2e-browser', ['-c', 'test/e2e/browser/vitest.config.ts']),
  vitest('e2e-desktop', ['-c', 'test/e2e/desktop/vitest.config.ts']),
].filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)));

const sum = { passed: 0, failed: 0, skipped: 0 };
const failedSteps = [];
try {
  findBrowser(); // before the long steps: without a browser the whole run can't pass
  for (const { name, action } of steps) {
    const began = Date.now();
    console.log(`\n── ${name}`);
    let result;
    try {
      result = await action();
    } catch (error) {
      console.error(error);
      result = { passed: 0, failed: 1, skipped: 0 };
    }
    for (const key of Object.keys(sum)) sum[key] += result[key];
    console.log(
      `── ${name}: ${result.passed} passed, ${result.failed} failed in ${Math.round((Date.now() - began) / 1000)} s`,
    );
    if (result.failed > 0) {
      failedSteps.push(name);
      if (name === 'setup' || name === 'build') break;
    }
  }
} catch (error) {
  console.error(error.message);
  sum.failed += 1;
  failedSteps.push('browser');
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
if (failedSteps.length > 0) console.log(`\nFailed: ${failedSteps.join(', ')}`);
console.log(`${sum.passed} passed, ${sum.failed} failed${sum.skipped > 0 ? `, ${sum.skipped} skipped` : ''}`);
process.exitCode = sum.failed > 0 ? 1 : 0;
