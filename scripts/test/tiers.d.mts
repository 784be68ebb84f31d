/** For tests of the runner, which is plain JavaScript. */
export const fileTiers: readonly string[]
export const usualTiers: readonly string[]
