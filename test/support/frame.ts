import type { ILedger } from "../../types/ethers-contracts/index.js";

/** What an account word says, read here without the contract's own code. See `AccountWord` and `WalletWord`. */
export interface Account {
  readonly balance: bigint;
  readonly held: bigint;
  readonly flags: bigint;
  readonly class: bigint;
  readonly sponsor: bigint;
  readonly day: bigint;
  readonly dayOut: bigint;
  readonly yearOut: bigint;
}

/** Observers that only some tokens have. */
interface Observed extends Pick<
  ILedger,
  "accountWord" | "allowance" | "getFrozenTokens" | "mandateOf" | "totalSupply" | "balanceOf"
> {
  readonly identityOf?: (account: string) => Promise<string>;
  readonly nonces?: (account: string) => Promise<bigint>;
}

type People = Readonly<Record<string, { readonly address: string }>>;
type State = Record<string, bigint>;

/** The fields of an account word. */
export function readWord(word: bigint): Account {
  const field = (from: number, width: number) => (word >> BigInt(from)) & ((1n << BigInt(width)) - 1n);
  return {
    balance: field(0, 64),
    held: field(64, 64),
    flags: field(128, 8),
    class: field(136, 8),
    sponsor: field(144, 16),
    day: field(160, 16),
    dayOut: field(176, 40),
    yearOut: field(216, 40),
  };
}

/**
 * What a call changed, as differences: `{ "ann.balance": -100n, "bob.balance": 100n }`. Everything observable of the
 * people named is compared (every bit of their words, frozen amounts, allowances among them, nonces, identities,
 * mandates) and the supply, so that `to.deep.equal` also says what did not change.
 */
export async function changes(token: Observed, people: People, act: () => Promise<unknown>): Promise<State> {
  const before = await observe(token, people);
  await act();
  const after = await observe(token, people);
  const differences: State = {};
  for (const [name, value] of Object.entries(after)) {
    const difference = value - (before[name] ?? 0n);
    if (difference !== 0n) differences[name] = difference;
  }
  return differences;
}

async function observe(token: Observed, people: People): Promise<State> {
  const state: State = { supply: await token.totalSupply() };
  for (const [name, { address }] of Object.entries(people)) {
    for (const [field, value] of Object.entries(readWord(await token.accountWord(address)))) {
      state[`${name}.${field}`] = value as bigint;
    }
    state[`${name}.frozen`] = await token.getFrozenTokens(address);
    state[`${name}.mandate`] = BigInt(await token.mandateOf(address));
    if (token.identityOf !== undefined) state[`${name}.identity`] = BigInt(await token.identityOf(address));
    if (token.nonces !== undefined) state[`${name}.nonce`] = await token.nonces(address);
    for (const [spender, { address: spenderAddress }] of Object.entries(people)) {
      state[`${name}.allowance.${spender}`] = await token.allowance(address, spenderAddress);
    }
  }
  return state;
}
