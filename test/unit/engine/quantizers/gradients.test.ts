import { afterEach, describe, expect, it } from 'vitest';
import { quantizerSchema } from '../../../../shared/specs';
import { createQuantizer } from '../../../../main/engine/quantizers';
import { type Program, createProgram, gradients } from '../../../../main/engine/tensorflow/graph';
import * as ops from '../../../../main/engine/tensorflow/ops';
import { draws } from '../training/fixture';

const programs: Program[] = [];
afterEach(() => programs.splice(0).forEach((program) => program.dispose()));

const [N, SIDE, D, K] = [2, 3, 4, 8];
const PLACES = N * SIDE * SIDE;
const shape = [N, SIDE, SIDE, D];

function noise(seed: number, length: number): Float32Array {
  const draw = draws(seed);
  return Float32Array.from({ length }, () => 2 * draw() - 1);
}

/** What comes back to the encoder of what is sent to the quantizer's output, without the quantizer's own terms. */
function sendBack(input: object) {
  const program = createProgram({ seed: 2 });
  programs.push(program);
  const quantizer = createQuantizer(program, 'q', quantizerSchema.parse({ codes: K, dimension: D, ...input }), 1);
  const x = program.variable('x', { shape });
  const look = program.define('look', { feeds: { upstream: { shape, dtype: 'float32' } } }, ({ upstream }) => {
    const { value, grads } = gradients(() => {
      const { quantized } = quantizer.quantize(x.read(), ops.scalar(1, 'int32'));
      return { loss: ops.sum(ops.mul(quantized, upstream)), quantized };
    }, [x]);
    return { quantized: value.quantized, back: grads[0]! };
  });
  const latents = noise(5, PLACES * D);
  const upstream = noise(6, PLACES * D);
  program.load({ x: latents });
  const { quantized, back } = look.run({ upstream });
  return { latents, upstream, quantized: quantized.data, back: back.data };
}

/** The length of each place's vector. */
const lengths = (values: ArrayLike<number>) =>
  Array.from({ length: PLACES }, (_, place) =>
    Math.hypot(...Array.from({ length: D }, (__, at) => values[place * D + at] ?? NaN)),
  );

describe('the gradient to the encoder', () => {
  it.each(['ema', 'gradient', 'frozen'])('is the output’s, number for number, straight through (%s)', (update) => {
    const { upstream, back } = sendBack({ kind: 'vector', update });
    expect(back).toEqual(upstream);
  });

  it('is the output’s of SimVQ, too', () => {
    const { upstream, back } = sendBack({ kind: 'simvq' });
    expect(back).toEqual(upstream);
  });

  it.each(['vector', 'simvq'])('has, with the rotation trick (%s), the output’s length times |q| / |z|', (kind) => {
    const { latents, upstream, quantized, back } = sendBack({ kind, rotation: true });
    const [z, q, sent, found] = [latents, quantized, upstream, back].map(lengths);
    found!.forEach((length, place) => {
      const expected = (sent![place]! * q![place]!) / z![place]!;
      expect(Math.abs(length / expected - 1)).toBeLessThan(1e-4);
    });
    expect(back).not.toEqual(upstream);
  });

  it('of unit codes is at right angles to the latent: its length has no effect', () => {
    const { latents, back, quantized } = sendBack({ kind: 'cosine' });
    for (const length of lengths(quantized)) expect(length).toBeCloseTo(1, 5);
    const [z, found] = [lengths(latents), lengths(back)];
    for (let place = 0; place < PLACES; place++) {
      let product = 0;
      for (let at = place * D; at < (place + 1) * D; at++) product += latents[at]! * back[at]!;
      expect(Math.abs(product / (z[place]! * found[place]!))).toBeLessThan(1e-5);
    }
  });
});
