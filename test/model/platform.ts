import { ZeroAddress, hexlify, toUtf8Bytes, type BaseContract } from "ethers";
import { couponRef, isinBytes, redemptionRef, termsHash, type Coupon } from "../../sdk/bonds.js";
import { holdId, type Hold } from "../../sdk/eip712/ledger.js";
import { loadInstitutions } from "../../sdk/institutions.js";
import { errorsOf } from "../../sdk/operations/refusal.js";
import type { Bond, IssuanceDesk } from "../../types/ethers-contracts/index.js";
import { deployAssetPlatform, deployBond, noteTerms, passTo, place, type Issue } from "../support/assets.js";
import { ref, type Chain } from "../support/chain.js";
import { CLASS, UNLIMITED, fund } from "../support/currency.js";
import {
  HOLDERS,
  ISSUER,
  PROMISE,
  emptyRun,
  turn,
  type AssetRules,
  type AssetState,
  type FundState,
  type Holder,
  type PledgeState,
} from "./assets.js";
import type { Account, RegistryRules, RegistryState } from "./registry.js";
import * as tale from "./tale.js";

/** Institutions and the asset platform as plain data. */
export interface PlatformState extends AssetState, RegistryState {
  /** Counts whatever needs a new name. */
  names: number;
}

export type PlatformRules = AssetRules & RegistryRules;

export const PLATFORM_RULES: PlatformRules = {
  endsForGood: true,
  accountsOfOne: true,
  leiOfOne: true,
  activeOnly: true,
  pledgedStays: true,
  paidOnce: true,
  recordCounts: true,
  largestRemainders: true,
  maturityEndsTrade: true,
  unpaidKeeps: true,
  payerRetains: true,
};

/** The platform of Hong Kong on a chain, addressed by the model's names. */
export interface PlatformWorld extends tale.Scenery {
  readonly issue: Issue;
  readonly actionsAddress: string;
  readonly token: string;
  readonly second: Bond;
  readonly secondIsin: string;
  readonly desk: IssuanceDesk;
}

export type Act = tale.Act<PlatformWorld, PlatformState, PlatformRules>;
export type Plan = tale.Plan<PlatformTale, PlatformWorld, PlatformState, PlatformRules>;

/** Institutions and a bond: the model beside the chain. */
export class PlatformTale extends tale.Tale<PlatformWorld, PlatformState, PlatformRules> {}

/** What an institution may have outstanding when it is entered. */
export const QUOTA = 1_000_000n;

const START = "2026-03-02";
const FUNDS = 10n ** 11n;
/** Units of everybody but the issuer, who keeps the rest. */
const ALLOTMENTS = new Map(HOLDERS.filter((who) => who !== ISSUER).map((who, index) => [who, 151n + BigInt(index)]));
const LAG = 20n * tale.DAY;

/** Two institutions, a bond that is issued and placed, another that is announced, and purses full enough. */
export async function openPlatform(chain: Chain): Promise<{ world: PlatformWorld; initial: PlatformState }> {
  const { ethers, networkHelpers } = chain;
  const platform = await deployAssetPlatform(chain);
  const { hongkong, register, actions, operator, registrar, issuer, hsbc } = platform;
  const { currency, registry, authority, officers } = hongkong;
  const noLimits = { balance: UNLIMITED.amount, single: UNLIMITED.amount, day: UNLIMITED.counted };
  for (const walletClass of Object.values(CLASS).filter((number) => number !== CLASS.none)) {
    await currency
      .connect(officers.governor)
      .setClassLimits(walletClass, { ...noLimits, year: UNLIMITED.counted, open: true });
  }
  for (const { number } of hongkong.banks) await registry.connect(officers.registrar).setQuota(number, QUOTA);
  const start = BigInt(Date.parse(`${START}T00:00:00+08:00`)) / 1000n;
  const changed = {
    units: PROMISE.units,
    unitNominal: PROMISE.nominal,
    couponRate: PROMISE.rate,
    frequency: 4n,
    issueDate: start,
  };
  const terms = await noteTerms(platform, { ...changed, maturity: start + 30n * tale.DAY });
  const coupons = couponsFrom(start);
  const issue = await deployBond(chain, platform, terms, coupons);
  const later = couponsFrom(start + LAG);
  const secondTerms = { ...terms, isin: isinBytes("HK0000069697"), maturity: terms.maturity + LAG };
  await register.connect(operator).announce(secondTerms.isin, terms.issuer, registrar, termsHash(secondTerms, later));
  const second = await ethers.deployContract("Bond", [secondTerms, later, register, authority]);
  await second.connect(hsbc).openAccount(issuer);
  const desk = await ethers.deployContract("IssuanceDesk", [currency, registry, authority, registrar]);

  await passTo(chain, start);
  await issue.bond.connect(registrar).issue();
  await place(
    issue,
    [...ALLOTMENTS].map(([who, units]) => [issue[who], units]),
  );
  for (const who of HOLDERS) if (who !== "stranger") await fund(hongkong, issue[who], FUNDS);
  const world: PlatformWorld = {
    chain,
    errors: errorsOf(issue.bond, actions, register, registry, currency, desk),
    issue,
    actionsAddress: await actions.getAddress(),
    token: await currency.getAddress(),
    second,
    secondIsin: secondTerms.isin,
    desk,
  };
  const now = BigInt(await networkHelpers.time.latest());
  return { world, initial: { ...(await institutions()), ...assets(now, terms.maturity, coupons), names: 0 } };
}

