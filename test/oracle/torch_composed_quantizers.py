"""Golden numbers of vector-quantize-pytorch for the quantizers without a learnt codebook and those made of others: FSQ, LFQ, BSQ,
residual (VQ, FSQ, LFQ), grouped residual, multi-head.

Where the library means something else than the papers, it is told what they mean:
- its rotation trick is on by default, its losses are zero in evaluation: both are set;
- its residual quantizers add up the stages' straight-through estimators, so that what comes from above reaches the encoder once a
  stage: `upstreamGradient` is divided by the number of stages, and of the loss alone there is `lossGradient`. Of ResidualFSQ,
  whose stages cut off what lies beyond, it is taken through the soft clamp once;
- its losses come a stage; the mean is kept.
"""

import pathlib

import numpy as np
import torch
from vector_quantize_pytorch import (
    FSQ, LFQ, GroupedResidualVQ, ResidualFSQ, ResidualLFQ, ResidualVQ, VectorQuantize,
)

golden = {}
generator = torch.Generator().manual_seed(23)
N, H, W = 2, 3, 4
BETA, DECAY, EPSILON = 0.25, 0.99, 1e-5


def keep(name, value):
    golden[name] = np.array(value.detach().numpy() if torch.is_tensor(value) else value, order="C")


def drawn(*shape, scale=1.0):
    return torch.randn(*shape, generator=generator) * scale


def step(name, dimension, forward, latents, through=1.0):
    """Values, and the gradients of what is sent back from above and of the loss, one by one."""
    upstream = drawn(*latents.shape)
    keep(f"{name}/latents", latents)
    keep(f"{name}/upstream", upstream)
    x = latents.reshape(1, -1, dimension).clone().requires_grad_(True)
    quantized, indices, loss = forward(x)
    keep(f"{name}/quantized", quantized.reshape(latents.shape))
    keep(f"{name}/indices", indices.to(torch.int32))
    (sent,) = torch.autograd.grad((quantized.reshape(latents.shape) * upstream).sum(), x, retain_graph=True)
    keep(f"{name}/upstreamGradient", (sent * through).reshape(latents.shape))
    if loss is not None:
        (own,) = torch.autograd.grad(loss, x)
        keep(f"{name}/loss", loss)
        keep(f"{name}/lossGradient", own.reshape(latents.shape))


for name, levels, symmetric in (("fsq", [8, 5, 5, 5], False), ("fsq-symmetric", [4, 2, 7], True)):
    fsq = FSQ(levels=levels, preserve_symmetry=symmetric).train()
    step(name, len(levels), lambda x: (*fsq(x), None), drawn(N, H, W, len(levels), scale=1.5))
    keep(f"{name}/codebook", fsq.implicit_codebook)

for name, bits, gamma, temperature, scale, spherical in (
    ("lfq", 5, 1.0, 1.0, 0.3, False),
    ("lfq-sharp", 4, 1.0, 100.0, 0.02, False),
    ("lfq-usual", 6, 0.5, 100.0, 1.0, False),
    ("bsq", 5, 1.0, 1.0, 1.0, True),
):
    lfq = LFQ(
        dim=bits, entropy_loss_weight=0.1, commitment_loss_weight=BETA, diversity_gamma=gamma, spherical=spherical,
    ).train()
    step(name, bits, lambda x: lfq(x, inv_temperature=temperature), drawn(N, H, W, bits, scale=scale))
    table = lfq.indices_to_codes(torch.arange(2**bits)[None])[0]
    keep(f"{name}/codebook", table)

STAGES, K, D = 3, 8, 4
options = dict(
    decay=DECAY, eps=EPSILON, commitment_weight=BETA, rotation_trick=False, kmeans_init=False, threshold_ema_dead_code=0,
)


def tables(residual, name):
    """Codes ever shorter, and averages emptied: with the epsilon that zero-debiasing would leave, they are Sonnet's."""
    for stage, layer in enumerate(residual.layers):
        layer._codebook.embed.data.copy_(drawn(1, K, D, scale=0.6**stage))
        layer._codebook.cluster_size.zero_()
        layer._codebook.embed_avg.zero_()
        layer._codebook.eps = EPSILON * (1 - DECAY)
        keep(f"{name}/codebook{stage}", layer._codebook.embed[0])


def after(residual, name):
    for stage, layer in enumerate(residual.layers):
        keep(f"{name}/after{stage}", layer._codebook.embed[0])


