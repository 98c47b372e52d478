import { z } from 'zod';
import { bytes, empty } from './common';

/**
 * Files a person chose reach the workbench in two ways, and the renderer never names a path: the desktop host grants
 * paths from its native dialogs and drops; any host may upload what a picker or a drop gave the page. Both end in a
 * grant, the one thing a request may name as a source. Paths inside an upload are relative and checked.
 */
export const filesRequests = {
  'files.open': { params: empty, result: z.object({ grant: z.string() }) },
  'files.write': {
    params: z.object({
      grant: z.string(),
      path: z.string().min(1).max(1024),
      offset: z.number().int().nonnegative(),
      bytes,
    }),
    result: empty,
  },
  'files.release': { params: z.object({ grant: z.string() }), result: empty },
};
