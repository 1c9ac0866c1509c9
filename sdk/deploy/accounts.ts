/**
 * Accounts of test networks: enough for every office, institution and customer that the development parameters name.
 * Their keys are known to everybody.
 */
export const DEVELOPMENT_ACCOUNTS = {
  mnemonic: "test test test test test test test test test test test junk",
  count: 64,
} as const;
