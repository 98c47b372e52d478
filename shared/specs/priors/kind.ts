import type { z } from 'zod';
import type { Localized } from '../field';

/** A kind of prior as both sides know it: its settings, what it is over, and how it is called. */
export interface PriorKindOf<Kind extends string, Schema extends z.ZodType> {
  readonly kind: Kind;
  readonly schema: Schema;
  readonly over: 'codes' | 'vectors';
  readonly name: Localized;
  /** A sentence that sets it apart from the others. */
  readonly help: Localized;
}

export const priorKind = <Kind extends string, Schema extends z.ZodType>(
  known: PriorKindOf<Kind, Schema>,
): PriorKindOf<Kind, Schema> => known;
