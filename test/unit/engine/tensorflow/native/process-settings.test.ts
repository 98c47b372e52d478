import os from 'node:os';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { deterministicEnvironment, settingsOf } from '../../../../../main/engine/tensorflow/native/process-settings';

/** A machine with `cores` cores, `share` of which this process may use. */
function machine(cores: number, share: number): void {
  const [core] = os.cpus();
  vi.spyOn(os, 'cpus').mockReturnValue(Array.from({ length: cores }, () => core as os.CpuInfo));
  vi.spyOn(os, 'availableParallelism').mockReturnValue(share);
}

afterEach(() => vi.restoreAllMocks());

describe('the settings of a deterministic run', () => {
  it('do not depend on the share of the machine that the process was given: the number of threads decides how sums are cut', () => {
    machine(6, 6);
    const whole = deterministicEnvironment();
    machine(6, 2);
    expect(deterministicEnvironment()).toEqual(whole);
    expect(whole.TF_NUM_INTRAOP_THREADS).toBe('6');
  });

  it('are left in force by those of the trainer', () => {
    const trainer = Object.keys(settingsOf('trainer').environment);
    expect(trainer.filter((name) => name in deterministicEnvironment())).toEqual([]);
  });
});

describe('the settings of the roles', () => {
  it.each([
    { share: 1, threads: '1' },
    { share: 2, threads: '2' },
    { share: 64, threads: '4' },
  ])('give the studio $threads threads where $share cores may be used', ({ share, threads }) => {
    machine(64, share);
    expect(settingsOf('studio').environment.TF_NUM_INTRAOP_THREADS).toBe(threads);
  });

  it('let everything give way to the studio, where somebody waits, and training most of all', () => {
    const [studio, library, trainer] = (['studio', 'library', 'trainer'] as const).map(
      (role) => settingsOf(role).priority,
    );
    expect(studio).toBeLessThan(library as number);
    expect(library).toBeLessThan(trainer as number);
  });

  it('show trainer and studio the same one card', () => {
    const [trainer, studio] = (['trainer', 'studio'] as const).map((role) => settingsOf(role).environment);
    expect(trainer?.CUDA_VISIBLE_DEVICES).toBe(studio?.CUDA_VISIBLE_DEVICES);
    expect(trainer?.CUDA_VISIBLE_DEVICES).toMatch(/^\d$/);
  });
});
