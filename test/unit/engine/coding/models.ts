import type { LogitModel } from '../../../../main/engine/coding';
import { type Layout, layoutOf } from '../../../../main/engine/coding/code-set';
import type { CodesLatent } from '../../../../shared/specs';

export interface ChainOptions {
  lanes: number;
  order?: Int32Array;
  /** Added to one logit, as another machine would. */
  off?: { position: number; by: number };
}

/**
 * A model with a memory, as priors have one: the logits of a position depend on all codes before it in its lane. It keeps what it was
 * asked, in `calls`.
 */
export function chain(latent: CodesLatent, { lanes, order, off }: ChainOptions): LogitModel & { calls: string[] } {
  const layout: Layout = layoutOf(latent);
  const places = order ?? Int32Array.from({ length: layout.size }, (_, place) => place);
  const memory = new Float64Array(lanes);
  const calls: string[] = [];
  return {
    lanes,
    ...(order ? { order } : {}),
    calls,
    begin({ first, count }) {
      calls.push(`begin ${first} ${count}`);
      memory.fill(0);
    },
    logits(position, previous) {
      calls.push(`next ${position} ${[...previous].join(' ')}`);
      const symbols = layout.alphabets[layout.layerAt[places[position]!]!]!;
      for (let lane = 0; lane < lanes; lane++) memory[lane] = (memory[lane]! * 0.5 + previous[lane]!) % 97;
      const values = Float32Array.from({ length: lanes * symbols }, (_, at) => {
        const [lane, symbol] = [Math.floor(at / symbols), at % symbols];
        return 4 * Math.cos(symbol * 0.37 + position + memory[lane]!);
      });
      if (off?.position === position) values[1]! += off.by;
      return { symbols, values };
    },
  };
}
