import { createRequire } from 'node:module';
import { installationOf } from './installation';
import { chooseBuild } from './pins';

/** `shape-graph.cc`: TensorFlow's shape functions over a graph that grows node by node. */
export interface ShapeGraphBinding {
  createGraph(): object;
  addNode(graph: object, graphDef: Uint8Array, name: string, inputs: readonly (string | number)[]): number[];
}

let loaded: ShapeGraphBinding | undefined;

export function shapeGraphBinding(): ShapeGraphBinding {
  loaded ??= createRequire(import.meta.url)(installationOf(chooseBuild()).shapeGraph) as ShapeGraphBinding;
  return loaded;
}
