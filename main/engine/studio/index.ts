/**
 * What the Studio, the Codebook and the command line ask of trained models. `studio` puts the
 * answers together: `model-handlers`, `code-handlers`, `vector-handlers`, `prior-handlers`, `compression-handlers`,
 * `file-handlers`, each made with `on-model`; `model-cache` keeps a few checkpoints loaded, `long-jobs` lets long work
 * give way to short. For pictures and codes: `pictures`, `canvas`, `palette`. For a codebook over a split:
 * `split-codes`, `codebook`, `likeness`, `code-detail`, `places`, `patches`. For vectors over a split:
 * `encode-vectors`, `vectors`, `latent-density`, `draw`. On disk: `latent-file`, `density-file`, `encode-files`,
 * `decode-file`, `sample-files`. What priors draw: `samples`, `watch-sample`, `sample-quality`, `nearest-items`.
 * Compression: `compress-files`, `decompress-file`, and what it takes beside PNG, JPEG and WebP: `measure-coding`,
 * `measure-codecs`. Other pictures than the one at hand: `fill` (open codes by a prior) on a `canvas` larger than the
 * model's own in `windows`, `larger-surprise` there; `between` two pictures; `vary`; `blank`; `animation`.
 */
export { createStudio, type Studio } from './studio';
