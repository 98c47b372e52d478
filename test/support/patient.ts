import { vi } from 'vitest';

/**
 * What a screen comes to is waited for as long as a loaded machine takes, not for one second: a wait ends with its
 * event all the same, and one that never ends fails only later.
 */
const DEADLINE_MS = 15_000;
const { waitFor } = vi;
vi.waitFor = (callback, options) =>
  waitFor(callback, typeof options === 'number' ? options : { timeout: DEADLINE_MS, ...options });
