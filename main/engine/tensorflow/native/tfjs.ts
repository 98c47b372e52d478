import type * as tfjs from '@tensorflow/tfjs';

/** The whole of tfjs, on whichever backend it runs. */
export type Tfjs = typeof tfjs;
