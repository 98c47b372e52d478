"""Golden numbers of vector-quantize-pytorch, in a configuration that means what the paper means.

Its rotation trick is switched off (on by default) and training mode is on (in evaluation its loss is zero). With
`learnable_codebook` its "commitment" loss has no stopped gradient, so it is asked for through the two halves: the weights are
those of the paper when the codebook's half is taken with weight 1 and the encoder's with beta.
"""

import pathlib

import numpy as np
import torch
from vector_quantize_pytorch import VectorQuantize

BETA = 0.25
golden = {}
with np.load(pathlib.Path(__file__).parent / "golden" / "sonnet-quantizer.npz") as shared:
    x = torch.tensor(shared["batches"][0], requires_grad=True)
    codebook, upstream = torch.tensor(shared["codebook"]), torch.tensor(shared["upstream"])
codes, dimension = codebook.shape


def quantizer(**options):
    made = VectorQuantize(
        dim=dimension, codebook_size=codes, decay=0.99, commitment_weight=BETA, rotation_trick=False,
        kmeans_init=False, threshold_ema_dead_code=0, **options,
    )
    made._codebook.embed.data.copy_(codebook[None])
    return made.train()


flat, sent_back = x.reshape(1, -1, dimension), upstream.reshape(1, -1, dimension)
quantized, indices, commitment = quantizer()(flat)
(commitment + (quantized * sent_back).sum()).backward()
golden["indices"] = indices.reshape(x.shape[:3]).numpy().astype(np.int32)
golden["quantized"] = quantized.detach().reshape(x.shape).numpy()
golden["commitment"] = commitment.detach().numpy().reshape(())
golden["inputGradient"] = x.grad.numpy()

learnt = quantizer(learnable_codebook=True, ema_update=False)
with torch.no_grad():
    fixed = flat.clone()
_, _, loss = learnt(fixed)
(loss / BETA).sum().backward()
golden["codebookLoss"] = (loss / BETA).detach().numpy().reshape(())
golden["codebookGradient"] = learnt._codebook.embed.grad[0].numpy()

path = pathlib.Path(__file__).parent / "golden" / "torch-quantizer.npz"
np.savez_compressed(path, **golden)
print(path, path.stat().st_size, {name: value.shape for name, value in golden.items()}, golden["commitment"], golden["codebookLoss"])
