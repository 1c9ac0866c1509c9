import { DAY, found, requireThat } from "../tale.js";

/** Wallets that have vouchers; the first two are one person's. */
export const WALLETS = ["ann", "anns", "bob"] as const;
export type Wallet = (typeof WALLETS)[number];
export const SHOPS = ["restaurant", "takeaway"] as const;
export type Shop = (typeof SHOPS)[number];
export type Party = Wallet | Shop | "city";
export const PARTIES: readonly Party[] = [...WALLETS, ...SHOPS, "city"];
/** Everybody who tries something. */
export const PEOPLE = [...PARTIES, "carrier"] as const;
export type Person = (typeof PEOPLE)[number];
export const OWNERS = ["ann", "bob"] as const;
/** Whose wallet it is. */
export type Owner = (typeof OWNERS)[number];

/** Campaigns in minor units; the first is spent once a day, in Shenzhen, the third is a tenth of the price. */
export const CAMPAIGNS = {
  dining: { budget: 16_000n, value: 3_000n, perPerson: 12_000n, minimum: 10_000n },
  subsidy: { budget: 30_000n, value: 1_000n, perPerson: 25_000n, minimum: 0n },
  tenth: { budget: 4_000n, value: 2_000n, perPerson: 4_000n, minimum: 5_000n },
} as const;
export type Kind = keyof typeof CAMPAIGNS;
export const KINDS = Object.keys(CAMPAIGNS) as Kind[];
/** Whose line of the third campaign's list is worth one voucher. */
export const LINES: readonly Owner[] = ["ann", "bob", "ann", "ann", "bob", "ann"];
/** Days from the opening to the last claim and to the end. */
export const DAYS = { claims: 8n, length: 12n } as const;

/** A campaign in the model. */
export interface CampaignModel {
  granted: bigint;
  lapsed: bigint;
  outstanding: bigint;
  spent: bigint;
  restored: bigint;
  closed: boolean;
}

/** A voucher in a purchase. */
export interface UseModel {
  readonly kind: Kind;
  readonly amount: bigint;
  /** Place of the purchase whose refund restored it. */
  readonly refunded: number | undefined;
}

/** A purchase in the model. */
export interface PurchaseModel {
  readonly name: string;
  readonly who: Wallet;
  readonly shop: Shop;
  readonly price: bigint;
  readonly notAfter: bigint;
  readonly uses: readonly UseModel[];
  refunded: boolean;
  /** What is left of the vouchers that its refund restored. */
  readonly left: Map<Kind, bigint>;
}

/** Everything the model knows. */
export interface State {
  now: bigint;
  readonly opens: bigint;
  /** The order of the campaigns' ids, in which vouchers come. */
  readonly order: readonly Kind[];
  readonly free: Map<Party, bigint>;
  readonly campaigns: Map<Kind, CampaignModel>;
  /** By campaign and owner. */
  readonly given: Map<string, bigint>;
  readonly left: Map<string, bigint>;
  /** Last day on which the first campaign was used, by owner. */
  readonly lastDay: Map<Owner, bigint>;
  readonly claimed: Set<number>;
  readonly suspended: Set<Shop>;
  readonly purchases: PurchaseModel[];
  names: number;
}

/** The decisions of the model; its test turns each into its opposite. */
export interface Rules {
  readonly capIsPersonal: boolean;
  readonly minimumBinds: boolean;
  readonly onceADay: boolean;
  readonly placeBinds: boolean;
  readonly lapsedIsFree: boolean;
  readonly refundsRestore: boolean;
  readonly partsAreTheSponsors: boolean;
  readonly restoredIsPersonal: boolean;
  readonly endBinds: boolean;
}

export const RULES: Rules = {
  capIsPersonal: true,
  minimumBinds: true,
  onceADay: true,
  placeBinds: true,
  lapsedIsFree: true,
  refundsRestore: true,
  partsAreTheSponsors: true,
  restoredIsPersonal: true,
  endBinds: true,
};

export function ownerOf(wallet: Wallet): Owner {
  return wallet === "bob" ? "bob" : "ann";
}

