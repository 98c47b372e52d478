import { describe, expect, it } from 'vitest';
import { lstm, maskgit } from '../../main/engine/priors';
import { type Program, createProgram, gradients } from '../../main/engine/tensorflow/graph';
import type { Tensor } from '../../main/engine/tensorflow/native/load';
import * as ops from '../../main/engine/tensorflow/ops';
import { golden, relativeError } from './golden';

type Fed = Record<'tokens' | 'given' | 'mask', Tensor>;

/** Logits, loss and the gradients of all weights with PyTorch's weights. `at`: before the names in the file. */
function expectPyTorch(
  file: ReturnType<typeof golden>,
  at: string,
  build: (program: Program) => (fed: Fed) => { logits: Tensor; loss: Tensor },
): void {
  const program = createProgram();
  try {
    const forward = build(program);
    const weights = program.trainable;
    const key = (name: string, kind: 'w' | 'd') => name.replace(/^prior\//, `${at}${kind}/`);
    expect(weights.map(({ name }) => key(name, 'w')).sort()).toEqual(
      file.names.filter((name) => name.startsWith(`${at}w/`)).sort(),
    );
    for (const { name, shape } of weights) expect(shape, name).toEqual(file.shape(key(name, 'w')));
    program.load(Object.fromEntries(weights.map(({ name }) => [name, file.floats(key(name, 'w'))])));
    const inputs = (['tokens', 'given', 'mask'] as const).filter((name) => file.names.includes(at + name));
    const feeds = Object.fromEntries(
      inputs.map((name) => [name, { shape: file.shape(at + name), dtype: 'int32' as const }]),
    );
    const call = program.define('run', { feeds }, (fed): Record<string, Tensor> => {
      const { value, grads } = gradients(() => forward(fed as Fed), weights);
      return { ...value, ...Object.fromEntries(grads.map((gradient, index) => [`d${index}`, gradient])) };
    });
    const found = call.run(Object.fromEntries(inputs.map((name) => [name, file.integers(at + name)])));
    expect(relativeError(found.logits!.data, file.floats(`${at}logits`)), 'logits').toBeLessThan(1e-5);
    expect(relativeError(found.loss!.data, file.floats(`${at}loss`)), 'loss').toBeLessThan(1e-5);
    weights.forEach(({ name }, index) => {
      const error = relativeError(found[`d${index}`]!.data, file.floats(key(name, 'd')));
      expect(error, `gradient of ${name}`).toBeLessThan(2e-5);
    });
  } finally {
    program.dispose();
  }
}

describe('priors equal PyTorch’s, logits, loss and every gradient:', () => {
  const recurrent = golden('torch-lstm.npz');
  it.each(['lstm', 'gru'] as const)('recurrent, %s', (cell) => {
    expectPyTorch(recurrent, `${cell}/`, (program) => {
      const network = lstm(program, 'prior', { cell, vocabulary: 7, length: 6, classes: 2, layers: 2, dimension: 5 });
      return ({ tokens, given }) => {
        const logits = network.logits(tokens, given);
        return { logits, loss: ops.mean(ops.sparseSoftmaxCrossEntropy(logits, tokens)) };
      };
    });
  });

  it('MaskGIT, on masked codes with label smoothing', () => {
    expectPyTorch(golden('torch-maskgit.npz'), '', (program) => {
      const shape = { vocabulary: 9, length: 6, classes: 2, layers: 2, dimension: 8, heads: 2 };
      const network = maskgit(program, 'prior', shape);
      return ({ tokens, given, mask }) => {
        const isMasked = ops.equal(mask, 1);
        const logits = network.head(network.states(ops.where(isMasked, 9, tokens), given));
        const nats = ops.sparseSoftmaxCrossEntropy(logits, tokens, { smoothing: 0.1 });
        return { logits, loss: ops.maskedMean(nats, isMasked) };
      };
    });
  });
});
