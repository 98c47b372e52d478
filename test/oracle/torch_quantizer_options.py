"""Golden numbers of vector-quantize-pytorch for the quantizers' options: rotation trick, orthogonality, diversity, cosine and
factorised codes, SimVQ, k-means; and of PyTorch's own Gumbel-softmax.

Where the library means something else than the papers, it is told what they mean:
- its rotation trick is on by default, its losses are zero in evaluation: both are set;
- its averages begin at 1 and at the codebook and are not zero-debiased. Emptied, and with the epsilon that debiasing would
  leave (eps * (1 - decay ** t)), its codebook is Sonnet's;
- its diversity averages over the batch alone, not over places: every vector is a batch item here;
- its averages move the codebook's memory before the diversity's gradient, which reads it, is taken: they are off for that;
- its learnt codebook has one weight for both halves of the loss; they are taken apart by detaching one side;
- its Gumbel sampling adds noise after dividing by the temperature and differentiates without it: torch.nn.functional's is
  Jang et al.'s.
"""

import pathlib

import numpy as np
import torch
import torch.nn.functional as F
from vector_quantize_pytorch import SimVQ, VectorQuantize
from vector_quantize_pytorch.vector_quantize_pytorch import kmeans

BETA, STEPS, KEPT = 0.25, 10, (1, 2, 10)
DECAY, EPSILON = 0.99, 1e-5
folder = pathlib.Path(__file__).parent / "golden"
with np.load(folder / "sonnet-quantizer.npz") as shared:
    batches = torch.tensor(shared["batches"])  # [steps, N, h, w, D]
    codebook, upstream = torch.tensor(shared["codebook"]), torch.tensor(shared["upstream"])
codes, dimension = codebook.shape
golden = {}
generator = torch.Generator().manual_seed(11)


def keep(name, value):
    golden[name] = np.array(value.detach().numpy() if torch.is_tensor(value) else value, order="C")


def made(table, size=dimension, **options):
    quantizer = VectorQuantize(
        dim=size, codebook_size=codes, decay=DECAY, commitment_weight=BETA, kmeans_init=False, threshold_ema_dead_code=0,
        **{"rotation_trick": False, **options},
    )
    quantizer._codebook.embed.data.copy_(table[None])
    return quantizer.train()


def emptied(quantizer):
    """Of unit codes next to nothing is left, so that one that is never used keeps its direction, as it does here."""
    inner = quantizer._codebook
    share = 1e-10 if inner.use_cosine_sim else 0.0
    inner.cluster_size.fill_(share)
    inner.embed_avg.copy_(inner.embed * share)
    return quantizer


def forward(quantizer, x):
    """One item a vector, so that nothing is averaged over fewer than all of them."""
    return quantizer(x.reshape(-1, 1, x.shape[-1]))


def step(name, quantizer, x, sent_back, others=()):
    """Loss, output and gradients with what is sent back from above."""
    x = x.clone().requires_grad_(True)
    quantized, indices, loss = forward(quantizer, x)
    ((quantized.reshape(x.shape) * sent_back).sum() + loss.sum()).backward()
    keep(f"{name}/indices", indices.reshape(x.shape[:-1]).to(torch.int32))
    keep(f"{name}/quantized", quantized.reshape(x.shape))
    keep(f"{name}/loss", loss.sum())
    keep(f"{name}/inputGradient", x.grad)
    for key, parameter in others:
        keep(f"{name}/{key}Gradient", parameter.grad)
    return quantizer


def averaged(name, quantizer):
    """EMA state after steps 1, 2 and 10."""
    inner = emptied(quantizer)._codebook
    for at in range(STEPS):
        inner.eps = EPSILON * (1 - DECAY ** (at + 1))
        forward(quantizer, batches[at])
        if at + 1 in KEPT:
            keep(f"{name}/codebook{at + 1}", inner.embed[0])
            keep(f"{name}/counts{at + 1}", inner.cluster_size[0])
            keep(f"{name}/sums{at + 1}", inner.embed_avg[0])


x = batches[0]
step("rotation", made(codebook, rotation_trick=True), x, upstream)
step("diversity", made(codebook, codebook_diversity_loss_weight=0.5, ema_update=False), x, upstream)
averaged("euclidean", made(codebook))

# The codebook's half of the loss, and what regularises it: the encoder's side is a constant.
for name, options in {
    "gradient": {},
    "orthogonality": {"orthogonal_reg_weight": 10.0},
    "gradient-diversity": {"codebook_diversity_loss_weight": 0.5},
}.items():
    learnt = made(codebook, learnable_codebook=True, ema_update=False, **options)
    learnt.commitment_weight = 1.0
    _, _, loss = forward(learnt, x)
    loss.sum().backward()
    keep(f"{name}/loss", loss.sum())
    keep(f"{name}/codebookGradient", learnt._codebook.embed.grad[0])

