/** What a drawing gives when it has ended, without a pause on the way. */
export function toTheEnd<T>(drawing: Generator<unknown, T>): T {
  for (;;) {
    const { done, value } = drawing.next();
    if (done) return value;
  }
}
