"""The weights of a safetensors file, and the layers that they make."""

import json
import pathlib

import torch
import torch.nn.functional as F
from safetensors import safe_open

BESIDE = pathlib.Path(__file__).with_name("model.safetensors")


class Weights(torch.nn.Module):
    """The tensors of a file as buffers under their own names, so that `.to("cuda")` and `.state_dict()` work as usual.

    Kernels are stored as TensorFlow orders them; the layers take and give what PyTorch does: features [N, C, H, W],
    rows [..., units].
    """

    def __init__(self, path=BESIDE):
        super().__init__()
        with safe_open(path, framework="pt") as file:
            self.info = json.loads(file.metadata()["tessera"])
            for name in file.keys():
                self.register_buffer(name, file.get_tensor(name))
        self.spec, self.image = self.info["spec"]["model"], self.info["image"]

    def __getitem__(self, name):
        return self.get_buffer(name)

    def __contains__(self, name):
        return name in self._buffers

    def conv(self, name, x, stride=1):
        """Padded as TensorFlow's "same": where one side gets more, it is the right and the lower one."""
        kernel = self[f"{name}/kernel"].permute(3, 2, 0, 1)  # stored [rows, columns, in, out]
        padding = max(kernel.shape[-1] - stride, 0)
        before, after = padding // 2, padding - padding // 2
        return F.conv2d(F.pad(x, (before, after, before, after)), kernel, self[f"{name}/bias"], stride)

    def conv_transpose(self, name, x):
        """4 x 4 with stride 2: twice the sides."""
        kernel = self[f"{name}/kernel"].permute(3, 2, 0, 1)  # stored [rows, columns, out, in]
        return F.conv_transpose2d(x, kernel, self[f"{name}/bias"], stride=2, padding=1)

    def dense(self, name, x):
        return x @ self[f"{name}/kernel"] + self[f"{name}/bias"]

    def group_norm(self, name, x, groups):
        return F.group_norm(x, groups, self[f"{name}/scale"], self[f"{name}/offset"], eps=1e-6)

    def layer_norm(self, name, x):
        return F.layer_norm(x, x.shape[-1:], self[f"{name}/scale"], self[f"{name}/offset"], eps=1e-5)