unit = F.normalize(codebook, dim=-1, eps=1e-6)
step("cosine", made(unit, use_cosine_sim=True), x, upstream)
step("cosine-rotation", made(unit, use_cosine_sim=True, rotation_trick=True), x, upstream)
step("cosine-diversity", made(unit, use_cosine_sim=True, codebook_diversity_loss_weight=0.5, ema_update=False), x, upstream)
averaged("cosine", made(unit, use_cosine_sim=True))

# Unit codes learnt by gradient: not in the library ("not compatible yet"), so as ViT-VQGAN's code has it.
raw = codebook.clone().requires_grad_(True)
table = F.normalize(raw, dim=-1, eps=1e-6)
points = F.normalize(x.reshape(-1, dimension), dim=-1, eps=1e-6)
chosen = table[(points @ table.T).argmax(-1)]
loss = F.mse_loss(chosen, points)
loss.backward()
keep("cosine-gradient/loss", loss)
keep("cosine-gradient/codebookGradient", raw.grad)

WIDE = 6
wide = torch.randn(*x.shape[:-1], WIDE, generator=generator)
back = torch.randn(*x.shape[:-1], WIDE, generator=generator)
keep("wide", wide)
keep("wideUpstream", back)
for name, options, start in (("factorised", {"use_cosine_sim": True}, unit), ("factorised-euclidean", {}, codebook)):
    quantizer = made(start, size=WIDE, codebook_dim=dimension, **options)
    for parameter in quantizer.parameters():
        parameter.data.copy_(torch.randn(parameter.shape, generator=generator) * 0.5)
    down, up = quantizer.project_in, quantizer.project_out
    sides = [("down/kernel", down.weight), ("down/bias", down.bias), ("up/kernel", up.weight), ("up/bias", up.bias)]
    for key, parameter in sides:
        keep(f"{name}/{key}", parameter.t().clone())
    step(name, quantizer, wide, back, sides)
    for key, _ in sides:
        golden[f"{name}/{key}Gradient"] = np.ascontiguousarray(golden[f"{name}/{key}Gradient"].T)

for name, rotation in (("simvq", False), ("simvq-rotation", True)):
    simple = SimVQ(dim=dimension, codebook_size=codes, rotation_trick=rotation)
    simple.frozen_codebook.copy_(codebook)
    simple.code_transform.weight.data.copy_(torch.randn(dimension, dimension, generator=generator))
    keep(f"{name}/kernel", simple.code_transform.weight.T.clone())
    step(name, simple, x, upstream, [("kernel", simple.code_transform.weight)])
    golden[f"{name}/kernelGradient"] = np.ascontiguousarray(golden[f"{name}/kernelGradient"].T)

# Lloyd's iterations from the same first means; with unit vectors too.
samples = torch.randn(200, dimension, generator=generator)
keep("samples", samples)
for name, points, is_unit in (("k-means", samples, False), ("spherical-k-means", F.normalize(samples, dim=-1), True)):
    first = points[:codes]
    means, bins = kmeans(points[None], codes, 10, use_cosine_sim=is_unit, sample_fn=lambda _samples, _count: first[None])
    keep(f"{name}/first", first)
    keep(f"{name}/means", means[0])
    keep(f"{name}/counts", bins[0].to(torch.int32))

# Gumbel-softmax with the noise that PyTorch drew.
flat = x.reshape(-1, dimension)
kernel = torch.randn(dimension, codes, generator=generator)
bias = torch.randn(codes, generator=generator) * 0.1
keep("gumbel/kernel", kernel)
keep("gumbel/bias", bias)
for name, hard in (("gumbel", True), ("gumbel-soft", False)):
    inputs, weights, table = (one.clone().requires_grad_(True) for one in (flat, kernel, codebook))
    logits = inputs @ weights + bias
    torch.manual_seed(3)
    noise = -torch.empty_like(logits).exponential_().log()
    torch.manual_seed(3)
    mixture = F.gumbel_softmax(logits, tau=0.7, hard=hard)
    shares = logits.softmax(-1)
    kl = 0.3 * (shares * (logits.log_softmax(-1) + np.log(codes))).sum(-1).mean()
    quantized = mixture @ table
    ((quantized * upstream.reshape(-1, dimension)).sum() + kl).backward()
    keep("gumbel/noise", noise)
    keep(f"{name}/quantized", quantized.reshape(x.shape))
    keep(f"{name}/loss", kl)
    keep(f"{name}/indices", logits.argmax(-1).reshape(x.shape[:-1]).to(torch.int32))
    keep(f"{name}/inputGradient", inputs.grad.reshape(x.shape))
    keep(f"{name}/kernelGradient", weights.grad)
    keep(f"{name}/codebookGradient", table.grad)

path = folder / "torch-quantizer-options.npz"
np.savez_compressed(path, **golden)
print(path, path.stat().st_size, sorted(golden))
