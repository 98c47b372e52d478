/**
 * npm runs a script in the package's folder, wherever it was called; paths in arguments are relative to where the person
 * stands. Does nothing where no npm script of this package is running.
 */
export function standWhereThePersonDoes(environment = process.env) {
  if (environment.npm_lifecycle_event && environment.INIT_CWD) process.chdir(environment.INIT_CWD);
}
