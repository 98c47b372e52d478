/** Flags and `--set a.b=value` into a checked specification: names, types and limits are the schemas' own. */
export { assign, parseAssignment, type Assignment } from './assignments';
export { addFieldOptions, fieldValues } from './fields';
export { modelKinds, runSpecification, trainingFields, type RunFlags } from './run';
