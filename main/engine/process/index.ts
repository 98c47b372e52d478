/**
 * Engine processes. `main` is the entry: one process, one role or one command. `settings` tunes TensorFlow for the role
 * before it loads; `serve` speaks a role's contract on fd 3 and ends the process cleanly; `last-words` handles uncaught
 * errors; `set-up` loads TensorFlow when it is first needed; `roles/` answer the requests; `commands/` are run by the
 * command line.
 */
export { serveRole, type Emit, type Role } from './serve';
export { settingsOf } from '../tensorflow/native/process-settings';
