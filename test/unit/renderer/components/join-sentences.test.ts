import { describe, expect, it } from 'vitest';
import { joinSentences } from '@/components/join-sentences';

describe('sentences one after the other', () => {
  it('have a space between them, but none after a Chinese full stop', () => {
    expect(joinSentences(['Not found.', '', 'Try again.'])).toBe('Not found. Try again.');
    expect(joinSentences(['找不到。', '请重试。'])).toBe('找不到。请重试。');
    expect(joinSentences(['找不到。', 'Try again.', '请重试。'])).toBe('找不到。Try again. 请重试。');
  });
});
