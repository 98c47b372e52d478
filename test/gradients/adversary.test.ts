import { describe, expect, it } from 'vitest';
import { vqganSchema } from '../../shared/specs';
import { createAutoencoder } from '../../main/engine/autoencoders';
import { stepScalars } from '../../main/engine/nn';
import { createProgram, frozen, gradients } from '../../main/engine/tensorflow/graph';
import { tf } from '../../main/engine/tensorflow/native/load';
import * as ops from '../../main/engine/tensorflow/ops';
import { numbers } from './check';

describe('a frozen variable', () => {
  it('is a constant to gradients within, and itself again outside', () => {
    const program = createProgram();
    const [a, b] = ['a', 'b'].map((name, salt) => program.variable(name, tf.tensor1d(numbers(3, [-1, 1], salt))));
    const product = () => ops.mul(a!.read(), b!.read());
    const run = program.define('f', { feeds: {} }, () => {
      const { grads } = gradients(() => {
        const within = frozen([a!], () => ops.sum(ops.square(product())));
        return { loss: ops.add(within, ops.sum(product())) };
      }, [a!, b!]);
      return { a: grads[0]!, b: grads[1]! };
    });
    const [x, y] = [numbers(3, [-1, 1], 0), numbers(3, [-1, 1], 1)];
    for (const found of [run.run({}), run.runEagerly({})]) {
      found.a.data.forEach((value, at) => expect(value).toBeCloseTo(y[at]!, 6));
      found.b.data.forEach((value, at) => expect(value).toBeCloseTo(2 * x[at]! ** 2 * y[at]! + x[at]!, 5));
    }
    program.dispose();
  });
});

const STEP = 1e-3;

/** A direction of length 1. */
function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}

describe.each(['hinge', 'non-saturating'] as const)('the whole loss of a VQGAN with the %s loss', (loss) => {
  it('has the gradients of the autoencoder’s terms for the decoder, and of the discriminator’s for the discriminator', () => {
    const program = createProgram({ seed: 5 });
    const spec = vqganSchema.parse({
      kind: 'vqgan',
      channels: 4,
      multiples: [1, 2],
      blocks: 1,
      attention: 8,
      groups: 2,
      latentChannels: 4,
      reconstruction: 'l2',
      quantizer: { kind: 'vector', codes: 8, dimension: 4, update: 'gradient' },
      perceptual: { weight: 0 },
      adversarial: { start: 0, adaptive: false, weight: 0.5, loss, norm: 'group', layers: 1, channels: 4 },
    });
    const signal = { kind: 'picture', height: 10, width: 12, channels: 3 } as const;
    const model = createAutoencoder(program, spec, { signal, dataVariance: 0.1, seed: 5 });
    model.beginTraining?.();
    const variables = program.trainable.filter(({ name }) => /^(decoder|post-vq|discriminator)\//.test(name));
    // Drawn so small that a following norm magnifies a small change into a large one.
    const kernels = Object.entries(program.read()).filter(([name]) => /^discriminator\/.*kernel$/.test(name));
    program.load(Object.fromEntries(kernels.map(([name, { data }]) => [name, Float32Array.from(data, (w) => 20 * w)])));
    const scalars = stepScalars(program);
    const pictures = tf.tensor(numbers(2 * 10 * 12 * 3, [-0.5, 0.5], 3), [2, 10, 12, 3]);
    const images = program.variable('images', pictures, { trainable: false });
    const look = program.define('look', { feeds: { scalars: scalars.feed } }, (fed) =>
      scalars.within(fed.scalars, () => {
        const { value, grads } = gradients(() => {
          const { total, metrics } = model.loss(images.read(), ops.scalar(1, 'int32'));
          return { loss: total, discriminator: metrics.discriminator! };
        }, variables);
        return { ...value, ...Object.fromEntries(grads.map((gradient, at) => [`d${at}`, gradient])) };
      }),
    );
    const feeds = { scalars: scalars.valuesAt(1, 10) };
    const found = look.run(feeds) as Record<string, { data: Float32Array }>;
    // Along the gradient, where most shows, plus something irregular, so that no part of it can be left out.
    variables.forEach(({ name }, index) => {
      const start = program.read([name])[name]!.data as Float32Array;
      const gradient = found[`d${index}`]!.data;
      const [alongIt, irregular] = [unit(gradient), unit(numbers(start.length, [-1, 1], index))];
      const direction = alongIt.map((value, at) => value + irregular[at]!);
      const objectiveAt = (moved: number) => {
        program.load({ [name]: start.map((value, at) => value + moved * direction[at]!) });
        const { loss: total, discriminator } = look.run(feeds, ['loss', 'discriminator']);
        const judge = discriminator!.data[0]!;
        return name.startsWith('discriminator/') ? judge : total!.data[0]! - judge;
      };
      const numeric = (objectiveAt(STEP) - objectiveAt(-STEP)) / (2 * STEP);
      program.load({ [name]: start });
      const analytic = gradient.reduce((sum, value, at) => sum + value * direction[at]!, 0);
      expect(Math.abs(analytic - numeric), `${name}: ${analytic} for ${numeric}`).toBeLessThan(
        2e-3 + 0.03 * Math.abs(numeric),
      );
    });
    program.dispose();
  });
});
