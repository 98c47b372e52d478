/**
 * The requests and events that cross the product's pipes: one file a subject, `workbench` and `roles` put them
 * together.
 */
export * from './app';
export * from './bin';
export * from './common';
export * from './compare';
export * from './compression';
export * from './contract';
export * from './datasets';
export * from './documents';
export * from './engine';
export * from './launch';
export * from './exports';
export * from './files';
export * from './host';
export * from './items';
export * from './local';
export * from './recipe';
export * from './roles';
export * from './runs';
export * from './sample-quality';
export * from './samples';
export * from './studio';
export * from './workbench';
