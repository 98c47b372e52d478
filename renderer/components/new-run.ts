import type { RouteLocationRaw } from 'vue-router';
import type { RunSpec } from '@shared/specs';

/** To the form of a new run that begins with this configuration, which travels in the history's state. */
export const newRunWith = (spec: RunSpec): RouteLocationRaw => ({
  path: '/train',
  query: { new: spec.dataset },
  state: { spec: JSON.stringify(spec) },
});
