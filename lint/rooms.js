/**
 * The rooms inside the engine in their order: a room may import rooms of earlier rows, and none of its own row. What
 * two rooms of one row need lies in an earlier row.
 */
export const rooms = [
  ['formats'],
  ['tensorflow'],
  ['numerics'],
  ['nn'],
  ['quantizers', 'density', 'perceptual', 'coding'],
  ['media'],
  ['autoencoders', 'priors'],
  ['metrics'],
  ['training'],
  ['export'],
  ['studio'],
  ['bench'],
  ['process'],
];

const roomOf = (file) => /^main\/engine\/([^/]+)\//.exec(file)?.[1] ?? null;
const rowOf = (room) => rooms.findIndex((row) => row.includes(room));

/** Why `file` may not import the repository path `target`, or null: both are files of the engine. */
export function climb(file, target) {
  const [from, to] = [roomOf(file), roomOf(`${target}/`)];
  if (from === null || to === null || from === to) return null;
  for (const room of [from, to])
    if (rowOf(room) < 0)
      return `main/engine/${room} is no room that lint/rooms.js knows: give it a place in the order.`;
  return rowOf(to) < rowOf(from)
    ? null
    : `${from} may not import ${to}, which does not stand before it: move what both need to a room before both.`;
}
