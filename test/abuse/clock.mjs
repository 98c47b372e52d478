// A clock that is stepped while a process runs, by libfaketime where it is installed.
import fs from 'node:fs';
import path from 'node:path';

const libraries = [
  '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1',
  '/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1',
  '/usr/lib/faketime/libfaketimeMT.so.1',
];
const library = libraries.find((file) => fs.existsSync(file));
const STEPS = ['+0', '+3s', '-3s', '+1h', '-1h', '+400d', '+0'];

/** `environment` for a process with such a clock, and `step`, which moves it; null where there is no libfaketime. */
export function createClock(root) {
  if (!library) return null;
  const file = path.join(root, 'clock');
  let at = 0;
  fs.writeFileSync(file, STEPS[0]);
  return {
    environment: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_CACHE_DURATION: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
    step: () => fs.writeFileSync(file, STEPS[(at = (at + 1) % STEPS.length)]),
  };
}
