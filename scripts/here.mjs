/**
 * npm runs a script in the package's folder, wherever it was called; paths in arguments are relative to the user's
 * working directory. Does nothing outside an npm script of this package.
 */
export function standWhereThePersonDoes(environment = process.env) {
  if (environment.npm_lifecycle_event && environment.INIT_CWD) process.chdir(environment.INIT_CWD);
}
