import type { z } from 'zod';
import type { Localized } from '../field';
import type { MediumKind } from '../media';

/** A kind of autoencoder as both sides know it: its settings, and what follows from the kind alone. */
export interface AutoencoderKindOf<Kind extends string, Schema extends z.ZodType> {
  readonly kind: Kind;
  readonly schema: Schema;
  readonly name: Localized;
  /** A sentence that sets it apart from the others. */
  readonly help: Localized;
  /** What it turns an item into. */
  readonly latent: 'codes' | 'vector';
  /** Whether its loss holds its vectors to N(0, I), so that any drawn from there decodes to something. */
  readonly hasNormalPrior: boolean;
  /** The media whose items it takes; undefined where it takes any. */
  readonly media?: readonly MediumKind[];
}

/** A kind of autoencoder; its latent has no normal prior unless that is said. */
export const autoencoderKind = <Kind extends string, Schema extends z.ZodType>(
  known: Omit<AutoencoderKindOf<Kind, Schema>, 'hasNormalPrior'> & { hasNormalPrior?: boolean },
): AutoencoderKindOf<Kind, Schema> => ({ hasNormalPrior: false, ...known });
