import type { Initialiser, Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import {
  add,
  biasAdd,
  matMul,
  mul,
  reshape,
  sigmoid,
  split,
  stack,
  sub,
  tanh,
  unstack,
  zeros,
} from '../tensorflow/ops';
import { uniformInit, valuesInit, zerosInit } from './initialisers';

export interface RecurrentCellOptions {
  /** Components of what comes in at each position. */
  inputs: number;
  /** H, components of what goes out. */
  units: number;
}

/** A cell's memory: tensors [N, H], the first of them its output. */
export type CellState = readonly Tensor[];

/** A recurrent layer: its cell, and the cell gone along a sequence. */
export interface RecurrentCell {
  /** H */
  readonly units: number;
  /** How many tensors the state consists of. */
  readonly states: number;
  /** What the inputs add to the gates, of any number of positions at once: [..., inputs] → [..., G · H]. */
  project(x: Tensor): Tensor;
  /** One position: its projected input [N, G · H] and the state before it → the state after it. */
  step(projected: Tensor, state: CellState): CellState;
}

/**
 * LSTM (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000), in PyTorch's order of gates:
 *
 *   i, f, g, o = W x + U h + b
 *   c ← σ(f) ⊙ c + σ(i) ⊙ tanh(g)
 *   h ← σ(o) ⊙ tanh(c)
 *
 * Variables `name/kernel` W [inputs, 4 · H], `name/recurrent` U [H, 4 · H], `name/bias` [4 · H], which begins as 1 for the forget gate so
 * that nothing is forgotten at first (Jozefowicz et al. 2015). The state is [h, c].
 */
export function lstmCell(program: Program, name: string, { inputs, units }: RecurrentCellOptions): RecurrentCell {
  const remembering = new Float32Array(4 * units).fill(1, units, 2 * units);
  const { project, recur } = gates(program, name, { inputs, units, count: 4, bias: valuesInit(remembering) });
  return {
    units,
    states: 2,
    project,
    step(projected, [h, c]) {
      const [i, f, g, o] = split(add(projected, recur(h as Tensor)), 4, 1) as [Tensor, Tensor, Tensor, Tensor];
      const memory = add(mul(sigmoid(f), c as Tensor), mul(sigmoid(i), tanh(g)));
      return [mul(sigmoid(o), tanh(memory)), memory];
    },
  };
}

/**
 * GRU (Cho et al. 2014) in the form of cuDNN and PyTorch, where the reset gate comes after the product, so that one product makes
 * all gates:
 *
 *   r, z = σ(W x + U h + b)        n = tanh(Wₙ x + bₙ + r ⊙ (Uₙ h + dₙ))
 *   h ← (1 − z) ⊙ n + z ⊙ h
 *
 * Variables `name/kernel` [inputs, 3 · H], `name/recurrent` [H, 3 · H], `name/bias` [3 · H] and `name/candidate-bias` dₙ [H]. The state
 * is [h].
 */
export function gruCell(program: Program, name: string, { inputs, units }: RecurrentCellOptions): RecurrentCell {
  const { project, recur } = gates(program, name, { inputs, units, count: 3, bias: zerosInit() });
  const inner = program.variable(`${name}/candidate-bias`, { shape: [units], initialiser: zerosInit() });
  return {
    units,
    states: 1,
    project,
    step(projected, [before]) {
      const h = before as Tensor;
      const [rx, zx, nx] = split(projected, 3, 1) as [Tensor, Tensor, Tensor];
      const [rh, zh, nh] = split(recur(h), 3, 1) as [Tensor, Tensor, Tensor];
      const candidate = tanh(add(nx, mul(sigmoid(add(rx, rh)), biasAdd(nh, inner.read()))));
      // (1 − z) n + z h
      return [add(candidate, mul(sigmoid(add(zx, zh)), sub(h, candidate)))];
    },
  };
}

/** The matrices of a cell's gates, uniform in ±1/√H as PyTorch's. */
function gates(
  program: Program,
  name: string,
  { inputs, units, count, bias }: RecurrentCellOptions & { count: number; bias: Initialiser },
) {
  const width = count * units;
  const initialiser = uniformInit(-1 / Math.sqrt(units), 1 / Math.sqrt(units));
  const kernel = program.variable(`${name}/kernel`, { shape: [inputs, width], initialiser });
  const recurrent = program.variable(`${name}/recurrent`, { shape: [units, width], initialiser });
  const offset = program.variable(`${name}/bias`, { shape: [width], initialiser: bias });
  return {
    project(x: Tensor): Tensor {
      const rows = biasAdd(matMul(reshape(x, [-1, inputs]), kernel.read()), offset.read());
      return reshape(rows, [...x.shape.slice(0, -1), width]);
    },
    recur: (h: Tensor): Tensor => matMul(h, recurrent.read()),
  };
}

/** The cell gone along sequences [N, L, inputs], from a state of zeros → its outputs [N, L, H]. */
export function unroll(cell: RecurrentCell, x: Tensor): Tensor {
  const [batch = 0] = x.shape;
  let state: CellState = Array.from({ length: cell.states }, () => zeros([batch, cell.units]));
  const outputs = unstack(cell.project(x), 1).map((projected) => {
    state = cell.step(projected, state);
    return state[0] as Tensor;
  });
  return stack(outputs, 1);
}
