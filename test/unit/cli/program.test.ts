import { describe, expect, it } from 'vitest';
import { AppError } from '@shared/errors';
import { aRun, tessera } from '../../support/cli';

describe('exit codes', () => {
  it.each([['--help'], ['--version'], ['train', '--help'], [undefined]])('%s %s is done', async (...args) => {
    expect((await tessera(args.filter((arg) => arg !== undefined))).code).toBe(0);
  });

  it.each([
    [['fly']],
    [['runs', '--nonsense']],
    [['runs', 'surplus']],
    [['evaluate']],
    [['evaluate', 'a', '--split', 'middle']],
    [['import']],
    [['import', '/', '--size', '8']],
    [['import', '/', '--size', 'large']],
    [['import', '/', '--fit', 'stretch']],
    [['export', 'a', '--format', 'onnx', '--out', '/tmp/x']],
    [['export', 'a', '--out', '/tmp/x']],
    [['export', 'a', '--format', 'safetensors', '--out', '/tmp/x', '--checkpoint', 'first']],
    [['serve', '--port', '70000']],
    [['train']],
    [['train', '--dataset', 'a', '--steps', '0']],
    [['train', '--dataset', 'a', '--set', 'codes']],
    [['train', '--resume', 'a', '--batch', '4']],
    [['train', '--dataset', 'a', '--model', 'transformer']],
  ])('%j is wrong usage, and says why on standard error', async (args) => {
    const { code, out, err } = await tessera(args, { handlers: { 'datasets.list': () => [] } });
    expect(code).toBe(2);
    expect(out).toEqual([]);
    expect(err[0]).toMatch(/^error: \S/);
  });

  it('a failure is 1 with message and hint', async () => {
    const fail = () => Promise.reject(new AppError('DISK', 'The disk is full.', 'Free some space.'));
    const { code, err } = await tessera(['runs'], { handlers: { 'runs.list': fail } });
    expect(code).toBe(1);
    expect(err).toEqual(['error: The disk is full.', 'Free some space.']);
  });

  it('an interrupted command is 130', async () => {
    const interrupt = new AbortController();
    const ran = await tessera(['evaluate', 'tiny-1'], {
      interrupted: interrupt.signal,
      handlers: {
        'runs.list': () => [aRun()],
        'runs.evaluate': (_params, { signal }) =>
          new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => reject(new AppError('CANCELLED', 'Cancelled.')));
            interrupt.abort();
          }),
      },
    });
    expect(ran.code).toBe(130);
  });
});

describe('--json', () => {
  it('prints a failure as the last line and nothing on standard error', async () => {
    const fail = () => Promise.reject(new AppError('DISK', 'The disk is full.', 'Free some space.'));
    const ran = await tessera(['runs', '--json'], { handlers: { 'runs.list': fail } });
    expect(ran.json()).toEqual([{ error: { code: 'DISK', message: 'The disk is full.', hint: 'Free some space.' } }]);
    expect(ran.err).toEqual([]);
  });

  it('prints wrong usage that way as well', async () => {
    const ran = await tessera(['runs', '--nonsense', '--json']);
    expect(ran.code).toBe(2);
    expect(ran.json()).toEqual([
      { error: { code: 'BAD_REQUEST', message: "unknown option '--nonsense'", hint: 'See --help.' } },
    ]);
    expect(ran.err).toEqual([]);
  });
});

describe('the workspace', () => {
  it('is what --workspace says, and is closed whatever happens', async () => {
    const done = await tessera(['runs', '--workspace', '/data/w'], { handlers: { 'runs.list': () => [] } });
    expect(done.opened).toEqual(['/data/w']);
    expect(done.closed).toBe(1);
    const failed = await tessera(['runs']);
    expect(failed.code).toBe(2);
    expect(failed.closed).toBe(1);
  });
});

describe('help', () => {
  it('of the whole lists every command', async () => {
    const { out } = await tessera(['--help']);
    for (const name of [
      'setup',
      'doctor',
      'serve',
      'import',
      'datasets',
      'train',
      'runs',
      'evaluate',
      'encode',
      'decode',
      'compress',
      'decompress',
      'export',
      'bin',
      'bin',
      'bench',
    ]) {
      expect(out.join('\n')).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
    }
  });

  it.each([
    'setup',
    'doctor',
    'serve',
    'import',
    'datasets',
    'train',
    'runs',
    'evaluate',
    'encode',
    'decode',
    'compress',
    'decompress',
    'export',
    'bench',
  ])('of %s has --workspace and --json', async (name) => {
    const { code, out } = await tessera([name, '--help']);
    expect(code).toBe(0);
    expect(out.join('\n')).toContain('--workspace');
    expect(out.join('\n')).toContain('--json');
  });

  it('of train says what the schema says of each field', async () => {
    const help = (await tessera(['train', '--help'])).out.join('\n').replaceAll(/\s+/g, ' ');
    expect(help).toContain('--checkpoint-every <steps> Steps between checkpoints; a crash costs at most this many.');
    expect(help).toContain('--learning-rate');
  });
});
