import { libraryContract } from '@shared/contract';
import type { Contract } from '@shared/contract';

/** What every role answers and announces, whatever else it does. */
export const commonContract = {
  requests: {
    'engine.ping': libraryContract.requests['engine.ping'],
    'engine.stop': libraryContract.requests['engine.stop'],
  },
  events: { 'engine.ready': libraryContract.events['engine.ready'] },
} satisfies Contract;
export type CommonContract = typeof commonContract;
