/** Variance of the posterior mean from which a component counts as active (Burda et al. 2016, section 5.1). */
const ACTIVE = 0.01;

/**
 * Active units: the components of a latent whose posterior mean varies over the items, Var_x(E_q[z]) > 0.01. Takes
 * the means batch by batch; the variance is over N, by Welford's recurrence, which doesn't lose small variances beside
 * large means.
 */
export function createActiveUnits(length: number) {
  const means = new Float64Array(length);
  const squares = new Float64Array(length);
  let items = 0;
  return {
    /** @param vectors [count or more, length] */
    add(vectors: ArrayLike<number>, count: number): void {
      for (let item = 0; item < count; item++) {
        items += 1;
        for (let component = 0; component < length; component++) {
          const off = (vectors[item * length + component] ?? NaN) - means[component]!;
          means[component]! += off / items;
          squares[component]! += off * ((vectors[item * length + component] ?? NaN) - means[component]!);
        }
      }
    },
    /** Var_x of each component: [length]. */
    variances: (): Float64Array => squares.map((square) => square / items),
    count: (): number => squares.reduce((sum, square) => sum + (square / items > ACTIVE ? 1 : 0), 0),
  };
}