/** A plan on the platform; some hours pass from act to act, so that a story sees the whole life of the bond. */
export function plan<Choices extends object>(
  name: string,
  choices: Parameters<typeof tale.planned<Choices, PlatformTale, PlatformWorld, PlatformState, PlatformRules>>[1],
  resolve: (choices: Choices, told: PlatformTale) => Omit<Act, "label"> | undefined,
) {
  return tale.planned<Choices, PlatformTale, PlatformWorld, PlatformState, PlatformRules>(
    name,
    choices,
    (chosen, told) => {
      if (told.time === told.state.now + 1n) told.leapTo(told.state.now + 26n * 3600n);
      const act = resolve(chosen, told);
      if (act === undefined) return undefined;
      return {
        ...act,
        apply: (state, rules) => {
          turn(state);
          act.apply(state, rules);
        },
      };
    },
  );
}

export function signerOf({ issue }: PlatformWorld, who: Holder | Account) {
  return issue[who];
}

export function addressOf(world: PlatformWorld, who: Holder | Account): string {
  return signerOf(world, who).address;
}

/** The bond as a person's own wallet sees it. */
export function bondOf(world: PlatformWorld, who: Holder | Account): Bond {
  return world.issue.bond.connect(signerOf(world, who));
}

export function pledgeTerms(world: PlatformWorld, pledge: Omit<PledgeState, "remaining">): Hold {
  return {
    payer: addressOf(world, pledge.payer),
    payee: pledge.payee === undefined ? ZeroAddress : addressOf(world, pledge.payee),
    executor: addressOf(world, pledge.executor),
    amount: pledge.amount,
    expiry: pledge.expiry,
    businessRef: pledge.ref,
  };
}

export function fundTerms(world: PlatformWorld, { payer, coupon, amount, expiry }: FundState): Hold {
  const { address } = world.issue;
  return {
    payer: addressOf(world, payer),
    payee: ZeroAddress,
    executor: world.actionsAddress,
    amount,
    expiry,
    businessRef: coupon === undefined ? redemptionRef(address) : couponRef(address, coupon),
  };
}

export function idOf(terms: Hold): string {
  return holdId(terms);
}

export function leiBytes(lei: string): string {
  return hexlify(toUtf8Bytes(lei));
}

/** The contracts of the platform, none of which may own anything. */
export function contractsOf({ issue, second, desk }: PlatformWorld): readonly BaseContract[] {
  const { bond, register, actions, hongkong } = issue;
  return [bond, second, register, actions, desk, hongkong.registry, hongkong.currency, hongkong.authority];
}

/** Three quarters of interest with record dates eight days apart. */
function couponsFrom(start: bigint): Coupon[] {
  return Array.from({ length: PROMISE.coupons }, (_, k) => {
    const from = 20_000 + Number(PROMISE.days) * k;
    const to = from + Number(PROMISE.days);
    const recordTime = start + 8n * tale.DAY * BigInt(k + 1);
    const days = { accrualStart: from, accrualEnd: to, referenceStart: from, referenceEnd: to };
    return { ...days, recordTime, paymentTime: recordTime + 7n * tale.DAY };
  });
}

async function institutions(): Promise<RegistryState> {
  const known = (await loadInstitutions()).filter(({ jurisdiction }) => jurisdiction === "HK");
  const banks = (["hsbc", "bochk"] as const).map((account) => {
    const bic = account === "hsbc" ? "THSBHKT0" : "TBHKHKT0";
    const { number, lei } = tale.found(
      known.find((one) => one.bic === bic),
      bic,
    );
    return { number, account, lei };
  });
  return {
    institutions: new Map(
      banks.map(({ number, account, lei }) => [
        number,
        { lei, tier: "operating", standing: "active", quota: QUOTA, pending: 0n, settlement: account },
      ]),
    ),
    actsFor: new Map(banks.map(({ number, account }) => [account, number])),
  };
}

function assets(now: bigint, maturity: bigint, coupons: readonly Coupon[]): AssetState {
  const records = coupons.map(({ recordTime }) => recordTime);
  return {
    now,
    places: [...HOLDERS],
    accounts: new Map(
      HOLDERS.map((who, index) => {
        const placed = [...ALLOTMENTS.values()].reduce((sum, units) => sum + units, 0n);
        const units = ALLOTMENTS.get(who) ?? PROMISE.units - placed;
        return [who, { place: index + 1, custodian: 3, units, frozenUnits: 0n, frozen: false }];
      }),
    ),
    pledges: [],
    history: [],
    runs: coupons.map(emptyRun),
    purses: new Map(
      HOLDERS.map((who) => {
        const open = who !== "stranger";
        return [who, { open, frozen: false, balance: open ? FUNDS : 0n }];
      }),
    ),
    funds: [],
    halted: false,
    standing: "issued",
    redeemed: 0n,
    second: { standing: "announced", attached: false },
    times: {
      records,
      payments: coupons.map(({ paymentTime }) => paymentTime),
      maturity,
      secondUntil: tale.found(records[0], "record date") + LAG,
    },
  };
}

/** The business reference of whatever is new. */
export function freshRef(state: PlatformState): string {
  return ref(`platform ${state.names}`);
}
