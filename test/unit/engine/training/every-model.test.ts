import { describe, expect, it } from 'vitest';
import { tinyModels } from '../../../support/tiny-models';
import { meansTheSameElsewhere, modelWith, models, resumesExactly, trains } from './combination';

/** Every model of the registry, with the first quantizer where it has one. A model that is added joins by itself. */
describe.each(models.map(({ kind }) => kind))('%s', (kind) => {
  if (!tinyModels[kind]) {
    it('has a tiny configuration to test', () => {
      expect.fail(`Add a tiny configuration of "${kind}" to tinyModels in test/support/tiny-models.ts.`);
    });
    return;
  }
  const combination = trains(modelWith(kind));
  resumesExactly(combination);
  meansTheSameElsewhere(combination);
});
