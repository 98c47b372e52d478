import { type CellState, denseLayer, dropoutLayer, embeddingLayer, gruCell, lstmCell, unroll } from '../nn';
import { type Program, carry, latest } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import type { SequenceNetwork } from './network';

/** The shape of a recurrent prior; the defaults are a model for 8 × 8 codes. */
export interface LstmOptions {
  /** V, the size of the vocabulary: 512. */
  vocabulary?: number;
  /** L, the length of a sequence: 64. */
  length?: number;
  /** Classes that a sequence can be conditioned on: 0. */
  classes?: number;
  cell?: 'lstm' | 'gru';
  /** Recurrent layers: 2. */
  layers?: number;
  /** H, of the embedding and of what each layer remembers: 256. */
  dimension?: number;
  /** In training: 0. */
  dropout?: number;
  /** The run's seed, for dropout. */
  seed?: number;
}

/**
 * A recurrent language model over codes (Zaremba et al. 2014): p(x) = Πₜ p(xₜ | hₜ), where hₜ comes of layers of LSTM or GRU cells that
 * are given the embedding of token xₜ₋₁, at t = 0 that of a start token (V: of no class; V + 1 + c: of class c). A matrix with bias leads
 * from the last layer to V logits. Training goes back through the whole sequence; dropout is at the inputs of layers and at the end,
 * never on the way from one position to the next.
 */
export function lstm(program: Program, name: string, options: LstmOptions = {}): SequenceNetwork {
  const { vocabulary = 512, length = 64, classes = 0, layers = 2, dimension = 256 } = options;
  const { cell: kind = 'lstm', dropout = 0, seed = 0 } = options;
  const makeCell = kind === 'lstm' ? lstmCell : gruCell;
  const embed = embeddingLayer(program, `${name}/codes`, { entries: vocabulary + 1 + classes, dimension });
  const cells = Array.from({ length: layers }, (_, index) =>
    makeCell(program, `${name}/layer${index}`, { inputs: dimension, units: dimension }),
  );
  const drops = Array.from({ length: layers + 1 }, (_, index) =>
    dropoutLayer(`${name}/layer${index}`, { rate: dropout, seed }),
  );
  const head = denseLayer(program, `${name}/head`, { inputs: dimension, units: vocabulary });
  const drop = (layer: number, x: Tensor, step?: Tensor) => drops[layer]?.(x, step) ?? x;
  const startOf = (given: Tensor) => ops.add(given, ops.scalar(vocabulary, 'int32'));

  return {
    length,
    vocabulary,
    logits(tokens, given, step) {
      const before = ops.concat([ops.expandDims(startOf(given), 1), ops.slice(tokens, [0, 0], [-1, length - 1])], 1);
      const h = cells.reduce((x, cell, layer) => unroll(cell, drop(layer, x, step)), embed(before));
      return head(drop(layers, h, step));
    },
    stepper({ batch }) {
      const memories = cells.map((cell, layer) =>
        Array.from({ length: cell.states }, (_, part) =>
          program.variable(`${name}/state-${batch}/layer${layer}/${part}`, { shape: [batch, dimension] }, NOT_TRAINED),
        ),
      );
      return (last, position, given) => {
        const isFirst = ops.equal(position, 0);
        const x = embed(ops.where(isFirst, startOf(given), last));
        const h = cells.reduce((input, cell, layer) => {
          const memory = memories[layer] ?? [];
          const before: CellState = memory.map((variable) => ops.where(isFirst, 0, latest(variable)));
          const after = cell.step(cell.project(input), before);
          memory.forEach((variable, part) => carry(variable, after[part] as Tensor));
          return after[0] as Tensor;
        }, x);
        return head(h);
      };
    },
  };
}

const NOT_TRAINED = { trainable: false };
