import { afterAll, describe, expect, it } from 'vitest';
import {
  type GridNetwork,
  type GridOptions,
  gatedPixelcnn,
  levels,
  pixelcnn,
  pixelsnail,
} from '../../main/engine/priors';
import { type Program, createProgram, gradients } from '../../main/engine/tensorflow/graph';
import * as ops from '../../main/engine/tensorflow/ops';
import { golden, relativeError } from './golden';

const file = golden('torch-grid-priors.npz');
const c = JSON.parse(file.text('configuration')) as Record<
  | 'height'
  | 'width'
  | 'codes'
  | 'batch'
  | 'classes'
  | 'channels'
  | 'head'
  | 'blocks'
  | 'layers'
  | 'kernel'
  | 'first_kernel'
  | 'residuals'
  | 'residual_channels'
  | 'heads'
  | 'above'
  | 'above_blocks'
  | 'top_height'
  | 'top_width'
  | 'top_codes',
  number
>;

const shape = { channels: c.channels, kernel: c.kernel, firstKernel: c.first_kernel };
const networks: Record<string, (program: Program) => (name: string, options: GridOptions) => GridNetwork> = {
  pixelcnn: (program) => (name, options) =>
    pixelcnn(program, name, { ...options, ...shape, blocks: c.blocks, head: c.head }),
  'gated-pixelcnn': (program) => (name, options) =>
    gatedPixelcnn(program, name, { ...options, ...shape, layers: c.layers, head: c.head }),
  pixelsnail: (program) => (name, options) =>
    pixelsnail(program, name, {
      ...options,
      ...shape,
      blocks: c.blocks,
      residuals: c.residuals,
      residualChannels: c.residual_channels,
      heads: c.heads,
    }),
};

const programs: Program[] = [];
afterAll(() => programs.forEach((program) => program.dispose()));

describe.each(Object.keys(networks))('the lower level of a %s, against PyTorch', (kind) => {
  it('has the same −log p and gradients', () => {
    const program = createProgram();
    programs.push(program);
    const top = { axes: [c.top_height, c.top_width], depth: 1, codes: c.top_codes, dimension: 1 };
    const bottom = { axes: [c.height, c.width], depth: 1, codes: c.codes, dimension: 1 };
    const model = levels(
      program,
      'prior',
      {
        latent: { kind: 'codes', levels: [top, bottom] },
        classes: c.classes,
        above: c.above,
        aboveBlocks: c.above_blocks,
      },
      networks[kind]!(program),
    );
    const sizes = Object.entries(JSON.parse(file.text(`${kind}/names`)) as Record<string, number>);
    const variables = program.trainable.filter(({ name }) => name.startsWith('prior/level1/'));
    expect(sizes.map(([name]) => name).sort()).toEqual(variables.map(({ name }) => name).sort());
    const starts = new Map<string, [number, number]>();
    let start = 0;
    for (const [name, size] of sizes) starts.set(name, [start, (start += size)]);
    const weights = file.floats(`${kind}/weights`);
    program.load(Object.fromEntries([...starts].map(([name, [from, to]]) => [name, weights.slice(from, to)])));

    const above = c.top_height * c.top_width;
    const length = above + c.height * c.width;
    const feeds = {
      codes: { shape: [c.batch, length], dtype: 'int32' },
      given: { shape: [c.batch], dtype: 'int32' },
    } as const;
    const look = program.define('look', { feeds }, ({ codes, given }) => {
      const first = ops.where(ops.less(ops.range(0, length), above), 0, ops.scalar(c.top_codes, 'int32'));
      const tokens = ops.add(codes, first);
      const { value, grads } = gradients(() => {
        const nats = ops.sparseSoftmaxCrossEntropy(model.logits(tokens, given), tokens);
        return { loss: ops.mean(ops.slice(nats, [0, above], [-1, -1])) };
      }, variables);
      return { ...value, ...Object.fromEntries(grads.map((gradient, index) => [`gradient-${index}`, gradient])) };
    });
    const codes = file.integers('codes');
    const given = file.integers('given');
    const found = look.run({ codes, given }) as Record<string, { data: Float32Array }>;
    expect(relativeError(found.loss!.data, file.floats(`${kind}/loss`))).toBeLessThan(1e-5);
    const expected = file.floats(`${kind}/gradients`);
    variables.forEach(({ name }, index) => {
      const [from, to] = starts.get(name)!;
      expect(relativeError(found[`gradient-${index}`]!.data, expected.subarray(from, to)), name).toBeLessThan(2e-4);
    });
  });
});
