"""Small state dictionaries as `torch.save` wrote them before PyTorch 1.6: what the reader takes, and what it must refuse."""

import collections
import pathlib
import pickle

import numpy as np
import torch

folder = pathlib.Path(__file__).parent
values = torch.arange(24, dtype=torch.float32).reshape(2, 3, 4)
state = collections.OrderedDict(
    plain=values.clone(),
    turned=values.clone().permute(2, 0, 1),
    part=torch.arange(100, dtype=torch.float32)[40:46].reshape(2, 3),
    tracked=torch.tensor(7),
)
torch.save(state, folder / "state.pth", _use_new_zipfile_serialization=False)


class Evil:
    def __reduce__(self):
        return (print, ("called",))


torch.save({"weight": Evil()}, folder / "evil.pth", _use_new_zipfile_serialization=False)
