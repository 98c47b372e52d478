import { type Initialiser, statelessDraw } from '../tensorflow/graph';
import { tf } from '../tensorflow/native/load';

/** Ways to draw a variable's first value. All are functions of shape and seed alone. */

export const zerosInit = (): Initialiser => (shape, dtype) => tf.zeros([...shape], dtype);
export const onesInit = (): Initialiser => (shape, dtype) => tf.ones([...shape], dtype);
export const constantInit =
  (value: number): Initialiser =>
  (shape, dtype) =>
    tf.fill([...shape], value, dtype);

/** Uniform in [low, high). */
export const uniformInit =
  (low: number, high: number): Initialiser =>
  (shape, _dtype, seed) =>
    tf.add(tf.mul(statelessDraw('StatelessRandomUniform', shape, seed), high - low), low);

export const normalInit =
  (stddev: number, mean = 0): Initialiser =>
  (shape, _dtype, seed) =>
    tf.add(tf.mul(statelessDraw('StatelessRandomNormal', shape, seed), stddev), mean);

/** Normal cut at two standard deviations: `stddev` is that of the normal before the cut, as in TensorFlow. */
export const truncatedNormal =
  (stddev: number): Initialiser =>
  (shape, _dtype, seed) =>
    tf.mul(statelessDraw('StatelessTruncatedNormal', shape, seed), stddev);

export interface VarianceScaling {
  scale?: number;
  mode?: 'fanIn' | 'fanOut' | 'fanAverage';
  distribution?: 'truncatedNormal' | 'normal' | 'uniform';
}

/** Variance `scale / fan`: of what reaches a unit (fanIn), what leaves it, or their mean. */
export function varianceScaling({
  scale = 1,
  mode = 'fanIn',
  distribution = 'truncatedNormal',
}: VarianceScaling = {}): Initialiser {
  return (shape, dtype, seed) => {
    const { fanIn, fanOut } = fans(shape);
    const fan = { fanIn, fanOut, fanAverage: (fanIn + fanOut) / 2 }[mode];
    const stddev = Math.sqrt(scale / Math.max(1, fan));
    if (distribution === 'uniform')
      return uniformInit(-Math.sqrt(3) * stddev, Math.sqrt(3) * stddev)(shape, dtype, seed);
    if (distribution === 'normal') return normalInit(stddev)(shape, dtype, seed);
    return truncatedNormal(stddev / TRUNCATED_STDDEV)(shape, dtype, seed);
  };
}

/** Sonnet's default for weights: truncated normal of standard deviation 1 / sqrt(fan in), before the cut. */
export const sonnetDefault = (): Initialiser => (shape, dtype, seed) =>
  truncatedNormal(1 / Math.sqrt(Math.max(1, fans(shape).fanIn)))(shape, dtype, seed);

/** Glorot and Bengio 2010: uniform, variance 2 / (fan in + fan out). */
export const glorotUniform = (): Initialiser => varianceScaling({ mode: 'fanAverage', distribution: 'uniform' });

/** Glorot and Bengio 2010, normal: variance 2 / (fan in + fan out). */
export const glorotNormal = (): Initialiser => varianceScaling({ mode: 'fanAverage', distribution: 'normal' });

/** He et al. 2015, for what a ReLU follows: normal, variance 2 / fan in. */
export const heNormal = (): Initialiser => varianceScaling({ scale: 2, distribution: 'normal' });

/** GPT-2 (Radford et al. 2019): N(0, 0.02²) for every matrix and embedding of a transformer. */
export const gptInit = (): Initialiser => normalInit(GPT_STDDEV);

/** GPT-2, section 2.3: what adds to the residual path, `branches` of them in all, is drawn 1 / sqrt(branches) as wide. */
export const scaledResidualInit = (branches: number): Initialiser => normalInit(GPT_STDDEV / Math.sqrt(branches));

/** The given values, in the variable's order. */
export const valuesInit =
  (values: Float32Array): Initialiser =>
  (shape) =>
    tf.tensor(values, [...shape]);

const GPT_STDDEV = 0.02;

/** Standard deviation of a standard normal cut at ±2. */
const TRUNCATED_STDDEV = 0.87962566103423978;

/** For [..., in, out]: the leading axes are the receptive field. */
function fans(shape: readonly number[]): { fanIn: number; fanOut: number } {
  if (shape.length < 2) return { fanIn: shape[0] ?? 1, fanOut: shape[0] ?? 1 };
  const field = shape.slice(0, -2).reduce((product, side) => product * side, 1);
  return { fanIn: (shape[shape.length - 2] ?? 1) * field, fanOut: (shape[shape.length - 1] ?? 1) * field };
}
