import type { DatasetManifest } from '@shared/specs/dataset';
import type { ItemFacts } from '@shared/specs/media';

/** The smallest, middle and largest of each fact that items came with, each fact by itself. */
export function createFactsSummary(): { add(facts: ItemFacts): void; summary(): DatasetManifest['facts'] } {
  const counts = new Map<string, Map<number, number>>();
  return {
    add(facts) {
      for (const [name, value] of Object.entries(facts)) {
        const known = counts.get(name) ?? new Map<number, number>();
        known.set(value, (known.get(value) ?? 0) + 1);
        counts.set(name, known);
      }
    },
    summary() {
      const found = [...counts].map(([name, values]) => [name, quantiles(values)] as const);
      const each = (which: keyof DatasetManifest['facts']) =>
        Object.fromEntries(found.map(([name, values]) => [name, values[which]]));
      return { minimum: each('minimum'), median: each('median'), maximum: each('maximum') };
    },
  };
}

function quantiles(counts: ReadonlyMap<number, number>): Record<keyof DatasetManifest['facts'], number> {
  const values = [...counts].sort(([a], [b]) => a - b);
  const half = values.reduce((sum, [, count]) => sum + count, 0) / 2;
  let passed = 0;
  const median = values.find(([, count]) => (passed += count) >= half);
  return { minimum: values[0]?.[0] ?? 0, median: median?.[0] ?? 0, maximum: values.at(-1)?.[0] ?? 0 };
}
