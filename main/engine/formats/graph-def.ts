import pins from '../../../resources/tensorflow/pins.json';
import { MessageWriter } from './protobuf';

/** A node of a TensorFlow graph; inputs are `node:output`, or `^node` for "only after". */
export interface GraphNode {
  name: string;
  op: string;
  inputs: string[];
  attributes: Record<string, AttributeValue>;
}

export type AttributeValue =
  | { kind: 'string'; value: string }
  | { kind: 'int'; value: number }
  | { kind: 'ints'; value: readonly number[] }
  | { kind: 'float'; value: number }
  | { kind: 'floats'; value: readonly number[] }
  | { kind: 'bool'; value: boolean }
  | { kind: 'type'; value: number }
  | { kind: 'types'; value: readonly number[] }
  | { kind: 'shape'; value: readonly number[] }
  | { kind: 'tensor'; value: TensorContent };

/** A constant: the bytes of all its values, or of one value that fills the whole shape. */
export interface TensorContent {
  type: number;
  shape: readonly number[];
  values: { all: Uint8Array } | { fill: number };
}

export interface TensorName {
  name: string;
  type: number;
  shape: readonly number[];
}

export interface Signature {
  inputs: Record<string, TensorName>;
  outputs: Record<string, TensorName>;
}

/** The GraphDef version that TensorFlow 2.21 writes; it fixes what each op means. */
const PRODUCER = 2474;

/** Writes a SavedModel file (`saved_model.pb`) of one graph, tagged `serve`. */
export function encodeSavedModel(nodes: readonly GraphNode[], signatures: Record<string, Signature> = {}): Uint8Array {
  return new MessageWriter()
    .integer(1, 1)
    .message(2, (meta) => {
      meta.message(1, (info) => info.bytes(4, 'serve').bytes(5, pins.tensorflow));
      meta.message(2, (graph) => writeGraph(graph, nodes));
      writeMap(meta, 5, signatures, writeSignature);
    })
    .finish();
}

/** The same nodes as a bare GraphDef. */
export function encodeGraph(nodes: readonly GraphNode[]): Uint8Array {
  const graph = new MessageWriter();
  writeGraph(graph, nodes);
  return graph.finish();
}

function writeGraph(graph: MessageWriter, nodes: readonly GraphNode[]): void {
  for (const node of nodes) graph.message(1, (writer) => writeNode(writer, node));
  graph.message(4, (versions) => versions.integer(1, PRODUCER));
}

function writeNode(writer: MessageWriter, node: GraphNode): void {
  writer.bytes(1, node.name).bytes(2, node.op);
  for (const input of node.inputs) writer.bytes(3, input);
  writeMap(writer, 5, node.attributes, writeAttribute);
}

function writeAttribute(writer: MessageWriter, attribute: AttributeValue): void {
  switch (attribute.kind) {
    case 'string':
      writer.bytes(2, attribute.value);
      break;
    case 'int':
      writer.integer(3, attribute.value);
      break;
    case 'float':
      writer.float(4, attribute.value);
      break;
    case 'bool':
      writer.integer(5, attribute.value ? 1 : 0);
      break;
    case 'type':
      writer.integer(6, attribute.value);
      break;
    case 'shape':
      writer.message(7, (shape) => writeShape(shape, attribute.value));
      break;
    case 'tensor':
      writer.message(8, (tensor) => writeTensor(tensor, attribute.value));
      break;
    case 'ints':
      writer.message(1, (list) => list.packedIntegers(3, attribute.value));
      break;
    case 'floats':
      writer.message(1, (list) => list.packedFloats(4, attribute.value));
      break;
    case 'types':
      writer.message(1, (list) => list.packedIntegers(6, attribute.value));
      break;
  }
}

function writeTensor(writer: MessageWriter, tensor: TensorContent): void {
  writer.integer(1, tensor.type).message(2, (shape) => writeShape(shape, tensor.shape));
  if ('all' in tensor.values) writer.bytes(4, tensor.values.all);
  else writeFill(writer, tensor.type, tensor.values.fill);
}

/** One value in the typed list stands for every element of the shape. */
function writeFill(writer: MessageWriter, type: number, value: number): void {
  const float = 1;
  const int64 = 9;
  const bool = 10;
  if (type === float) writer.packedFloats(5, [value]);
  else if (type === int64) writer.packedIntegers(10, [value]);
  else if (type === bool) writer.packedIntegers(11, [value]);
  else writer.packedIntegers(7, [value]);
}

function writeShape(writer: MessageWriter, shape: readonly number[]): void {
  for (const side of shape) writer.message(2, (dimension) => dimension.integer(1, side));
}

function writeSignature(writer: MessageWriter, signature: Signature): void {
  writeMap(writer, 1, signature.inputs, writeTensorName);
  writeMap(writer, 2, signature.outputs, writeTensorName);
  writer.bytes(3, 'tensorflow/serving/predict');
}

function writeTensorName(writer: MessageWriter, tensor: TensorName): void {
  writer
    .bytes(1, tensor.name)
    .integer(2, tensor.type)
    .message(3, (shape) => writeShape(shape, tensor.shape));
}

function writeMap<T>(
  writer: MessageWriter,
  field: number,
  entries: Readonly<Record<string, T>>,
  write: (writer: MessageWriter, value: T) => void,
): void {
  for (const [key, value] of Object.entries(entries)) {
    writer.message(field, (entry) => entry.bytes(1, key).message(2, (inner) => write(inner, value)));
  }
}
