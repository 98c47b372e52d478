import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { assign, createProgram } from '../../../../../main/engine/tensorflow/graph';
import { conv2dLayer, residualStack } from '../../../../../main/engine/nn';
import { type Tensor, tf } from '../../../../../main/engine/tensorflow/native/load';
import { expectClose, numbers } from '../../../../gradients/check';
import * as ops from '../../../../../main/engine/tensorflow/ops';

const folder = mkdtempSync(path.join(os.tmpdir(), 'tessera-saved-'));
afterEach(() => readdirSync(folder).forEach((name) => rmSync(path.join(folder, name), { recursive: true })));
afterAll(() => rmSync(folder, { recursive: true }));

function model() {
  const program = createProgram({ seed: 3 });
  const conv = conv2dLayer(program, 'conv', { inChannels: 3, filters: 8, kernel: 3, stride: 2 });
  const stack = residualStack(program, 'stack', { channels: 8, hidden: 4, blocks: 2 });
  const codebook = program.variable('codebook', {
    shape: [5, 8],
    initialiser: (shape, _dtype, [a, b]) => ops.random.normal(shape, ops.seedOf(a, b, 0)),
  });
  program.define('encode', { feeds: { images: { shape: [2, 8, 8, 3], dtype: 'float32' } } }, ({ images }) => {
    const latent = stack(conv(images!));
    const distances = ops.sub(
      ops.sum(ops.square(codebook.read()), 1),
      ops.mul(ops.matMul(ops.reshape(latent, [-1, 8]), codebook.read(), { transposeB: true }), 2),
    );
    return { codes: ops.reshape(ops.argMin(distances), [2, 4, 4]), latent };
  });
  program.define('lookUp', { feeds: { codes: { shape: [3], dtype: 'int32' } } }, ({ codes }) => ({
    rows: ops.gather(codebook.read(), codes!),
  }));
  program.define('train', { feeds: {} }, () => {
    assign(codebook, ops.mul(codebook.read(), 2));
    return { sum: ops.sum(codebook.read()) };
  });
  return program;
}

describe('a SavedModel', () => {
  it('gives the same values as the program, with the weights it had when it was written', async () => {
    const program = model();
    program.run('train', {});
    const directory = path.join(folder, 'export');
    program.writeSavedModel(directory, { serving_default: 'encode', lookUp: 'lookUp' });
    const images = numbers(384);
    const expected = program.run('encode', { images });
    const rows = program.run('lookUp', { codes: [0, 4, 2] });
    program.run('train', {});

    const encode = await open(directory, 'serving_default');
    const encoded = encode.predict({ images: tf.tensor4d(images, [2, 8, 8, 3]) });
    expect(encoded.codes!.dataSync()).toEqual(expected.codes!.data);
    expectClose(encoded.latent!.dataSync(), expected.latent!.data, 1e-5, 'latent');
    const lookUp = await open(directory, 'lookUp');
    expect(lookUp.predict({ codes: tf.tensor1d([0, 4, 2], 'int32') }).rows!.dataSync()).toEqual(rows.rows!.data);
    for (const saved of [encode, lookUp]) saved.dispose();
    program.dispose();
  });

  it('is refused for a function that changes variables, and never overwrites', () => {
    const program = model();
    const directory = path.join(folder, 'export');
    expect(() => program.writeSavedModel(directory, ['train'])).toThrow(/changes variables/);
    expect(existsSync(directory)).toBe(false);
    program.writeSavedModel(directory, ['lookUp']);
    expect(() => program.writeSavedModel(directory, ['lookUp'])).toThrow(/exists already/);
    expect(readdirSync(folder)).toEqual(['export']);
    program.dispose();
  });
});

/** tfjs-node's own loader stands for "another program"; stock Python reads the same file. */
function open(directory: string, signature: string): Promise<SavedModel> {
  const { node } = tf as unknown as {
    node: { loadSavedModel(path: string, tags: string[], signature: string): Promise<SavedModel> };
  };
  return node.loadSavedModel(directory, ['serve'], signature);
}

interface SavedModel {
  predict(inputs: Record<string, Tensor>): Record<string, Tensor>;
  dispose(): void;
}
