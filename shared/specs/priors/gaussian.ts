import { z } from 'zod';
import { covarianceField } from './covariance';

/** One Gaussian over the vector of an item: mean and covariance of the training items, in closed form. */
export const gaussianSchema = z.object({ kind: z.literal('gaussian'), covariance: covarianceField });
export type GaussianSpec = z.infer<typeof gaussianSchema>;
