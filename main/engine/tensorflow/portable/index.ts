/**
 * The engine of a machine without a native TensorFlow: tfjs on WebAssembly, behind the same door (`NativeBackend`).
 *
 * `load` starts it; `backend` answers TensorFlow ops by name from `kernels`, the one place where an op that models call
 * directly is written in terms of tfjs; `transposed-convolution` and `stateless-draws` are the two that tfjs lacks or is slow
 * at. There are no graphs here: programs run eagerly. What encoding, decoding and sampling need is here; what only
 * training needs is not, and is refused.
 */
export { loadPortable } from './load';
