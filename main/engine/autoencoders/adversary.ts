import { isZero } from '@shared/maths';
import type { AdversarialSpec, Signal } from '@shared/specs';
import { type Part, hyper, lossPart } from '../nn';
import type { VariableUpdate } from '../tensorflow/graph';
import { type Program, type Variable, constantGradientsOf, frozen, gradientsOf } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import { patchDiscriminator } from './patch-discriminator';

/** What a discriminator adds to the loss of a batch. */
export interface Judgement {
  /** The autoencoder's term, weighted. Its gradient passes the discriminator and doesn't change it. */
  adversarial: Tensor;
  /** What trains the discriminator. It doesn't change the autoencoder. */
  discriminator: Tensor;
  /**
   * `discriminator`; `discriminator-weight`, that of the adversarial term after all factors; from the onset on the mean logits
   * of originals and reconstructions, `logits-original` and `logits-reconstruction`.
   */
  metrics: Readonly<Record<string, Tensor>>;
  updates: readonly VariableUpdate[];
  /** The discriminator's variables before the onset. */
  frozen: readonly Variable[];
}

interface Pictures {
  /** [N, H, W, C] in [−1, 1] */
  images: Tensor;
  reconstruction: Tensor;
  /** The autoencoder's other terms that compare the two, which the adaptive weight balances against. Scalar. */
  reconstructionLoss: Tensor;
}

export type Adversary = (pictures: Pictures) => Judgement;

/** Keep the adaptive weight finite where the adversary's gradient vanishes (Esser et al. 2021, section 3.2, and its code). */
const [DELTA, MOST_WEIGHT] = [1e-4, 1e4];

/**
 * A discriminator D in training beside an autoencoder G (Goodfellow et al. 2014; Esser, Rombach, Ommer 2021). With x the
 * originals, x̂ the reconstructions and means over all patches:
 *
 *   hinge            D: ½ (max(0, 1 − D(x)) + max(0, 1 + D(x̂)))        G: −D(x̂)
 *   non-saturating   D: ½ (−ln σ(D(x)) − ln(1 − σ(D(x̂))))              G: −ln σ(D(x̂))
 *   R1               D: γ/2 · ‖∇ₓ D(x)‖²     (Mescheder et al. 2018), with a `penalty`; every `penaltyEvery` steps, times
 *                                            as much (“lazily”: Karras et al. 2020, section 3.1)
 *
 * G's term is multiplied by the weight and, where it is `adaptive`, by
 *
 *   λ = ‖∇ reconstructionLoss‖ / (‖∇ G's term‖ + 10⁻⁴), at most 10⁴, gradients with respect to `lastLayer`'s kernel.
 *
 * The first `start` steps are without it: everything is 0 and nothing computed, D rests as it was drawn. Both sides learn in
 * one step: for G's term D's variables are frozen, for D's loss x̂ is a constant. Undefined for a weight of 0.
 *
 * Call outside of the program's functions, once; call the result inside, on a tape.
 */
export function createAdversary(
  program: Program,
  spec: AdversarialSpec,
  signal: Signal,
  lastLayer: Variable,
): Adversary | undefined {
  if (isZero(spec.weight)) return undefined;
  const discriminator = patchDiscriminator(program, 'discriminator', spec, signal);
  const weight = hyper(program, 'adversarial/weight', spec.weight);
  const isAwake = lossPart(program, 'adversary', (step) => step > spec.start);
  const isPenalised = penaltyPart(program, spec);
  const losses = spec.loss === 'hinge' ? hinge : nonSaturating;

  return ({ images, reconstruction, reconstructionLoss }) => {
    if (!isAwake()) return beforeOnset(discriminator.variables);
    const { logits: persuaded } = frozen(discriminator.variables, () => discriminator.judge(reconstruction));
    const generator = losses.generator(persuaded);
    const lambda = spec.adaptive ? adaptiveWeight(reconstructionLoss, generator, lastLayer) : 1;
    const whole = ops.mul(lambda, weight());

    const original = discriminator.judge(images);
    const fake = discriminator.judge(ops.stopGradient(reconstruction), original.updates);
    const told = losses.discriminator(original.logits, fake.logits);
    const gamma = spec.penalty * spec.penaltyEvery;
    const learnt = isPenalised() ? ops.add(told, gradientPenalty(images, original.logits, gamma)) : told;
    return {
      adversarial: ops.mul(generator, whole),
      discriminator: learnt,
      metrics: {
        discriminator: learnt,
        'discriminator-weight': whole,
        'logits-original': ops.mean(original.logits),
        'logits-reconstruction': ops.mean(fake.logits),
      },
      updates: fake.updates,
      frozen: [],
    };
  };
}

/** Zeros for what people watch, so that the onset shows. */
function beforeOnset(frozen: readonly Variable[]): Judgement {
  const zero = () => ops.scalar(0);
  const metrics = { discriminator: zero(), 'discriminator-weight': zero() };
  return { adversarial: zero(), discriminator: zero(), metrics, updates: [], frozen };
}

/** The first step with the discriminator has the penalty, as every `penaltyEvery`-th after it. */
function penaltyPart(program: Program, { penalty, penaltyEvery, start }: AdversarialSpec): Part {
  if (penalty === 0) return () => false;
  return lossPart(program, 'penalty', (step) => step > start && (step - start - 1) % penaltyEvery === 0);
}

const hinge = {
  generator: (fake: Tensor) => ops.neg(ops.mean(fake)),
  discriminator: (original: Tensor, fake: Tensor) =>
    half(ops.mean(ops.relu(ops.sub(1, original))), ops.mean(ops.relu(ops.add(1, fake)))),
};

const nonSaturating = {
  generator: (fake: Tensor) => ops.mean(ops.softplus(ops.neg(fake))),
  discriminator: (original: Tensor, fake: Tensor) =>
    half(ops.mean(ops.softplus(ops.neg(original))), ops.mean(ops.softplus(fake))),
};

function half(a: Tensor, b: Tensor): Tensor {
  return ops.mul(ops.add(a, b), 0.5);
}

function adaptiveWeight(reconstructionLoss: Tensor, generator: Tensor, lastLayer: Variable): Tensor {
  const norm = (loss: Tensor) => ops.sqrt(ops.sum(ops.square(constantGradientsOf(loss, [lastLayer])[0] as Tensor)));
  return ops.stopGradient(ops.clip(ops.div(norm(reconstructionLoss), ops.add(norm(generator), DELTA)), 0, MOST_WEIGHT));
}

/** γ/2 times the squared length of the logits' gradient at each original, mean over the batch. */
function gradientPenalty(images: Tensor, logits: Tensor, gamma: number): Tensor {
  const [slope] = gradientsOf(ops.sum(ops.mean(logits, [1, 2, 3])), [images]) as [Tensor];
  return ops.mul(ops.mean(ops.sum(ops.square(slope), [1, 2, 3])), gamma / 2);
}
