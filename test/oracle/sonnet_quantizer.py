"""Golden numbers of dm-sonnet's vector quantizers: codes, loss, perplexity, gradients and EMA state over ten steps."""

import pathlib

import numpy as np
import sonnet as snt
import tensorflow as tf

DIMENSION, CODES, STEPS = 4, 8, 10
random = np.random.default_rng(7)
# Clusters that move from step to step, so that codes are won and lost.
centres = random.normal(size=[6, DIMENSION])
batches = np.stack(
    [
        (centres[random.integers(6, size=[2, 3, 3])] * (1 + 0.05 * step) + 0.1 * random.normal(size=[2, 3, 3, DIMENSION]))
        for step in range(STEPS)
    ]
).astype(np.float32)
codebook = random.normal(size=[CODES, DIMENSION]).astype(np.float32)
# What the layers after the quantizer send back.
upstream = random.normal(size=[2, 3, 3, DIMENSION]).astype(np.float32)

golden = {"batches": batches, "codebook": codebook, "upstream": upstream}


def run(quantizer, x, variables, training):
    x = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        found = quantizer(x, is_training=training)
        total = found["loss"] + tf.reduce_sum(found["quantize"] * upstream)
    return found, tape.gradient(total, [x, *variables])


ema = snt.nets.VectorQuantizerEMA(DIMENSION, CODES, commitment_cost=0.25, decay=0.99, epsilon=1e-5)
ema.embeddings.assign(codebook.T)
for step in range(STEPS):
    found, gradients = run(ema, batches[step], [], True)
    if step == 0:
        golden["ema/inputGradient"] = gradients[0].numpy()
        golden["ema/quantized"] = found["quantize"].numpy()
    for name in ["loss", "perplexity"]:
        golden.setdefault(f"ema/{name}", []).append(found[name].numpy())
    golden.setdefault("ema/indices", []).append(found["encoding_indices"].numpy().astype(np.int32))
    if step + 1 in (1, 2, 10):
        golden[f"ema/codebook{step + 1}"] = ema.embeddings.numpy().T
        golden[f"ema/counts{step + 1}"] = ema.ema_cluster_size._hidden.numpy()
        golden[f"ema/sums{step + 1}"] = ema.ema_dw._hidden.numpy().T

learnt = snt.nets.VectorQuantizer(DIMENSION, CODES, commitment_cost=0.25)
learnt.embeddings.assign(codebook.T)
found, gradients = run(learnt, batches[0], [learnt.embeddings], True)
golden["gradient/loss"] = found["loss"].numpy()
golden["gradient/perplexity"] = found["perplexity"].numpy()
golden["gradient/inputGradient"] = gradients[0].numpy()
golden["gradient/codebookGradient"] = gradients[1].numpy().T

path = pathlib.Path(__file__).parent / "golden" / "sonnet-quantizer.npz"
np.savez_compressed(path, **{name: np.ascontiguousarray(value) for name, value in golden.items()})
print(path, path.stat().st_size, golden["ema/perplexity"])
