/**
 * Media: what an item of a dataset can be made of. `medium` says what a medium is, each has a file, `signal` lists
 * them.
 */
export { type ItemArray, type ItemType, itemArrays } from './item-type';
export { type ItemFacts, type MeasureFacts, type Medium } from './medium';
export { MAXIMUM_SIDE, MINIMUM_SIDE, type PictureSignal, pictureImportOptions, pictureSignalSchema } from './picture';
export {
  type MediumKind,
  type Signal,
  type Augmentation,
  augmentationSchema,
  type StoredArray,
  type StoredAs,
  bytesIn,
  bytesOf,
  channelsOf,
  describeFacts,
  describeSignal,
  dtypeOf,
  itemsIn,
  isSameSignal,
  media,
  mediumOf,
  newItems,
  placesIn,
  shapeOf,
  sidesOf,
  signalSchema,
  valuesOf,
} from './signal';
