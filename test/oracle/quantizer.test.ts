import { afterAll, describe, expect, it } from 'vitest';
import { vectorQuantizerSchema } from '../../shared/specs';
import { type Quantizer, createQuantizer } from '../../main/engine/quantizers';
import { type Program, assign, createProgram, gradients, item } from '../../main/engine/tensorflow/graph';
import * as ops from '../../main/engine/tensorflow/ops';
import { golden, relativeError } from './golden';

const sonnet = golden('sonnet-quantizer.npz');
const torch = golden('torch-quantizer.npz');
const [STEPS = 0, N = 0, H = 0, W = 0, D = 0] = sonnet.shape('batches');
const [K = 0] = sonnet.shape('codebook');
const batch = (step: number) => sonnet.floats('batches').slice((step - 1) * N * H * W * D, step * N * H * W * D);

const programs: Program[] = [];
afterAll(() => programs.forEach((program) => program.dispose()));

/** A quantizer alone, as a step: the gradient of its loss plus what is sent back from above, and its updates. */
function quantizerStep(update: 'ema' | 'gradient') {
  const program = createProgram();
  programs.push(program);
  const spec = vectorQuantizerSchema.parse({
    codes: K,
    dimension: D,
    update,
    commitment: 0.25,
    decay: 0.99,
    epsilon: 1e-5,
  });
  const quantizer: Quantizer = createQuantizer(program, 'quantizer', spec, 1);
  const x = program.variable('x', { shape: [N, H, W, D] });
  const feeds = { upstream: { shape: [N, H, W, D], dtype: 'float32' }, step: { shape: [], dtype: 'int32' } } as const;
  const run = program.define('step', { feeds }, ({ upstream, step }) => {
    const { value, grads } = gradients(() => {
      const { quantized, indices, terms, perplexity, updates } = quantizer.quantize(x.read(), step);
      for (const one of updates) if (one.kind === 'assign') assign(one.variable, one.value);
      const own = Object.values(terms).reduce((sum, term) => ops.add(sum, term));
      return { loss: ops.add(own, ops.sum(ops.mul(quantized, upstream))), own, quantized, indices, perplexity };
    }, [x, ...program.trainable.filter((variable) => variable !== x)]);
    const [inputGradient, codebookGradient] = grads;
    return { ...value, inputGradient: inputGradient!, codebookGradient: codebookGradient ?? ops.scalar(0) };
  });
  program.load({ 'quantizer/codebook': sonnet.floats('codebook') });
  return {
    program,
    run: (step: number) => {
      program.load({ x: batch(step) });
      return run.run({ upstream: sonnet.floats('upstream'), step });
    },
  };
}

describe('vector quantization against dm-sonnet 2.0.2', () => {
  it('with an EMA codebook: codes, loss, perplexity and the whole state over ten steps', () => {
    const { program, run } = quantizerStep('ema');
    const perStep = N * H * W;
    for (let step = 1; step <= STEPS; step++) {
      const found = run(step);
      expect([...found.indices.data], `codes at step ${step}`).toEqual([
        ...sonnet.integers('ema/indices').slice((step - 1) * perStep, step * perStep),
      ]);
      expect(item(found.own)).toBeCloseTo(sonnet.floats('ema/loss')[step - 1]!, 5);
      expect(item(found.perplexity)).toBeCloseTo(sonnet.floats('ema/perplexity')[step - 1]!, 5);
      if (step === 1) {
        expect(relativeError(found.inputGradient.data, sonnet.floats('ema/inputGradient'))).toBeLessThan(1e-6);
        expect(relativeError(found.quantized.data, sonnet.floats('ema/quantized'))).toBeLessThan(1e-6);
      }
      if (![1, 2, 10].includes(step)) continue;
      const state = program.read();
      expect(relativeError(state['quantizer/codebook']!.data, sonnet.floats(`ema/codebook${step}`))).toBeLessThan(1e-5);
      expect(relativeError(state['quantizer/ema/counts']!.data, sonnet.floats(`ema/counts${step}`))).toBeLessThan(1e-5);
      expect(relativeError(state['quantizer/ema/sums']!.data, sonnet.floats(`ema/sums${step}`))).toBeLessThan(1e-5);
      expect([...state['quantizer/ema/steps']!.data]).toEqual([step]);
    }
  });

  it('with a codebook learnt by gradient: loss, and the gradients of input and codebook', () => {
    const found = quantizerStep('gradient').run(1);
    expect(item(found.own)).toBeCloseTo(Number(sonnet.floats('gradient/loss')[0]), 5);
    expect(item(found.perplexity)).toBeCloseTo(Number(sonnet.floats('gradient/perplexity')[0]), 5);
    expect(relativeError(found.inputGradient.data, sonnet.floats('gradient/inputGradient'))).toBeLessThan(1e-5);
    expect(relativeError(found.codebookGradient.data, sonnet.floats('gradient/codebookGradient'))).toBeLessThan(1e-5);
  });
});

describe('vector quantization against vector-quantize-pytorch 1.32.0', () => {
  it('finds the same codes, vectors, commitment loss and straight-through gradient', () => {
    const found = quantizerStep('ema').run(1);
    expect([...found.indices.data]).toEqual([...torch.integers('indices')]);
    expect(relativeError(found.quantized.data, torch.floats('quantized'))).toBeLessThan(1e-5);
    expect(item(found.own)).toBeCloseTo(torch.floats('commitment')[0]!, 5);
    expect(relativeError(found.inputGradient.data, torch.floats('inputGradient'))).toBeLessThan(1e-5);
  });

  it('finds the same codebook gradient', () => {
    const found = quantizerStep('gradient').run(1);
    expect(item(found.own)).toBeCloseTo(torch.floats('codebookLoss')[0]! * 1.25, 5);
    expect(relativeError(found.codebookGradient.data, torch.floats('codebookGradient'))).toBeLessThan(1e-5);
  });
});
