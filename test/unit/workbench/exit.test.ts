import { describe, expect, it } from 'vitest';
import { describeExit, hintFor } from '../../../main/workbench/engine/exit';

const lower = /lower the batch, the size of the pictures or the hidden channels/;

describe('a process that ended by itself', () => {
  it.each([
    ['SIGKILL', ''],
    ['SIGABRT', "terminate called after throwing an instance of 'std::bad_alloc'"],
    ['SIGABRT', 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'],
  ] as const)('by %s, saying “%s”, may have lacked memory: what to lower is named', (signal, log) => {
    expect(hintFor(signal, log)).toMatch(lower);
  });

  it('for another reason gets no advice about memory', () => {
    expect(hintFor('SIGSEGV', 'Segmentation fault')).toBe('');
    expect(describeExit({ code: null, signal: 'SIGSEGV', error: null, hung: null })).toBe('was ended by SIGSEGV');
  });
});
