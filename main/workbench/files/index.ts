/**
 * Files a person chose, behind random names (grants): paths that a host's own dialogs gave, or uploads of a page into a
 * folder of their own. Nothing else on the disk can be named by a request.
 */
export { createGrants, type Grants } from './grants';
export { fileHandlers } from './handlers';
