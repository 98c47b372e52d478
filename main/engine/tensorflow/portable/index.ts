/**
 * The engine of a machine without a native TensorFlow: tfjs on WebAssembly, behind the same interface
 * (`NativeBackend`).
 *
 * `load` starts it; `backend` answers TensorFlow ops by name from `kernels`, the one place where an op that models call
 * directly is written in terms of tfjs; `transposed-convolution` and `stateless-draws` are the two that tfjs lacks or
 * is slow at. There are no graphs: programs run eagerly. It has the ops that encoding, decoding and sampling need;
 * those that only training needs are refused.
 */
export { loadPortable } from './load';
