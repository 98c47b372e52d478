import { appEvents, appRequests } from './app';
import { binEvents, binRequests } from './bin';
import { compressionRequests } from './compression';
import type { Contract } from './contract';
import { datasetsEvents, datasetsRequests } from './datasets';
import { documentsEvents, documentsRequests } from './documents';
import { engineEvents, engineRequests } from './engine';
import { exportsRequests } from './exports';
import { filesRequests } from './files';
import { runsEvents, runsRequests } from './runs';
import { samplesRequests } from './samples';
import { studioEvents, studioRequests } from './studio';

/** All that a window, a browser tab or a script can ask of the workbench, and all it announces. */
export const workbenchContract = {
  requests: {
    ...appRequests,
    ...filesRequests,
    ...binRequests,
    ...datasetsRequests,
    ...runsRequests,
    ...studioRequests,
    ...samplesRequests,
    ...compressionRequests,
    ...exportsRequests,
    ...documentsRequests,
    ...engineRequests,
  },
  events: {
    ...appEvents,
    ...binEvents,
    ...datasetsEvents,
    ...runsEvents,
    ...studioEvents,
    ...documentsEvents,
    ...engineEvents,
  },
} satisfies Contract;
export type WorkbenchContract = typeof workbenchContract;
