import { describe, expect, it } from 'vitest';
import { autoencoderSchema } from '../../../../shared/specs';
import { tinyModels, tinyQuantizers } from '../../../support/tiny-models';
import { firstWithQuantizer, modelWith, models, quantizerKinds, tinyQuantizer, trains } from './combination';

/**
 * The models of the registry with every quantizer, but for those that `every-model` and `every-quantizer` have trained.
 * What has no tiny configuration yet fails there.
 */
const combinations = models
  .filter(({ kind, quantizers }) => quantizers.length > 0 && kind !== firstWithQuantizer && tinyModels[kind])
  .flatMap(({ kind }) =>
    quantizerKinds
      .slice(1)
      .filter((quantizer) => tinyQuantizers[quantizer])
      .map((quantizer) => [kind, quantizer] as const),
  );

describe.each(combinations)('%s with %s', (kind, quantizer) => {
  const model = modelWith(kind, tinyQuantizer(quantizer));
  const { success, error } = autoencoderSchema.safeParse(model);
  if (success) {
    trains(model);
    return;
  }
  it('is refused by the schema, in both languages', () => {
    for (const issue of error.issues) {
      const { reason } = (issue as { params?: { reason?: Record<string, string> } }).params ?? {};
      expect(Object.keys(reason ?? {}), issue.message).toEqual(['en', 'zh-CN']);
    }
  });
});
