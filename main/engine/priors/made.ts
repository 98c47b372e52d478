import type { VectorLatent } from '@shared/specs';
import { constantInit, dropoutLayer, heNormal, normalInit, zerosInit } from '../nn';
import { type Initialiser, type Program, constant } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import { type VectorPrior, lossOf } from './vector-prior';

export interface MadeOptions {
  latent: VectorLatent;
  /** Hidden layers: 2. */
  layers?: number;
  /** H: 256 */
  width?: number;
  /** K, Gaussians of each component's mixture: 10. */
  components?: number;
  /** In training: 0. */
  dropout?: number;
  /** The run's seed, for dropout. */
  seed?: number;
}

/**
 * MADE with mixtures of Gaussians (Germain et al. 2015; Uria et al. 2013; “MADE MoG” in Papamakarios et al. 2017):
 *
 *   p(z) = Π_d p(x_d | x_1 … x_{d−1}) / s_d        x = (z − m) / s,   p(x_d | …) = Σₖ αₖ N(x_d; μₖ, σₖ²)
 *
 * m and s are means and deviations of the training items' components. α, μ and log σ of all components come of one pass through a
 * network of relu layers whose matrices are masked: a hidden unit of degree g sees inputs 1 … g and units of degrees up to g, the
 * output of component d units of degrees below d. Variables are `name/mean` and `name/deviation` [D], `name/layer<i>/…`, and
 * `name/logits/…` (α), `name/means/…` (μ) and `name/log-deviations/…` (log σ), whose D · K columns stand component by component.
 */
export function made(program: Program, name: string, options: MadeOptions): VectorPrior {
  const { latent, layers = 2, width = 256, components = 10, dropout = 0, seed = 0 } = options;
  const { length } = latent;
  const fixed = (part: string, value: number) =>
    program.variable(`${name}/${part}`, { shape: [length], initialiser: constantInit(value) }, { trainable: false });
  const mean = fixed('mean', 0);
  const deviation = fixed('deviation', 1);
  const inputs = Int32Array.from({ length }, (_, at) => at + 1);
  const hidden = degreesOf(width, length - 1);
  const stack = Array.from({ length: layers }, (_, index) => {
    const before = index === 0 ? inputs : hidden;
    return {
      layer: maskedDense(program, `${name}/layer${index}`, { from: before, to: hidden, sees: ops.greaterEqual }),
      drop: dropoutLayer(`${name}/layer${index}`, { rate: dropout, seed }),
    };
  });
  const output = { from: hidden, to: inputs, copies: components, sees: ops.greater, kernel: normalInit(0.01) };
  const outputs = [
    maskedDense(program, `${name}/logits`, output),
    // the first component of the vector sees nothing: only what its Gaussians begin with tells them apart
    maskedDense(program, `${name}/means`, { ...output, bias: normalInit(1) }),
    maskedDense(program, `${name}/log-deviations`, output),
  ];

  /** For each component, the mixture it is drawn from, given those before it: three times [N, D, K]. */
  const mixtures = (x: Tensor, step?: Tensor): [logits: Tensor, means: Tensor, logDeviations: Tensor] => {
    const h = stack.reduce((state, { layer, drop }) => drop(ops.relu(layer(state)), step), x);
    const [logits, centres, logs] = outputs.map((output) => ops.reshape(output(h), [-1, length, components])) as [
      Tensor,
      Tensor,
      Tensor,
    ];
    return [logits, centres, ops.maximum(logs, NARROWEST)];
  };
  const standardised = (vectors: Tensor): Tensor => ops.div(ops.sub(vectors, mean.read()), deviation.read());

  const logDensity = (vectors: Tensor, step?: Tensor): Tensor => {
    const x = standardised(vectors);
    const [logits, centres, logs] = mixtures(x, step);
    const white = ops.mul(ops.sub(ops.expandDims(x, 2), centres), ops.exp(ops.neg(logs)));
    const each = ops.sub(ops.sub(ops.logSoftmax(logits), logs), ops.mul(ops.square(white), 0.5));
    const nats = ops.sub(ops.logSumExp(each, -1), HALF_LOG_2_PI);
    return ops.sub(ops.sum(nats, -1), ops.sum(ops.log(deviation.read())));
  };

  /** Draws the component at `position` (int32 [1]) given those before it: vectors [N, D], normal and uniform [N] → vectors. */
  const drawn = (vectors: Tensor, position: Tensor, normal: Tensor, uniform: Tensor): Tensor => {
    const at = (all: Tensor): Tensor => ops.reshape(ops.gatherAlong(all, position, 1), [-1, components]);
    const [logits, centres, logs] = mixtures(standardised(vectors)).map(at) as [Tensor, Tensor, Tensor];
    const ends = ops.slice(ops.cumsum(ops.softmax(logits), -1), [0, 0], [-1, components - 1]);
    const beyond = ops.sum(ops.cast(ops.greaterEqual(ops.expandDims(uniform, 1), ends), 'float32'), 1, true);
    const isChosen = ops.equal(ops.range(0, components), ops.cast(beyond, 'int32'));
    const chosen = (all: Tensor): Tensor => ops.sum(ops.where(isChosen, all, 0), 1);
    const x = ops.add(chosen(centres), ops.mul(ops.exp(chosen(logs)), normal));
    const value = ops.add(ops.mul(x, ops.gather(deviation.read(), position)), ops.gather(mean.read(), position));
    return ops.where(ops.equal(ops.range(0, length), position), ops.expandDims(value, 1), vectors);
  };

  const trained = program.trainable.filter((variable) => variable.name.startsWith(`${name}/`));
  return {
    latent,
    weights: [mean, deviation, ...trained],
    prepare(vectors) {
      const found = momentsOf(vectors, length);
      program.load({ [mean.name]: found.mean, [deviation.name]: found.deviation });
      return Promise.resolve();
    },
    loss: (vectors, step) => lossOf(ops.div(ops.neg(ops.mean(logDensity(vectors, step))), length)),
    logDensity: (vectors) => logDensity(vectors),
    sampler({ batch }) {
      const feeds = {
        vectors: { shape: [batch, length], dtype: 'float32' },
        position: { shape: [1], dtype: 'int32' },
        normal: { shape: [batch], dtype: 'float32' },
        uniform: { shape: [batch], dtype: 'float32' },
      } as const;
      const call = program.define(`${name}/sampler-${batch}`, { feeds }, (fed) => ({
        vectors: drawn(fed.vectors, fed.position, fed.normal, fed.uniform),
      }));
      const column = (values: Float32Array, at: number): Float32Array =>
        Float32Array.from({ length: batch }, (_, row) => values[row * length + at] ?? 0);
      return {
        *draw({ normal, uniform }) {
          let vectors: Float32Array = new Float32Array(batch * length);
          for (let position = 0; position < length; position++) {
            const noise = { normal: column(normal, position), uniform: column(uniform, position) };
            vectors = call.run({ vectors, position, ...noise }).vectors.data as Float32Array;
            yield { drawn: position + 1, total: length };
          }
          return vectors;
        },
      };
    },
    signatures: {
      log_prob: {
        feeds: (batch) => ({ vectors: { shape: [batch, length], dtype: 'float32' } }),
        body: ({ vectors }) => ({ log_prob: logDensity(vectors!) }),
      },
      sample_step: {
        feeds: (batch) => ({
          vectors: { shape: [batch, length], dtype: 'float32' },
          position: { shape: [], dtype: 'int32' },
          normal: { shape: [batch], dtype: 'float32' },
          uniform: { shape: [batch], dtype: 'float32' },
        }),
        body: ({ vectors, position, normal, uniform }) => ({
          vectors: drawn(vectors!, ops.reshape(position!, [1]), normal!, uniform!),
        }),
      },
    },
  };
}

