import type { CodesLatent } from '@shared/specs';
import type { Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import { createCandidates } from './candidates';
import { createCodeStepper } from './code-stepper';
import { type SequenceNetwork, sharingSteppers } from './network';
import type { CodePrior } from './prior';
import { createSampler } from './sampler';
import { type TokenSequence, codesOf, tokensOf } from './sequence';
import { signaturesByPosition } from './signatures';
import { createConditioning } from './condition';

export interface AutoregressiveOptions {
  latent: CodesLatent;
  sequence: TokenSequence;
  classes: number;
  /** Share of the items that training shows without their class. */
  dropCondition: number;
  seed: number;
}

/**
 * A prior that goes token by token: p(x | y) = Πₜ p(xₜ | x₀ … xₜ₋₁, y), with y the class or nothing. Training minimises the mean of
 * −log p over all codes, and leaves the class out of a share of the items, so that the same network knows both (Ho and Salimans 2022).
 */
export function autoregressive(
  program: Program,
  name: string,
  network: SequenceNetwork,
  { latent, sequence, classes, dropCondition, seed }: AutoregressiveOptions,
): CodePrior {
  const weights = program.trainable.filter((variable) => variable.name.startsWith(`${name}/`));

  const conditioning = createConditioning({ classes, dropCondition, seed });
  const sharing = sharingSteppers(network);
  const logitsOf = (tokens: Tensor, given: Tensor, step?: Tensor) =>
    sequence.restrict(network.logits(tokens, given, step));
  const judgeTokens = (tokens: Tensor, given: Tensor, step?: Tensor) => {
    const logits = logitsOf(tokens, given, step);
    return {
      nats: ops.sparseSoftmaxCrossEntropy(logits, tokens),
      hits: ops.cast(ops.equal(ops.argMax(logits), tokens), 'float32'),
    };
  };

  return {
    latent,
    classes,
    weights,
    loss(codes, labels, step) {
      const { nats, hits } = judgeTokens(sequence.toTokens(codes), conditioning(labels, step), step);
      const total = ops.mean(nats);
      return { total, terms: {}, metrics: { nats: total, accuracy: ops.mean(hits) } };
    },
    judge(codes, labels) {
      const { nats, hits } = judgeTokens(sequence.toTokens(codes), conditioning(labels));
      return { nats: sequence.toItems(nats), hits: sequence.toItems(hits) };
    },
    sampler({ batch }) {
      const sampler = createSampler(program, `${name}/sampler-${batch}`, sharing, {
        batch,
        restrict: sequence.restrictAt,
      });
      return {
        *draw({ given, ...options }) {
          const drawing = sampler.draw({ ...options, ...(given && { given: tokensOf(sequence, given) }) });
          for (;;) {
            const { done, value } = drawing.next();
            if (done) return codesOf(sequence, value);
            yield { drawn: value.drawn, total: sequence.length, codes: () => codesOf(sequence, value.tokens) };
          }
        },
      };
    },
    signatures: signaturesByPosition({ latent, sequence }, (tokens, labels) => logitsOf(tokens, conditioning(labels))),
    order: sequence.places,
    candidates: () =>
      createCandidates(program, `${name}/candidates`, sequence, (tokens, given) =>
        sequence.restrict(network.logits(tokens, given)),
      ),
    stepper: ({ batch }) => createCodeStepper(program, `${name}/stepper-${batch}`, sharing, sequence, { batch }),
  };
}
