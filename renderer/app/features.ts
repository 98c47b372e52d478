import { codebook } from '@/features/codebook';
import { compression } from '@/features/compression';
import { datasets } from '@/features/datasets';
import { present } from '@/features/present';
import { runs } from '@/features/runs';
import { samples } from '@/features/samples';
import { studio } from '@/features/studio';
import { train } from '@/features/train';
import type { Feature } from './feature';

/** Every screen, in the order of the navigation. */
export const features: readonly Feature[] = [datasets, train, codebook, studio, samples, compression, runs, present];
