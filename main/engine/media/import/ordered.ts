/**
 * Works on inputs at once, `width` of them under way, and gives the results in the order of the inputs. When the
 * consumer stops or an input fails, no more work is begun and what is under way is waited for: nothing runs on behind
 * the caller.
 */
export async function* inOrder<I, O>(
  inputs: AsyncIterable<I>,
  work: (input: I) => Promise<O>,
  width: number,
): AsyncGenerator<O> {
  const underWay: Promise<O>[] = [];
  try {
    for await (const input of inputs) {
      const result = work(input);
      result.catch(() => undefined); // it is met below, in its turn
      underWay.push(result);
      if (underWay.length >= width) yield await underWay.shift()!;
    }
    while (underWay.length > 0) yield await underWay.shift()!;
  } finally {
    await Promise.allSettled(underWay);
  }
}
