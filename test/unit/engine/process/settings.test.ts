import os from 'node:os';
import { describe, expect, it } from 'vitest';
import { deterministicEnvironment } from '../../../../main/engine/process/settings';

describe('the settings of a deterministic run', () => {
  it('fix the threads to the machine’s, since their number decides how sums are cut, and ask for kernels that repeat', () => {
    expect(deterministicEnvironment()).toEqual({
      TF_DETERMINISTIC_OPS: '1',
      NVIDIA_TF32_OVERRIDE: '0',
      TF_NUM_INTRAOP_THREADS: String(os.cpus().length),
    });
  });
});
