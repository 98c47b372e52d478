import { describe, expect, it } from 'vitest';
import type { Item } from '@shared/contract';
import { noTexts } from '@shared/specs/dataset';
import { piecesOf, whyFound } from '@/features/datasets/found';

const item = (given: Partial<Item>): Item => ({
  ...{ index: 0, name: 'a.png', label: null, split: 'train', facts: {}, ...noTexts },
  ...given,
});
const marked = (text: string, sought: string): string =>
  piecesOf(text, sought)
    .map((piece) => (piece.isHit ? `[${piece.text}]` : piece.text))
    .join('');

describe('what was sought', () => {
  it('is marked wherever it stands, in either case, and no letter is lost', () => {
    expect(marked('Red, not RED', 'red')).toBe('[Red], not [RED]');
    expect(marked('红色的风筝', '风筝')).toBe('红色的[风筝]');
    expect(marked('cafe\u0301', 'CAFÉ')).toBe('[café]');
    expect(marked('aaa', 'aa')).toBe('[aa]a');
    expect(marked('x', ' ')).toBe('x');
    expect(marked('', 'x')).toBe('');
    expect(marked('İstanbul', 'bul')).toBe('İstanbul'); // lower case is longer: unmarked, but whole
  });

  it('is given by the text that holds it, unless the name does', () => {
    const described = item({ captions: ['one', 'a red\nkite'], tags: ['天空'], fields: { author: 'Wei' } });
    expect(whyFound(described, 'red kite')).toBe('a red kite');
    expect(whyFound(described, '天')).toBe('天空');
    expect(whyFound(described, 'wei')).toBe('author: Wei');
    expect(whyFound(described, 'A.P')).toBeNull();
    expect(whyFound(described, '')).toBeNull();
    expect(whyFound(item({ captions: [`${'x'.repeat(90)}red${'y'.repeat(90)}`] }), 'red')).toBe(
      `…${'x'.repeat(40)}red${'y'.repeat(40)}…`,
    );
  });
});
