/** Flags and `--set a.b=value` into a checked specification: names, types and limits are the schemas' own. */
export { assign, parseAssignment, type Assignment } from './assignments';
export { parseAxis } from './axes';
export { addFieldOptions, fieldValues } from './fields';
export { checkedName } from './names';
export { modelKinds, presetNames, priorKinds, runSpecification, flaggedFields, type RunFlags } from './run';
