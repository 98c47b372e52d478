import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { carriedPackages } from '../../../scripts/notices.mjs';

it('NOTICES.txt names every package the product carries (else run: node scripts/notices.mjs)', () => {
  const notices = readFileSync('NOTICES.txt', 'utf8');
  const missing = carriedPackages()
    .map(([key]) => key)
    .filter((key) => !notices.includes(`${key} (`));
  expect(missing).toEqual([]);
});
