import type { Items } from '@shared/contract';
import type { Signal } from '@shared/specs';
import type { PageMedium } from './medium';
import { picture } from './picture';

const media: Record<Signal['kind'], PageMedium> = { picture };

/** The medium of items. */
export const mediumOf = ({ signal }: Pick<Items, 'signal'>): PageMedium => media[signal.kind];
