/** How codes are laid out: as they are numbered, most used first, or so that like codes stand together. */
export type CodeOrder = 'index' | 'use' | 'likeness';
export const codeOrders: readonly CodeOrder[] = ['use', 'likeness', 'index'];

/**
 * Every code once, in the order asked for.
 *
 * @param counts times each code was used
 * @param byLikeness codes in an order in which their vectors change little from one to the next
 */
export function orderCodes(order: CodeOrder, counts: ArrayLike<number>, byLikeness: Int32Array): Int32Array {
  if (order === 'likeness') return byLikeness;
  const codes = Int32Array.from({ length: counts.length }, (_, code) => code);
  return order === 'index' ? codes : codes.sort((a, b) => counts[b]! - counts[a]! || a - b);
}

/** Where each code stands in an order. */
export function placesIn(order: Int32Array): Int32Array {
  const places = new Int32Array(order.length);
  order.forEach((code, place) => (places[code] = place));
  return places;
}
