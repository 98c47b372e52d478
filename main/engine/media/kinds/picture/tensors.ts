import type { PictureSignal } from '@shared/specs';
import { FEATURES, isTrunkSetUp, perceptualDistance, perceptualFeatures, trunkIdentity } from '../../../perceptual';
import * as ops from '../../../tensorflow/ops';
import type { MediumTensors } from '../medium-tensors';
import { fromStored } from '../stored';
import { psnr } from './psnr';
import { msSsim, msSsimWeights, ssim } from './similarity';

const medium = { kind: 'picture' };

/**
 * Pictures in evaluations, which measure pixels rounded to whole numbers from 0 to 255: `psnr` and `ssim` always, `ms-ssim`
 * where they are large enough for its scales, `perceptual` and the features where the perceptual trunk is set up.
 */
export const pictureTensors: MediumTensors<PictureSignal> = {
  measures: {
    psnr: { perItem: (a, b) => ops.mean(ops.square(ops.sub(a, b)), [1, 2, 3]), finish: psnr },
    ssim: { perItem: ssim },
  },
  thorough(program, { height, width }) {
    const distance = isTrunkSetUp() ? perceptualDistance(program) : null;
    return {
      ...(msSsimWeights(height, width).length > 0 && { 'ms-ssim': msSsim }),
      ...(distance && { perceptual: (a, b) => distance(fromStored(medium, a), fromStored(medium, b)) }),
    };
  },
  features: { size: FEATURES, identity: trunkIdentity, isSetUp: isTrunkSetUp, define: perceptualFeatures },
};
