import type { RequestSpec } from '@shared/contract';
import type { Handlers } from '@shared/wire';

/** One function a request of a group of requests, as each folder here answers those of its own subject. */
export type HandlersOf<R extends Record<string, RequestSpec>> = Handlers<{ requests: R; events: Record<never, never> }>;
