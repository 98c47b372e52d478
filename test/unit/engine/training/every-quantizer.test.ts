import { describe, expect, it } from 'vitest';
import { quantizerSchema } from '../../../../shared/specs';
import { tinyCompositions, tinyQuantizers } from '../../../support/tiny-models';
import {
  firstWithQuantizer,
  meansTheSameElsewhere,
  modelWith,
  quantizerKinds,
  resumesExactly,
  tinyQuantizer,
  trains,
} from './combination';

/** Every quantizer of the registry in one model. A quantizer that is added joins by itself. */
describe.each(quantizerKinds.slice(1))('%s', (kind) => {
  if (!tinyQuantizers[kind]) {
    it('has a tiny configuration to test', () => {
      expect.fail(`Add a tiny configuration of "${kind}" to tinyQuantizers in test/support/tiny-models.ts.`);
    });
    return;
  }
  const combination = trains(modelWith(firstWithQuantizer, tinyQuantizer(kind)));
  resumesExactly(combination);
  meansTheSameElsewhere(combination);
});

describe.each(Object.keys(tinyCompositions))('%s', (name) => {
  resumesExactly(trains(modelWith(firstWithQuantizer, tinyCompositions[name])));
});

it('leaves out no quantizer that a residual or a grouped one takes', () => {
  const tested = [...Object.values(tinyCompositions), ...quantizerKinds.map(tinyQuantizer)] as {
    kind: string;
    quantizer?: { kind: string };
  }[];
  for (const outer of ['residual', 'grouped']) {
    const takes = quantizerKinds.filter((kind) => {
      return quantizerSchema.safeParse({ kind: outer, quantizer: tinyQuantizer(kind) }).success;
    });
    const within = tested.flatMap(({ kind, quantizer }) => (kind === outer && quantizer ? [quantizer.kind] : []));
    expect(within, 'Add what is missing to tinyCompositions in test/support/tiny-models.ts.').toEqual(
      expect.arrayContaining(takes),
    );
  }
});
