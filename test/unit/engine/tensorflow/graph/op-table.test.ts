import { describe, expect, it } from 'vitest';
import { inferredAttributes, opDefinition } from '../../../../../main/engine/tensorflow/graph/op-table';
import { tfType } from '../../../../../main/engine/tensorflow/graph/dtypes';

const { float32, int32, resource } = tfType;

describe('the op table', () => {
  it('gives the type attributes that eager mode infers', () => {
    expect(inferredAttributes('MatMul', [float32, float32])).toEqual({ T: { kind: 'type', value: float32 } });
    expect(inferredAttributes('GatherV2', [float32, int32, int32])).toEqual({
      Tparams: { kind: 'type', value: float32 },
      Tindices: { kind: 'type', value: int32 },
      Taxis: { kind: 'type', value: int32 },
    });
  });

  it('counts a list of tensors, wherever it stands', () => {
    expect(inferredAttributes('ConcatV2', [float32, float32, float32, int32])).toEqual({
      N: { kind: 'int', value: 3 },
      T: { kind: 'type', value: float32 },
      Tidx: { kind: 'type', value: int32 },
    });
    expect(inferredAttributes('Concat', [int32, float32, float32])).toEqual({
      N: { kind: 'int', value: 2 },
      T: { kind: 'type', value: float32 },
    });
  });

  it('lists the types of a mixed list', () => {
    expect(inferredAttributes('IdentityN', [float32, int32])).toEqual({
      T: { kind: 'types', value: [float32, int32] },
    });
  });

  it('gives nothing for inputs of fixed type', () => {
    expect(inferredAttributes('ResourceApplyGradientDescent', [resource, float32, float32])).toEqual({
      T: { kind: 'type', value: float32 },
    });
  });

  it('knows which ops have effects', () => {
    expect(opDefinition('AssignVariableOp').stateful).toBe(true);
    expect(opDefinition('RandomUniform').stateful).toBe(true);
    expect(opDefinition('StatelessRandomUniform').stateful).toBe(false);
    expect(() => opDefinition('NoSuchOp')).toThrow(/no op named NoSuchOp/);
  });
});
