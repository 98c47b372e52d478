import type { Items, Recipe } from '@shared/contract';
import type { AppError } from '@shared/errors';
import type { Sample } from './recipe';

/** What one press of the button drew. */
export interface Sheet {
  /** Id of the document that it is kept as. */
  id: string;
  /** Without the class where each has its own. */
  recipe: Recipe;
  isEach: boolean;
  wanted: number;
  samples: Sample[];
  /** What the samples in work look like so far: those that come after `samples`. */
  soFar: Items | null;
  state: 'drawing' | 'done' | 'cancelled' | 'failed';
  error: AppError | null;
}
