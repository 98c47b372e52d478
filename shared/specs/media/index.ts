/**
 * Media: what an item of a dataset can be made of. `medium` says what a medium is, each has a file, `signal` lists
 * them.
 */
export { type MeasureFacts, type Medium } from './medium';
export { type PictureSignal, pictureSignalSchema } from './picture';
export {
  type MediumKind,
  type Signal,
  channelsOf,
  describeSignal,
  isSameSignal,
  media,
  mediumOf,
  placesIn,
  shapeOf,
  sidesOf,
  signalSchema,
  valuesOf,
} from './signal';
