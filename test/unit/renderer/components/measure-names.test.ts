import { mount } from '@vue/test-utils';
import { afterEach, describe, expect, it } from 'vitest';
import { defineComponent, h } from 'vue';
import { useMeasureNames, useScheduledNames, useTermNames } from '@/components/measure-names';
import { i18n } from '@/i18n';

/** What the names are in a language. */
function names(locale: 'en' | 'zh-CN') {
  i18n.global.locale.value = locale;
  let found!: {
    measure: (name: string) => string;
    term: (name: string) => string;
    scheduled: (name: string) => string;
  };
  const holder = defineComponent({
    setup() {
      found = { measure: useMeasureNames(), term: useTermNames(), scheduled: useScheduledNames() };
      return () => h('i');
    },
  });
  mount(holder, { global: { plugins: [i18n] } });
  return found;
}
afterEach(() => (i18n.global.locale.value = 'en'));

describe('the name of what is measured', () => {
  it.each([
    ['nmse', 'NMSE', 'NMSE'],
    ['dead-codes', 'Dead codes', '死码'],
    ['bits-per-item', 'Bits per picture', '每图比特数'],
    ['gradient-variance', 'Variance of the gradient estimate', '梯度估计的方差'],
    ['perplexity-2', 'Perplexity, level 2', '困惑度，第 2 层'],
    ['kl', 'KL', 'KL'],
    ['nll-iwae-5000', '−log p(x), 5,000 samples', '−log p(x)（5,000 个样本）'],
    ['something-quite-new', 'Something quite new', 'Something quite new'],
  ])('%s is “%s”', (name, english, chinese) => {
    expect(names('en').measure(name)).toBe(english);
    expect(names('zh-CN').measure(name)).toBe(chinese);
  });

  it.each([
    ['commitment', 'Loss: commitment', '损失：承诺'],
    ['commitment-1', 'Loss: commitment, level 1', '损失：承诺，第 1 层'],
    ['logit-laplace', 'Loss: logit-Laplace', '损失：logit-Laplace'],
    ['some-term', 'Loss: Some term', '损失：Some term'],
  ])('of the loss, %s is “%s”', (term, english, chinese) => {
    expect(names('en').term(term)).toBe(english);
    expect(names('zh-CN').term(term)).toBe(chinese);
  });

  it.each([
    ['quantizer/commitment', 'Commitment β'],
    ['temperature', 'Temperature τ'],
    ['some/new-number', 'Some new number'],
  ])('of a schedule, %s is “%s”', (scheduled, english) => {
    expect(names('en').scheduled(scheduled)).toBe(english);
  });
});