export function keyOf(kind: Kind, owner: Owner): string {
  return `${kind}/${owner}`;
}

export function campaignOf(state: State, kind: Kind): CampaignModel {
  return found(state.campaigns.get(kind), "campaign");
}

export function leftOf({ left }: State, kind: Kind, owner: Owner): bigint {
  return left.get(keyOf(kind, owner)) ?? 0n;
}

export function endOf({ opens }: State): bigint {
  return opens + DAYS.length * DAY;
}

// --------------------------------------------------------------------- claims

export function grant(state: State, rules: Rules, { by, to, amount }: { by: Person; to: Wallet; amount: bigint }) {
  requireThat(by === "city", "PurposeCallerInvalid");
  requireClaimable(state, "subsidy");
  give(state, rules, "subsidy", ownerOf(to), amount);
}

export function claim(state: State, rules: Rules, { by, to }: { by: Person; to: Wallet }): void {
  requireClaimable(state, "dining");
  requireThat(by === to, "PurposeConsentInvalid");
  give(state, rules, "dining", ownerOf(to), CAMPAIGNS.dining.value);
}

export function claimListed(state: State, rules: Rules, line: number): void {
  requireClaimable(state, "tenth");
  requireThat(!state.claimed.has(line), "PurposeListClaimed");
  give(state, rules, "tenth", found(LINES[line], "line"), CAMPAIGNS.tenth.value);
  state.claimed.add(line);
}

function requireClaimable(state: State, kind: Kind): void {
  requireThat(!campaignOf(state, kind).closed, "PurposeCampaignStatusInvalid");
  requireThat(state.now <= state.opens + DAYS.claims * DAY, "PurposeClaimsOver");
}

function give(state: State, rules: Rules, kind: Kind, owner: Owner, amount: bigint): void {
  const { budget, value, perPerson } = CAMPAIGNS[kind];
  requireThat(amount > 0n && amount % value === 0n, "PurposeGrantInvalid");
  const campaign = campaignOf(state, kind);
  requireThat(campaign.spent + campaign.outstanding + amount <= budget, "PurposeBudgetExceeded");
  const key = keyOf(kind, owner);
  const given = (state.given.get(key) ?? 0n) + amount;
  requireThat(!rules.capIsPersonal || given <= perPerson, "PurposePersonLimitExceeded");
  state.given.set(key, given);
  state.left.set(key, leftOf(state, kind, owner) + amount);
  campaign.granted += amount;
  campaign.outstanding += amount;
}

// ------------------------------------------------------------------- purchases

/** What a voucher pays of a price of which `due` is still to pay. */
export function discountOf(kind: Kind, price: bigint, worth: bigint, due: bigint): bigint {
  const pays = kind === "tenth" ? least(price / 10n, worth) : worth;
  return least(pays, due);
}

export function redeem(state: State, rules: Rules, purchase: PurchaseModel, by: Person): void {
  const { who, shop, price, notAfter, uses, name } = purchase;
  const before = state.purchases.find((one) => one.name === name);
  requireThat(before === undefined, "PurposePurchaseStatusInvalid");
  requireThat(state.now <= notAfter && notAfter - state.now <= DAY, "PurposePurchaseTimeInvalid");
  requireThat(by === who, "PurposeConsentInvalid");
  requireThat(!state.suspended.has(shop), "MerchantNotEligible");
  let due = price;
  for (const use of uses) {
    spend(state, rules, purchase, use, due);
    due -= use.amount;
  }
  requireThat(due <= freeOf(state, who), "ERC20InsufficientBalance");
  move(state, who, shop, due);
  state.purchases.push(purchase);
}

