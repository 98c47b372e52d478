import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type AutoencoderKind, fromPreset, presets } from '../../../shared/specs';
import { aRun, tessera } from '../../support/cli';

describe('sample', () => {
  const files = ['/out/sample-001.png'];
  const specOf = (kind: AutoencoderKind) =>
    fromPreset(
      presets.find(({ model }) => model === kind)!,
      'flowers',
    );
  const sampled = (args: string[], run = aRun({ spec: specOf('vae') })) => {
    let asked: Record<string, unknown> | null = null;
    return tessera(['sample', 'tiny-1', '--out', 'drawn', ...args], {
      outside: { directory: '/home/person' },
      handlers: { 'runs.list': () => [run] },
      local: { 'local.sample': (given) => ((asked = given), { files }) },
    }).then((ran) => ({ ran, asked }));
  };

  it('draws from a mixture of ten with a seed of its own, unless told otherwise', async () => {
    const { ran, asked } = await sampled(['--json']);
    const directory = path.resolve('/home/person', 'drawn');
    const draw = { from: 'mixture', components: 10, seed: 1, count: 16 };
    expect(asked).toEqual({ run: 'tiny-1', checkpoint: 'latest', ...draw, directory });
    expect(ran.json()).toEqual([{ files }]);
    const more = ['--from', 'prior', '--components', '3', '--seed', '7', '--count', '200', '--checkpoint', 'best'];
    const other = { from: 'prior', components: 3, seed: 7, count: 200 };
    expect((await sampled(more)).asked).toEqual({ run: 'tiny-1', checkpoint: 'best', ...other, directory });
  });

  it('says that nothing holds the latents of an autoencoder to N(0, I)', async () => {
    const wordsOf = async (kind: AutoencoderKind): Promise<string> =>
      (await sampled(['--from', 'prior'], aRun({ spec: specOf(kind) }))).ran.out.join('\n');
    expect(await wordsOf('ae')).toContain('N(0, I)');
    expect(await wordsOf('vae')).toBe(files[0]);
  });

  it.each([
    ['--count', '0'],
    ['--seed', '-1'],
    ['--components', '65'],
    ['--components', '2.5'],
    ['--from', 'thin-air'],
  ])('refuses %s %s before anything is opened', async (...args) => {
    const { ran, asked } = await sampled(args);
    expect(ran.code).toBe(2);
    expect(ran.opened).toEqual([]);
    expect(asked).toBeNull();
  });

  describe('of a prior', () => {
    const codes = { run: 'tiny-0', step: 500 };
    const gpt = presets.find(({ model }) => model === 'gpt')!;
    const spec = fromPreset(gpt, 'flowers', codes);
    const prior = aRun({
      spec: { ...spec, model: { ...spec.model, condition: 'class' } as typeof spec.model },
      classes: ['daisy', 'rose'],
    });
    const drawn = (args: string[], run = prior) => {
      let asked: Record<string, unknown> | null = null;
      return tessera(['sample', 'tiny-1', '--out', 'drawn', ...args], {
        outside: { directory: '/home/person' },
        handlers: { 'runs.list': () => [run] },
        local: { 'local.samplePrior': (given) => ((asked = given), { files }) },
      }).then((ran) => ({ ran, asked }));
    };

    it('asks for a class, and draws as it is told', async () => {
      const { ran, asked } = await drawn([
        '--class',
        'rose',
        '--top-k',
        '50',
        '--temperature',
        '0.9',
        '--count',
        '2000',
      ]);
      expect(ran.code).toBe(0);
      expect(asked).toMatchObject({
        label: 1,
        topK: 50,
        temperature: 0.9,
        count: 2000,
        seed: 1,
        topP: 1,
        guidance: 1,
      });
    });

    it.each([
      [['--class', 'tulip'], 'There are: daisy, rose'],
      [['--from', 'prior'], '--from says nothing here'],
      [['--top-p', '2'], '--top-p'],
    ])('refuses %j, saying why', async (args, why) => {
      const { ran, asked } = await drawn(args);
      expect(ran.code).toBe(2);
      expect([...ran.out, ...ran.err].join('\n')).toContain(why);
      expect(asked).toBeNull();
    });

    it('is drawn from by seed and temperature alone where it is over vectors', async () => {
      const mixture = presets.find(({ model }) => model === 'mixture')!;
      const overVectors = aRun({ spec: fromPreset(mixture, 'flowers', codes) });
      const { asked } = await drawn(['--temperature', '0.7', '--seed', '4'], overVectors);
      expect(asked).toMatchObject({ temperature: 0.7, seed: 4, label: null });
      for (const flag of [
        ['--class', 'rose'],
        ['--top-k', '5'],
        ['--rounds', '8'],
      ]) {
        const { ran } = await drawn(flag, overVectors);
        expect([...ran.out, ...ran.err].join('\n')).toContain('is a prior over vectors');
      }
    });

    it('has settings that a model with a vector refuses', async () => {
      const { ran } = await sampled(['--top-k', '5']);
      expect(ran.code).toBe(2);
    });
  });
});