/**
 * Degrees of hidden units, 1 … `most`, in turn; of fewer units evenly spread, the last of them `most`: the last component then still
 * sees all the others.
 */
function degreesOf(units: number, most: number): Int32Array {
  return units < most
    ? Int32Array.from({ length: units }, (_, unit) =>
        units === 1 ? most : 1 + Math.round((unit * (most - 1)) / (units - 1)),
      )
    : Int32Array.from({ length: units }, (_, unit) => 1 + (unit % Math.max(1, most)));
}

const HALF_LOG_2_PI = Math.log(2 * Math.PI) / 2;
/** log σ of a standardised component at the least: held-out vectors must not cost the earth where training ones are all alike. */
const NARROWEST = -7;
/** Deviations are never smaller than this share of the largest one: a component that doesn't vary has nothing to be measured in. */
const LEAST_DEVIATION = 1e-4;

interface MaskedDenseOptions {
  /** Degrees of what it reads, and of what it gives. */
  from: Int32Array;
  to: Int32Array;
  /** Columns of each degree in `to`, side by side: 1. */
  copies?: number;
  /** Whether a unit (first) sees one of what is read. */
  sees(unit: Tensor, read: Tensor): Tensor;
  kernel?: Initialiser;
  bias?: Initialiser;
}

/** x · (W ⊙ mask) + b: [N, from] → [N, to · copies], with variables `name/kernel` and `name/bias`. */
function maskedDense(
  program: Program,
  name: string,
  { from, to, copies = 1, sees, kernel: initialiser = heNormal(), bias = zerosInit() }: MaskedDenseOptions,
): (x: Tensor) => Tensor {
  const [inputs, units] = [from.length, to.length * copies];
  const kernel = program.variable(`${name}/kernel`, { shape: [inputs, units], initialiser });
  const offset = program.variable(`${name}/bias`, { shape: [units], initialiser: bias });
  return (x) => {
    const isSeen = sees(constant(to, [1, to.length, 1], 'int32'), constant(from, [inputs, 1, 1], 'int32'));
    const masked = ops.mul(ops.reshape(kernel.read(), [inputs, to.length, copies]), ops.cast(isSeen, 'float32'));
    return ops.biasAdd(ops.matMul(x, ops.reshape(masked, [inputs, units])), offset.read());
  };
}

/** Mean and deviation of each component of vectors [M, D]. */
function momentsOf(vectors: Float32Array, length: number): { mean: Float32Array; deviation: Float32Array } {
  const count = vectors.length / length;
  const [mean, variance] = [new Float64Array(length), new Float64Array(length)];
  vectors.forEach((value, at) => (mean[at % length]! += value / count));
  vectors.forEach((value, at) => (variance[at % length]! += (value - mean[at % length]!) ** 2 / count));
  const deviations = Array.from(variance, Math.sqrt);
  const least = LEAST_DEVIATION * Math.max(...deviations) || 1;
  return { mean: Float32Array.from(mean), deviation: Float32Array.from(deviations, (one) => Math.max(least, one)) };
}
