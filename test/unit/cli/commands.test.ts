import { evaluationSchema } from '@shared/contract';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { withoutTensorflow } from '../../../main/cli/commands/serve';
import { aRun, tessera } from '../../support/cli';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tessera-cli-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('import', () => {
  const report = {
    dataset: 'pics',
    name: 'Pics',
    items: 12,
    splits: { train: 11, test: 1 },
    skipped: [{ file: 'a.txt', reason: 'not a picture' }],
    captions: 3,
    tags: 0,
    fields: 1,
    skippedCount: 1,
    notes: ['“x” holds numbers from 0 to 1: taken as 0 to 1, black to white.'],
  };

  it('grants the absolute paths and passes the options on', async () => {
    await writeFile(path.join(folder, 'a.zip'), '');
    let options: unknown;
    const ran = await tessera(
      [
        'import',
        'a.zip',
        '.',
        '--name',
        'Pics',
        '--size',
        '64x48',
        '--fit',
        'contain',
        '--test-fraction',
        '0.2',
        '--seed',
        '5',
        '--range',
        '-1-1',
        '--json',
      ],
      {
        outside: { directory: folder },
        handlers: {
          'datasets.import': (params, { progress }) => {
            options = params;
            progress({ phase: 'reading', done: 6, total: 12, skipped: 0, secondsLeft: 1 });
            return report;
          },
        },
      },
    );
    expect(ran.code).toBe(0);
    expect(ran.granted).toEqual([[path.join(folder, 'a.zip'), folder]]);
    expect(options).toMatchObject({
      grant: 'grant-1',
      options: { name: 'Pics', width: 64, height: 48, fit: 'contain', testFraction: 0.2, seed: 5, range: '-1-1' },
    });
    const [progress, result] = ran.json();
    expect(progress).toMatchObject({ progress: { phase: 'reading', done: 6 } });
    expect(result).toMatchObject({
      dataset: 'pics',
      name: 'Pics',
      items: 12,
      splits: { train: 11, test: 1 },
      skipped: report.skipped,
      notes: report.notes,
      captions: 3,
      tags: 0,
      fields: 1,
    });
  });

  it('takes one number as both sides', async () => {
    let options: unknown;
    const handlers = { 'datasets.import': (params: { options: unknown }) => ((options = params.options), report) };
    expect((await tessera(['import', folder, '--size', '32'], { handlers })).code).toBe(0);
    expect(options).toMatchObject({ width: 32, height: 32 });
  });

  it('names a path that is not there and opens nothing', async () => {
    const ran = await tessera(['import', path.join(folder, 'missing')]);
    expect(ran.code).toBe(1);
    expect(ran.err[0]).toContain('missing');
    expect(ran.opened).toEqual([]);
  });

  it('tells people what was skipped', async () => {
    const { out } = await tessera(['import', folder], { handlers: { 'datasets.import': () => report } });
    expect(out.join('\n')).toContain('12 items');
    expect(out.join('\n')).toContain('3 captions');
    expect(out.join('\n')).toContain('a.txt: not a picture');
  });
});

describe('evaluate', () => {
  const result = {
    split: 'train' as const,
    step: 9,
    items: 10,
    nmse: 0.1,
    psnr: 20,
    perplexity: 5,
    usage: 0.5,
    deadCodes: 3,
    measures: {},
  };
  const evaluation = evaluationSchema.parse(result);

  it('finds the run by its name and prints every measure', async () => {
    let asked: unknown;
    const ran = await tessera(['evaluate', 'tiny 1', '--split', 'train', '--json'], {
      handlers: { 'runs.list': () => [aRun()], 'runs.evaluate': (params) => ((asked = params), evaluation) },
    });
    expect(asked).toEqual({ run: 'tiny-1', checkpoint: 'latest', split: 'train', thorough: false });
    expect(ran.json()).toEqual([{ run: 'tiny-1', ...result }]);
  });

  it('measures what takes long when it is told to', async () => {
    let asked: unknown;
    await tessera(['evaluate', 'tiny-1', '--thorough'], {
      handlers: { 'runs.list': () => [aRun()], 'runs.evaluate': (params) => ((asked = params), evaluation) },
    });
    expect(asked).toMatchObject({ split: 'test', thorough: true });
  });

  it('measures the checkpoint that is named', async () => {
    let asked: unknown;
    await tessera(['evaluate', 'tiny-1', '--checkpoint', 'best', '--json'], {
      handlers: { 'runs.list': () => [aRun()], 'runs.evaluate': (params) => ((asked = params), evaluation) },
    });
    expect(asked).toMatchObject({ checkpoint: 'best' });
  });

  it('says of a model without codes what there is: no perplexity, and its own measures', async () => {
    const vector = {
      ...result,
      perplexity: null,
      usage: null,
      deadCodes: null,
      measures: { elbo: -91.25, kl: 20 },
    };
    const script = { handlers: { 'runs.list': () => [aRun()], 'runs.evaluate': () => evaluationSchema.parse(vector) } };
    const text = (await tessera(['evaluate', 'tiny-1'], script)).out[0];
    expect(text).toBe('tiny-1 at step 9, 10 train items: nmse 0.1, psnr 20 dB, elbo -91.25, kl 20.');
    expect((await tessera(['evaluate', 'tiny-1', '--json'], script)).json()).toEqual([{ run: 'tiny-1', ...vector }]);
  });

  it('names the nearest run when there is none of that name', async () => {
    const ran = await tessera(['evaluate', 'tny-1'], { handlers: { 'runs.list': () => [aRun()] } });
    expect(ran.code).toBe(1);
    expect(ran.err).toEqual(['error: There is no run "tny-1".', 'Did you mean "tiny-1"?']);
  });

  it('wants an id where two runs have the name', async () => {
    const ran = await tessera(['evaluate', 'Tiny 1'], {
      handlers: { 'runs.list': () => [aRun(), aRun({ id: 'tiny-2' })] },
    });
    expect(ran.code).toBe(2);
    expect(ran.err[1]).toContain('tiny-1, tiny-2');
  });
});

