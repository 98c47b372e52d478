/** Files that hold many pictures each: IDX (MNIST), CIFAR binary batches, arrays of a `.npz`; found, paired with labels, streamed. */
export { type CollectedPicture, type Collection } from './collection';
export { createCollector, type Collected, type Collector } from './collector';
