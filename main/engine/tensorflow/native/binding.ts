import type { DataType, Tensor, TensorInfo } from '@tensorflow/tfjs';

/**
 * The part of tfjs-node's backend and native binding that Tessera calls. tfjs-node's own declarations can't be used:
 * they pull in the whole of its package, and leave out what we need.
 */
export interface NativeBackend {
  /**
   * `portable` is WebAssembly without graphs; everything that needs `binding`'s tensors or sessions throws UNSUPPORTED
   * there.
   */
  readonly kind: 'native' | 'portable';
  readonly binding: NativeBinding;
  readonly isUsingGpuDevice: boolean;
  executeSingleOutput(op: string, attributes: OpAttribute[], inputs: TensorInfo[]): Tensor;
  executeMultipleOutputs(op: string, attributes: OpAttribute[], inputs: TensorInfo[], outputs: number): Tensor[];
  getInputTensorIds(tensors: TensorInfo[]): number[];
  readSync(dataId: object): ArrayLike<number> & ArrayBufferView;
  read(dataId: object): Promise<ArrayLike<number> & ArrayBufferView>;
  write(values: unknown, shape: number[], dtype: DataType): object;
  move(dataId: object, values: unknown, shape: number[], dtype: DataType, refCount: number): void;
  createOutputTensor(metadata: TensorMetadata): Tensor;
}

export interface NativeBinding {
  readonly TF_Version: string;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
  createTensor(shape: number[], dtype: number, buffer: ArrayBufferView): number;
  deleteTensor(tensorId: number): void;
  tensorDataSync(tensorId: number): Float32Array | Int32Array | Uint8Array;
  loadSavedModel(directory: string, tags: string): number;
  deleteSavedModel(id: number): void;
  runSavedModel(id: number, inputTensorIds: number[], inputNames: string, outputNames: string): TensorMetadata[];
}

export interface TensorMetadata {
  id: number;
  shape: number[];
  dtype: number;
}

/** One attribute of an op, as tfjs-node's kernels write them: `type` is one of the binding's TF_ATTR numbers. */
export interface OpAttribute {
  name: string;
  type: number;
  value: unknown;
}
