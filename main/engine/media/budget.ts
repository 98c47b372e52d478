/** Memory that parallel work shares. */
export interface Budget {
  /** Runs `work` once `amount` bytes are free. */
  use<T>(amount: number, work: () => Promise<T>): Promise<T>;
}

/** A budget that never makes anyone wait. */
export const unlimited: Budget = { use: (_amount, work) => work() };

/**
 * A budget of `total` bytes, first come, first served. More than the whole is granted alone, so that one huge picture
 * is decoded by itself instead of never.
 */
export function createBudget(total: number): Budget {
  let free = total;
  const waiting: { amount: number; go: () => void }[] = [];
  const admit = (): void => {
    for (let next = waiting[0]; next !== undefined && next.amount <= free; next = waiting[0]) {
      waiting.shift();
      free -= next.amount;
      next.go();
    }
  };
  return {
    async use(amount, work) {
      const taken = Math.min(amount, total);
      if (waiting.length === 0 && taken <= free) free -= taken;
      else await new Promise<void>((go) => waiting.push({ amount: taken, go }));
      try {
        return await work();
      } finally {
        free += taken;
        admit();
      }
    },
  };
}
