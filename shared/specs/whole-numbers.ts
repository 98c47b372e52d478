import { z } from 'zod';

/**
 * Whole numbers, as a list or as people write one, `8,5,5,5`. Limits are the schema’s own to say, at the field as a
 * whole: what is no number comes as NaN.
 */
export const wholeNumbers = z.preprocess(
  (value) =>
    typeof value === 'string'
      ? value
          .replace(/[[\]]/g, '')
          .split(/[\s,，×x]+/)
          .filter((part) => part !== '')
          .map(Number)
      : value,
  z.array(z.union([z.number(), z.nan()])),
);