function spend(state: State, rules: Rules, purchase: PurchaseModel, use: UseModel, due: bigint): void {
  const { who, shop, price } = purchase;
  const { kind, amount, refunded } = use;
  const [campaign, owner] = [campaignOf(state, kind), ownerOf(who)];
  requireThat(!campaign.closed, "PurposeCampaignStatusInvalid");
  requireThat(!rules.endBinds || state.now < endOf(state), "PurposeCampaignExpired");
  requireThat(!rules.placeBinds || kind !== "dining" || shop === "restaurant", "PurposeMerchantOutside");
  requireThat(!rules.minimumBinds || price >= CAMPAIGNS[kind].minimum, "PurposeMinimumMissed");
  if (kind === "dining") {
    const today = (state.now + 8n * 3_600n) / DAY;
    requireThat(!rules.onceADay || state.lastDay.get(owner) !== today, "PurposeDayUsesExceeded");
    state.lastDay.set(owner, today);
  }
  const source = refunded === undefined ? undefined : found(state.purchases[refunded], "purchase");
  const left = source === undefined ? leftOf(state, kind, owner) : (source.left.get(kind) ?? 0n);
  if (source !== undefined) {
    const its = !rules.restoredIsPersonal || ownerOf(source.who) === owner;
    requireThat(its && left > 0n, "PurposeRestoredInvalid");
  }
  const whole = source === undefined ? CAMPAIGNS[kind].value : left;
  const taken = kind === "subsidy" ? amount : whole;
  requireThat(taken <= left, "PurposeVoucherExceeded");
  requireThat(amount > 0n && amount === discountOf(kind, price, taken, due), "PurposeDiscountInvalid");
  if (source === undefined) {
    state.left.set(keyOf(kind, owner), left - taken);
    campaign.outstanding -= rules.lapsedIsFree ? taken : amount;
    campaign.spent += amount;
    campaign.lapsed += taken - amount;
  } else {
    requireThat(source.shop !== shop || taken === left, "PurposeRestoredWhole");
    source.left.set(kind, left - taken);
    campaign.restored -= taken;
    credit(state, "city", taken - amount);
  }
  credit(state, shop, amount);
}

export function refund(state: State, rules: Rules, index: number, amount: bigint, by: Person): void {
  const purchase = found(state.purchases[index], "purchase");
  const { who, shop, price, uses, left } = purchase;
  requireThat(by === shop, "PurposeCallerInvalid");
  requireThat(!purchase.refunded, "PurposePurchaseStatusInvalid");
  requireThat(amount > 0n && amount <= price, "PurposeRefundInvalid");
  purchase.refunded = true;
  let end = uses.reduce((own, use) => own - use.amount, price);
  move(state, shop, who, (end * amount) / price);
  for (const use of uses) {
    const start = end;
    end += use.amount;
    const share = (end * amount) / price - (start * amount) / price;
    credit(state, shop, -share);
    if (amount === price && rules.refundsRestore && state.now < endOf(state)) {
      left.set(use.kind, share);
      campaignOf(state, use.kind).restored += share;
    } else credit(state, rules.partsAreTheSponsors ? "city" : who, share);
  }
}

// --------------------------------------------------------------------- the end

export function close(state: State, kind: Kind): void {
  const campaign = campaignOf(state, kind);
  requireThat(!campaign.closed, "PurposeCampaignStatusInvalid");
  requireThat(state.now >= endOf(state), "PurposeCampaignRunning");
  credit(state, "city", CAMPAIGNS[kind].budget - campaign.spent);
  campaign.closed = true;
  campaign.outstanding = 0n;
}

export function returnRestored(state: State, kind: Kind, index: number): void {
  requireThat(state.now >= endOf(state), "PurposeCampaignRunning");
  const { left } = found(state.purchases[index], "purchase");
  const rest = left.get(kind);
  requireThat(rest !== undefined, "PurposeRestoredInvalid");
  requireThat(rest > 0n, "HoldNotActive");
  credit(state, "city", rest);
  campaignOf(state, kind).restored -= rest;
  left.set(kind, 0n);
}

// --------------------------------------------------------------------- helpers

export function freeOf({ free }: State, party: Party): bigint {
  return found(free.get(party), "purse");
}

function move(state: State, from: Party, to: Party, amount: bigint): void {
  credit(state, from, -amount);
  credit(state, to, amount);
}

function credit(state: State, party: Party, amount: bigint): void {
  state.free.set(party, freeOf(state, party) + amount);
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
