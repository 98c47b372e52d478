import type { z } from 'zod';
import type { Localized } from '../field';
import type { ModelKind, modelSchema } from '../model';
import type { RunSpec } from '../run';

export interface Preset {
  /** As in `--preset NAME`. */
  name: string;
  model: ModelKind;
  label: Localized;
  help: Localized;
  spec: {
    model: z.input<typeof modelSchema>;
    training: Partial<RunSpec['training']>;
    augmentation?: RunSpec['augmentation'];
  };
}
