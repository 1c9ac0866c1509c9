/** Accounts in a fixed order, for comparing. */
export function listed(accounts: readonly string[]): string {
  return accounts.length === 0 ? "nobody" : [...accounts].sort().join(", ");
}
