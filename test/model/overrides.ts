/** Sent with every transaction, so that none is tried out beforehand. */
export const OVERRIDES = { gasLimit: 6_000_000n } as const;
