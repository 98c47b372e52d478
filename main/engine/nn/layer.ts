import type { Tensor } from '../tensorflow/native/load';

/** A part with variables of its own, made for one program; call it inside the program's functions. */
export type Layer = (x: Tensor) => Tensor;
