/**
 * Where pictures come from: folders, zip and tar archives, loose files. A source only lists and reads files, safely: no
 * link is followed, no name leads outside, nothing unpacks to more than the limits.
 */
export { type Source, type SourceFile, type Visit } from './source';
export { openSources } from './open';
export { baseOf, byName, endingOf, folderOf, isHidden, safePath, stemOf } from './names';
