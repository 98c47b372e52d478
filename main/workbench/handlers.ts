import type { RequestSpec } from '@shared/contract';
import type { Handlers } from '@shared/wire';

/** One function per request of a subject, which each folder here answers. */
export type HandlersOf<R extends Record<string, RequestSpec>> = Handlers<{ requests: R; events: Record<never, never> }>;
