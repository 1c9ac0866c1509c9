import { artifacts } from "hardhat";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { ZeroHash, type TypedDataDomain } from "ethers";
import { openDisclosure } from "../../../sdk/deploy/disclosure.js";
import type { DisclosureRequest } from "../../../sdk/eip712/disclosure.js";
import type { Hold } from "../../../sdk/eip712/ledger.js";
import { domainOf } from "../../../sdk/eip712/typedData.js";
import { errorsOf } from "../../../sdk/operations/refusal.js";
import { identityCommitment, openFile, type IdentityFile } from "../../../sdk/payments/identity.js";
import type { Disclosure } from "../../../types/ethers-contracts/index.js";
import { actors, ref, type Chain } from "../../support/chain.js";
import { CLASS } from "../../support/currency.js";
import { PURSES, deployRecovery, type Recovering } from "../../support/recovery.js";
import * as tale from "../tale.js";
import {
  LIMITS,
  OWNERS,
  SUBJECTS,
  walletOf,
  type Owner,
  type Person,
  type RequestModel,
  type Rules,
  type State,
  type Subject,
  type Successor,
  type WalletModel,
} from "./state.js";

/** A currency's customers on a chain, addressed by the model's names. */
export interface World extends tale.Scenery {
  readonly f: Recovering;
  readonly disclosure: Disclosure;
  readonly domains: { readonly disclosure: TypedDataDomain; readonly recovery: TypedDataDomain };
  readonly signers: Readonly<Record<Person | Subject | Successor, HardhatEthersSigner>>;
  readonly files: Readonly<Record<Subject, IdentityFile>>;
}

/** Customers: the model beside the chain. */
export class CustomerTale extends tale.Tale<World, State, Rules> {}
export type Act = tale.Act<World, State, Rules>;
export type Plan = tale.Plan<CustomerTale, World, State, Rules>;

const { bytecode } = await artifacts.readArtifact("Disclosure");
const READER = ref("the court's key");

/** Both contracts over one currency; nothing asked, nobody's key lost. */
export async function openWorld(chain: Chain): Promise<{ world: World; initial: State }> {
  const f = await deployRecovery(chain);
  const { ann, dan, annNew, danNew, icbc, boc, second, carrier } = f;
  const names = Array.from({ length: 17 }, (_, index) => `cast ${index}` as const);
  const { eve, finn, court } = await actors(chain, ...names, "eve", "finn", "court");
  const { authority, currency, officers } = f.mainland;
  const disclosure = await openDisclosure({
    ...{ authority, admin: officers.admin, deployer: f.deployer, currency, warranted: court, initCode: bytecode },
  });
  const files = {
    eve: openFile({ name: "Eve", document: "1", phone: "2", address: "3" }),
    finn: openFile({ name: "Finn", document: "4", phone: "5", address: "6" }),
  };
  await f.money.connect(icbc).openWallet(eve, CLASS.I, identityCommitment(files.eve));
  await f.money.connect(boc).openWallet(finn, CLASS.I, identityCommitment(files.finn));
  // a day's limit that a second payment reaches
  const limits = { ...f.mainland.limits.IV, ...LIMITS.dan };
  await f.money.connect(officers.governor).setClassLimits(CLASS.IV, limits);
  const now = BigInt(await chain.networkHelpers.time.latest());
  const wallets = new Map(OWNERS.map((owner): [Owner, WalletModel] => [owner, freshWallet(PURSES[owner])]));
  return {
    world: {
      ...{ chain, f, disclosure, files, errors: errorsOf(disclosure, f.recovery, f.money) },
      domains: { disclosure: await domainOf(disclosure), recovery: await domainOf(f.recovery) },
      signers: { icbc, boc, second, carrier, court, ann, dan, annNew, danNew, eve, finn },
    },
    initial: { now, mandate: true, requests: [], wallets, names: 0 },
  };
}

function freshWallet(free: bigint): WalletModel {
  return {
    ...{ free, hold: undefined, day: 0, out: 0n, standing: "none", proposer: undefined, successor: undefined },
    ...{ due: 0n, round: 0n, recovered: 0n, used: 0n, atCancel: 0n, consent: true, frozen: false },
  };
}

/** A request as the contract takes it; `asSubject` is whose commitment and institution it names. */
export function termsOf(
  { signers, files, f }: World,
  { subject, basis, expiry }: Pick<RequestModel, "subject" | "basis" | "expiry">,
  asSubject: Subject = subject,
): DisclosureRequest {
  const banks = { icbc: f.mainland.banks[0].number, boc: f.mainland.banks[1].number };
  return {
    ...{ authority: signers.court.address, institution: Number(banks[SUBJECTS[asSubject]]) },
    ...{ wallet: signers[subject].address, identity: identityCommitment(files[asSubject]), payment: ZeroHash },
    ...{ scope: 3, legalBasis: ref(basis), readerKey: READER, expiry },
  };
}

/** The hold that an owner has placed. */
export function holdOf({ signers, f }: World, state: State, owner: Owner): Hold {
  const { amount, basis } = tale.found(walletOf(state, owner).hold, "hold");
  return holdTerms(signers[owner].address, f, amount, basis);
}

/** A hold for the shop that the carrier gives back. */
export function holdTerms(payer: string, { shop, carrier }: Recovering, amount: bigint, basis: string): Hold {
  return { payer, payee: shop.address, executor: carrier.address, amount, expiry: 2n ** 40n, businessRef: ref(basis) };
}
