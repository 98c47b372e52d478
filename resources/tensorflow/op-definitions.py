"""Writes ops.json: what a GraphDef must spell out about each TensorFlow op and the eager C API infers.

Run with the TensorFlow named in pins.json:  python op-definitions.py > ops.json

One op, one string of words. The first word is "!" if the op is stateful (never merged, never dropped). Then one
word an input: the attribute that holds its type ("T"), "-" if its type is fixed, "N*T" for a list of N tensors of
type T, "*Tin" for a list whose types are themselves a list.
"""

import json

from tensorflow.core.framework import op_def_pb2
from tensorflow.python.client import pywrap_tf_session as session


def word(argument):
    if argument.type_list_attr:
        return "*" + argument.type_list_attr
    kind = argument.type_attr or "-"
    return f"{argument.number_attr}*{kind}" if argument.number_attr else kind


def definition(op):
    return " ".join((["!"] if op.is_stateful else []) + [word(argument) for argument in op.input_arg])


buffer = session.TF_GetAllOpList()
ops = op_def_pb2.OpList()
ops.ParseFromString(buffer if isinstance(buffer, bytes) else session.TF_GetBuffer(buffer))
table = {op.name: definition(op) for op in sorted(ops.op, key=lambda op: op.name)}
print("{" + ",\n".join(f"{json.dumps(name)}:{json.dumps(text)}" for name, text in table.items()) + "}")
