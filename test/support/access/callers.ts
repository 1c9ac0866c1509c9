/**
 * Everybody whom every function is tried by. Offices are those of `sdk/roles.ts`; who has none is there to be refused
 * or, where a function is anyone's, not to be.
 */
export const PEOPLE = {
  admin: "the central bank itself",
  governor: "office",
  halter: "office",
  resumer: "office",
  upgrader: "office, with a delay",
  registrar: "office; also registrar of the bond",
  guardian: "office",
  enforcer: "enforcement authority: a power of the tokens",
  settlementOperator: "operator of the settlement system, attests reserves",
  operating: "operating institution; sponsor and custodian of the customers, issuer of the bond",
  participating: "participating institution; paying agent of the bond",
  suspended: "operating institution that was suspended, with money and units",
  holder: "customer with a wallet, money and units",
  frozen: "the same, frozen",
  agent: "no wallet; spender of the holder's allowance, executor of its holds",
  neighbour: "the other central bank",
  deployer: "after the hand-over",
  stranger: "nobody",
} as const;

/** Contracts of the suite that call others. They are tried only where a row names them. */
export const CONTRACTS = {
  authority: "AccessManager of the jurisdiction",
  desk: "IssuanceDesk of the jurisdiction",
  bond: "Bond",
  corporateActions: "CorporateActions",
  council: "CentralBankCouncil, by its own decision",
  gateway: "MessageGateway with a lane to another ledger",
} as const;

/** Name of a person. */
export type Person = keyof typeof PEOPLE;
/** Name of a person or contract. */
export type Caller = Person | keyof typeof CONTRACTS;

/** Every person, in order. */
export const PERSONS = Object.keys(PEOPLE) as readonly Person[];
/** Everybody who may be named in a row. */
export const CALLERS: readonly Caller[] = [...PERSONS, ...(Object.keys(CONTRACTS) as (keyof typeof CONTRACTS)[])];
