/**
 * In which order a run sees its items: every epoch is a permutation of all of them, drawn from seed and epoch. Any
 * position can be asked for at once and nothing is kept, so a million items cost no memory and a continued run goes on
 * where it was.
 */
export function createOrder(seed: number, count: number): (position: number) => number {
  const bits = Math.max(1, Math.ceil(Math.log2(count) / 2));
  let keys = { epoch: -1, rounds: [] as number[] };
  return (position) => {
    const epoch = Math.floor(position / count);
    if (keys.epoch !== epoch) keys = { epoch, rounds: roundKeys(seed, epoch) };
    // The permutation is of the next power of 4; what falls outside walks on along its cycle until it is inside.
    let value = position - epoch * count;
    do value = feistel(value, bits, keys.rounds);
    while (value >= count);
    return value;
  };
}

/** What is random in the augmentation of the item in this slot of this step's batch: 32 bits. */
export function augmentationBits(seed: number, step: number, slot: number): number {
  return mix(mix(mix(seed ^ 0x5f1f) ^ step) ^ slot);
}

const ROUNDS = 6;

function roundKeys(seed: number, epoch: number): number[] {
  return Array.from({ length: ROUNDS }, (_, round) => mix(mix(mix(seed) ^ epoch) ^ round));
}

/** A permutation of [0, 4^bits) whatever the round function (Luby and Rackoff 1988). */
function feistel(value: number, bits: number, keys: readonly number[]): number {
  const mask = 2 ** bits - 1;
  let [left, right] = [value >>> bits, value & mask];
  for (const key of keys) [left, right] = [right, left ^ (mix(right ^ key) & mask)];
  return left * (mask + 1) + right;
}

/** Spreads every bit of a 32-bit number over all of them (the finaliser of MurmurHash3, on a moved start). */
function mix(value: number): number {
  let hash = (value + 0x9e3779b9) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
