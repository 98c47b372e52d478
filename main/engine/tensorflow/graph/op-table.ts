import { AppError } from '@shared/errors';
import opDefinitions from '../../../../resources/tensorflow/ops.json';
import type { AttributeValue } from '../../formats/graph-def';

/** One op as TensorFlow's registry describes it; see resources/tensorflow/op-definitions.py. */
export interface OpDefinition {
  /**
   * Whether the op has side effects or hidden state (random generators, variables), so that its place in a graph must
   * be deliberate.
   */
  stateful: boolean;
  inputs: { type: string | null; count: string | null; typeList: string | null }[];
}

const texts: Readonly<Record<string, string>> = opDefinitions;
const parsed = new Map<string, OpDefinition>();

export function opDefinition(op: string): OpDefinition {
  let definition = parsed.get(op);
  if (!definition) {
    const text = texts[op];
    if (text === undefined) throw new AppError('CAPTURE', `TensorFlow has no op named ${op}.`);
    definition = parse(text);
    parsed.set(op, definition);
  }
  return definition;
}

/**
 * The type and count attributes that TensorFlow infers in eager mode but a GraphDef must spell out, from the types of
 * the actual inputs.
 */
export function inferredAttributes(op: string, inputTypes: readonly number[]): Record<string, AttributeValue> {
  const { inputs } = opDefinition(op);
  const attributes: Record<string, AttributeValue> = {};
  const lists = inputs.filter((input) => input.count !== null || input.typeList !== null).length;
  const listLength = inputTypes.length - (inputs.length - lists);
  let position = 0;
  for (const input of inputs) {
    if (input.typeList !== null) {
      attributes[input.typeList] = { kind: 'types', value: inputTypes.slice(position, position + listLength) };
    } else {
      const type = inputTypes[position];
      if (input.count !== null) attributes[input.count] = { kind: 'int', value: listLength };
      if (input.type !== null && type !== undefined) attributes[input.type] = { kind: 'type', value: type };
    }
    position += input.count !== null || input.typeList !== null ? listLength : 1;
  }
  return attributes;
}

function parse(text: string): OpDefinition {
  const words = text.split(' ').filter(Boolean);
  const stateful = words[0] === '!';
  const inputs = (stateful ? words.slice(1) : words).map((word) => {
    const star = word.indexOf('*');
    if (star === 0) return { type: null, count: null, typeList: word.slice(1) };
    const count = star > 0 ? word.slice(0, star) : null;
    const type = word.slice(star + 1);
    return { type: type === '-' ? null : type, count, typeList: null };
  });
  return { stateful, inputs };
}
