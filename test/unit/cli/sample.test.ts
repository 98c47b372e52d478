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
    let asked: unknown[] = [];
    return tessera(['sample', 'tiny-1', '--out', 'drawn', ...args], {
      outside: { directory: '/home/person' },
      handlers: { 'runs.list': () => [run] },
      latents: { sample: (...given) => ((asked = given), Promise.resolve({ files })) },
    }).then((ran) => ({ ran, asked }));
  };

  it('draws from a mixture of ten with a seed of its own, unless told otherwise', async () => {
    const { ran, asked } = await sampled(['--json']);
    expect(asked.slice(0, 3)).toEqual([
      { run: 'tiny-1', checkpoint: 'latest' },
      { from: 'mixture', components: 10, seed: 1, count: 16 },
      path.resolve('/home/person', 'drawn'),
    ]);
    expect(ran.json()).toEqual([{ files }]);
    const more = ['--from', 'prior', '--components', '3', '--seed', '7', '--count', '200', '--checkpoint', 'best'];
    expect((await sampled(more)).asked.slice(0, 2)).toEqual([
      { run: 'tiny-1', checkpoint: 'best' },
      { from: 'prior', components: 3, seed: 7, count: 200 },
    ]);
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
    expect(asked).toEqual([]);
  });
});
