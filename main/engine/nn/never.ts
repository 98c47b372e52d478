/** As good as −∞ for logits and scores, without the NaN of ∞ − ∞. */
export const NEVER = -1e9;
