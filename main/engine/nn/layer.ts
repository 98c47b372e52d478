import type { Tensor } from '../tensorflow/native/load';

/** A part with variables of its own, made for one program; call it inside the program's functions. */
export type Layer = (x: Tensor) => Tensor;

/** A part that does something else in training: given the step (int32 scalar, counted from 1) it trains, without it it evaluates. */
export type TrainedLayer = (x: Tensor, step?: Tensor) => Tensor;
