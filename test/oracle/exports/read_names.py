"""Runs exported models without PyTorch and tells which of their weights they read.

usage: read_names.py DIR...      each with model.py and model.safetensors

Prints JSON: for each DIR the names in its file (`stored`), those read by encoding and decoding (`read`), and those asked
for in vain (`missing`). Stand-ins take the place of torch and safetensors: a tensor is `Anything`, on which every
operation gives another one. Control flow depends on the specification and the names of weights alone, so all of a
model's code runs.
"""

import importlib.util
import json
import pathlib
import sys
import types


class Anything:
    """A tensor, a function of torch, or what that returns. Sides are made up; a kernel's are true."""

    def __init__(self, shape=(2, 3, 16, 16)):
        self.shape = shape

    def __getattr__(self, name):
        return Anything()

    def __call__(self, *arguments, **named):
        return Anything()

    def __getitem__(self, key):
        return Anything()

    def __iter__(self):  # as many parts as are asked for: three at the most
        return iter([Anything()] * 3)

    def permute(self, *order):
        return Anything(tuple(self.shape[at] for at in order) if len(order) == len(self.shape) else (2, 3, 16, 16))


for operator in "add sub mul truediv floordiv mod pow matmul rshift and".split():
    for name in (f"__{operator}__", f"__r{operator}__"):
        setattr(Anything, name, lambda self, other: Anything())
for operator in "neg lt le gt ge eq".split():
    setattr(Anything, f"__{operator}__", lambda self, *other: Anything())


class Module:
    """torch.nn.Module as far as models use it; notes what is read."""

    def __init__(self):
        self._buffers, self.read, self.missing = {}, set(), set()

    def register_buffer(self, name, tensor):
        self._buffers[name] = tensor

    def get_buffer(self, name):
        (self.read if name in self._buffers else self.missing).add(name)
        return self._buffers.get(name) or Anything()


class SafeOpen:
    """safetensors.safe_open: eight bytes of length, then a header in JSON."""

    def __init__(self, path, framework):
        file = pathlib.Path(path).read_bytes()
        self.header = json.loads(file[8 : 8 + int.from_bytes(file[:8], "little")])

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def metadata(self):
        return self.header["__metadata__"]

    def keys(self):
        return [name for name in self.header if name != "__metadata__"]

    def get_tensor(self, name):
        return Anything(tuple(self.header[name]["shape"]))


def stand_in(name, **members):
    module = types.ModuleType(name)
    vars(module).update(members)
    module.__getattr__ = lambda member: Anything()
    sys.modules[name] = module
    return module


functional = stand_in("torch.nn.functional")
nn = stand_in("torch.nn", Module=Module, functional=functional)
stand_in("torch", nn=nn)
stand_in("safetensors", safe_open=SafeOpen)

report = {}
for directory in sys.argv[1:]:
    spec = importlib.util.spec_from_file_location("model", pathlib.Path(directory) / "model.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    model = module.Model()
    model.decode(model.encode(Anything()))
    names = {"stored": model._buffers.keys(), "read": model.read, "missing": model.missing}
    report[directory] = {name: sorted(found) for name, found in names.items()}
print(json.dumps(report))