rvq = ResidualVQ(dim=D, num_quantizers=STAGES, codebook_size=K, **options).train()
tables(rvq, "residual")


def residual(x):
    quantized, indices, losses = rvq(x)
    return quantized, indices.reshape(N, H, W, STAGES), losses.mean()


step("residual", D, residual, drawn(N, H, W, D), 1 / STAGES)
after(rvq, "residual")

# The first two stages alone: what quantizer dropout leaves, losses of dropped stages zero.
dropped = ResidualVQ(dim=D, num_quantizers=STAGES, codebook_size=K, quantize_dropout=True, **options).train()
tables(dropped, "dropout")
seed = next(seed for seed in range(100) if __import__("random").Random(seed).randrange(0, STAGES) == 1)


def two_stages(x):
    quantized, indices, losses = dropped(x, rand_quantize_dropout_fixed_seed=seed)
    return quantized, indices.reshape(N, H, W, STAGES), losses.mean()


step("dropout", D, two_stages, drawn(N, H, W, D), 1 / 2)
after(dropped, "dropout")

GROUPS = 2
grouped = GroupedResidualVQ(dim=GROUPS * D, groups=GROUPS, num_quantizers=STAGES, codebook_size=K, **options).train()
for group, part in enumerate(grouped.rvqs):
    tables(part, f"grouped/group{group}")


def groups(x):
    quantized, indices, losses = grouped(x)
    side_by_side = indices.permute(1, 2, 0, 3).reshape(N, H, W, GROUPS * STAGES)
    return quantized, side_by_side, losses.mean()


step("grouped", GROUPS * D, groups, drawn(N, H, W, GROUPS * D), 1 / STAGES)
for group, part in enumerate(grouped.rvqs):
    after(part, f"grouped/group{group}")

# Heads of the library with one codebook; without projections a head is a group.
HEADS = 3
heads = VectorQuantize(dim=HEADS * D, codebook_dim=D, heads=HEADS, codebook_size=K, separate_codebook_per_head=False, **options)
heads.project_in = heads.project_out = torch.nn.Identity()
heads.train()
heads._codebook.embed.data.copy_(drawn(1, K, D))
heads._codebook.cluster_size.zero_()
heads._codebook.embed_avg.zero_()
heads._codebook.eps = EPSILON * (1 - DECAY)
keep("heads/codebook", heads._codebook.embed[0])


def multi_head(x):
    quantized, indices, loss = heads(x)
    return quantized, indices.reshape(N, H, W, HEADS), loss.sum()


step("heads", HEADS * D, multi_head, drawn(N, H, W, HEADS * D))
keep("heads/after", heads._codebook.embed[0])

LEVELS = [5, 4, 3]
rfsq = ResidualFSQ(levels=LEVELS, num_quantizers=STAGES, dim=len(LEVELS)).train()
latents = drawn(N, H, W, len(LEVELS))


def residual_fsq(x):
    with torch.no_grad():
        quantized, indices = rfsq(x)
    clamp = rfsq.soft_clamp_input_value
    soft = (x / clamp).tanh() * clamp
    return soft + (quantized - soft).detach(), indices.reshape(N, H, W, STAGES), None


step("residual-fsq", len(LEVELS), residual_fsq, latents)
scales = rfsq.scales[:, None, :]
for stage in range(STAGES):
    keep(f"residual-fsq/codebook{stage}", (rfsq.codebooks * scales)[stage])

BITS = 4
rlfq = ResidualLFQ(
    dim=BITS, codebook_size=2**BITS, num_quantizers=STAGES, entropy_loss_weight=0.1, commitment_loss_weight=BETA,
).train()


def residual_lfq(x):
    # Each stage by itself, to give it a temperature that isn't the library's only one.
    left, total, indices, losses = x, 0.0, [], []
    for layer in rlfq.layers:
        quantized, index, loss = layer(left, inv_temperature=1.0)
        left, total = left - quantized.detach(), total + quantized
        indices.append(index)
        losses.append(loss)
    return total, torch.stack(indices, -1).reshape(N, H, W, STAGES), torch.stack(losses).mean()


step("residual-lfq", BITS, residual_lfq, drawn(N, H, W, BITS), 1 / STAGES)

path = pathlib.Path(__file__).parent / "golden" / "torch-composed-quantizers.npz"
np.savez_compressed(path, **golden)
print(path, path.stat().st_size, {name: value.shape for name, value in golden.items()})