describe('doctor', () => {
  const report = {
    ok: false,
    versions: { tessera: '1', node: '20', platform: 'linux-x64' },
    backend: { kind: 'portable', why: 'not-set-up' } as const,
    engine: null,
    cards: [],
    memory: { total: 8e9, free: 4e9 },
    cache: { path: '/cache', bytes: 0 },
    perceptualTrunk: false,
    problems: [{ code: 'ENGINE_NOT_SET_UP', message: 'TensorFlow is not installed.', hint: 'Run: tessera setup' }],
  };

  it('fails while something is wrong and says what to do', async () => {
    const ran = await tessera(['doctor'], { handlers: { 'engine.doctor': () => report } });
    expect(ran.code).toBe(1);
    expect(ran.out.join('\n')).toContain('Run: tessera setup');
  });

  it('prints the whole report for programs', async () => {
    const ran = await tessera(['doctor', '--json'], {
      handlers: { 'engine.doctor': () => ({ ...report, ok: true, problems: [] }) },
    });
    expect(ran.code).toBe(0);
    expect(ran.json()).toEqual([{ ...report, ok: true, problems: [] }]);
  });
});

describe('setup and bench', () => {
  it('setup hands over the engine’s lines and exit code', async () => {
    let asked: string[] = [];
    const ran = await tessera(['setup', '--json'], {
      engine: (args, onLine) => {
        asked = args;
        onLine('{"done":true}');
        return Promise.resolve(1);
      },
    });
    expect(asked).toEqual(['setup', '--json']);
    expect(ran.out).toEqual(['{"done":true}']);
    expect(ran.code).toBe(1);
    expect(ran.opened).toEqual([]);
  });

  it('bench prints each figure: as JSON lines, or as a table', async () => {
    const engine = (_args: string[], onLine: (line: string) => void) => {
      onLine('{"bench":"step","value":90,"unit":"ms","baseline":"eager","ratio":1.83,"spread":0.02}');
      return Promise.resolve(0);
    };
    expect((await tessera(['bench', '--json'], { engine })).json()).toEqual([
      { bench: 'step', value: 90, unit: 'ms', baseline: 'eager', ratio: 1.83, spread: 0.02 },
    ]);
    expect((await tessera(['bench'], { engine })).out.join('\n')).toMatch(/step +90 ms +1.83 × eager/);
  });

  it.each([
    [['--python', 'venv/bin/python'], undefined, ['--python', path.resolve('/home/venv/bin/python')]],
    [['--python', 'python3.12'], '/ignored/python', ['--python', 'python3.12']],
    [[], '/opt/python', ['--python', path.resolve('/opt/python')]],
    [[], undefined, []],
  ])(
    'bench %j compares with the Python of the flag, else of TESSERA_PYTHON (%s)',
    async (flags, variable, expected) => {
      vi.stubEnv('TESSERA_PYTHON', variable);
      let asked: string[] = [];
      const engine = (args: string[]) => ((asked = args), Promise.resolve(0));
      await tessera(['bench', ...flags, 'step'], { engine, outside: { directory: '/home' } });
      vi.unstubAllEnvs();
      expect(asked).toEqual(['bench', '--json', ...expected, 'step']);
    },
  );
});

describe('serve', () => {
  it('prints the address, opens it if asked, serves it, and ends in peace when interrupted', async () => {
    await writeFile(path.join(folder, 'index.html'), '<title>Tessera</title>');
    const interrupt = new AbortController();
    let opened = '';
    let title = '';
    const ran = await tessera(['serve', '--port', '0', '--open', '--json'], {
      interrupted: interrupt.signal,
      outside: {
        pageDirectory: folder,
        openBrowser: (address) => {
          opened = address;
          const token = new URL(address).searchParams.get('token')!;
          void fetch(new URL('/', address), { headers: { Authorization: `Bearer ${token}` } })
            .then((answer) => answer.text())
            .then((text) => (title = text))
            .finally(() => interrupt.abort());
        },
      },
    });
    expect(ran.code).toBe(0);
    expect(ran.json()).toEqual([{ address: opened, workspace: '/home/person/tessera' }]);
    expect(title).toContain('Tessera');
    expect(ran.closed).toBe(1);
    await expect(fetch(opened)).rejects.toThrow();
  });

  it('says what works without TensorFlow, and how to get the rest', () => {
    expect(withoutTensorflow({ kind: 'native', why: 'set-up' })).toEqual([]);
    expect(withoutTensorflow({ kind: 'portable', why: 'not-set-up' }).join('\n')).toMatch(
      /not set up[\s\S]*Nothing can be trained[\s\S]*tessera setup/,
    );
    expect(withoutTensorflow({ kind: 'portable', why: 'asked' }).join('\n')).toMatch(/Unset TESSERA_ENGINE/);
  });
});
