/**
 * Files that hold many pictures each: arrays (`.npz`, `.npy`, IDX, STL-10; see `arrays/`) and binary CIFAR batches;
 * found, paired with labels, streamed.
 */
export { type CollectedPicture, type Collection } from './collection';
export { createCollector, type Collected, type Collector } from './collector';
