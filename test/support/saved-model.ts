import { type Tensor, tf } from '../../main/engine/tensorflow/native/load';

interface SavedModel {
  predict(inputs: Record<string, Tensor>): Record<string, Tensor>;
  dispose(): void;
}
const { node } = tf as unknown as {
  node: { loadSavedModel(directory: string, tags: string[], signature: string): Promise<SavedModel> };
};

/** A signature of a SavedModel on the disk, by tfjs-node's own loader. */
export const openSignature = (directory: string, signature: string): Promise<SavedModel> =>
  node.loadSavedModel(directory, ['serve'], signature);
