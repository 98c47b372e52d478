import { afterAll, expect, it, vi } from 'vitest';
import { dVaeSchema } from '../../shared/specs';
import { createAutoencoder, only } from '../../main/engine/autoencoders';
import { constant, createProgram, gradients } from '../../main/engine/tensorflow/graph';
import * as ops from '../../main/engine/tensorflow/ops';
import { golden, relativeError } from './golden';
import { fromPixels } from '../support/pixels';

const file = golden('torch-dvae.npz');
// Draws are what can't be had from another library: both sides are given the same.
vi.mock('../../main/engine/tensorflow/ops/random', async (original) => ({
  ...(await original<object>()),
  gumbel: (shape: number[]) => {
    expect(shape).toEqual(file.shape('noise'));
    return constant([...file.floats('noise')], shape, 'float32');
  },
}));

const program = createProgram();
afterAll(() => program.dispose());

it('a dVAE has the codes, hard reconstruction, loss and gradients that PyTorch finds', () => {
  const c = JSON.parse(file.text('configuration')) as Record<string, number>;
  const { height = 0, width = 0 } = c;
  const spec = dVaeSchema.parse({ ...c, kind: 'dvae', temperature: c.tau, kl: c.beta });
  const model = createAutoencoder(program, spec, {
    signal: { kind: 'picture', height, width, channels: 3 },
    dataVariance: 0.1,
    seed: 1,
  });
  const weights = file.names.filter((one) => one.startsWith('weight/')).map((one) => one.slice(7));
  expect([...weights].sort()).toEqual(model.weights.map(({ name }) => name).sort());
  for (const { name, shape } of model.weights) expect(shape, name).toEqual(file.shape(`weight/${name}`));
  program.load(Object.fromEntries(weights.map((one) => [one, file.floats(`weight/${one}`)])));

  const variables = program.trainable;
  const [batch = 0] = file.shape('pixels');
  const feeds = { pixels: { shape: [batch, height, width, 3], dtype: 'uint8' } } as const;
  const look = program.define('look', { feeds }, ({ pixels }) => {
    const images = fromPixels(pixels);
    const { value, grads } = gradients(() => {
      const { total, terms } = model.loss(images, ops.scalar(1, 'int32'));
      return { loss: total, cost: terms.reconstruction! };
    }, variables);
    const codes = model.encode(images);
    return {
      ...value,
      codes: only(codes),
      hard: ops.add(model.decode(codes), 0.5),
      ...model.measure!(images, ops.scalar(0, 'int32')),
      ...Object.fromEntries(grads.map((gradient, index) => [`gradient-${index}`, gradient])),
    };
  });
  const found = look.run({ pixels: file.bytes('pixels') }) as Record<string, { data: Float32Array }>;
  expect([...found.codes!.data]).toEqual([...file.integers('codes')]);
  expect(new Set(found.codes!.data).size).toBeGreaterThan(4);
  for (const name of ['hard', 'cost', 'kl', 'loss'])
    expect(relativeError(found[name]!.data, file.floats(name)), name).toBeLessThan(1e-5);
  variables.forEach(({ name }, index) => {
    expect(relativeError(found[`gradient-${index}`]!.data, file.floats(`gradient/${name}`)), name).toBeLessThan(1e-4);
  });
});
