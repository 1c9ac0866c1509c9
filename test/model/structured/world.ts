import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { dayNumber, startOfDayNumber } from "../../../sdk/calendar.js";
import type { Hold } from "../../../sdk/eip712/ledger.js";
import { errorsOf } from "../../../sdk/operations/refusal.js";
import { meetingId, tenderId } from "../../../sdk/structured.js";
import { couponRef } from "../../../sdk/bonds.js";
import { couponOf, fundRedemption, passTo, place } from "../../support/assets.js";
import { ref, type Chain } from "../../support/chain.js";
import {
  deployFloatingNote,
  fixCoupon,
  fundOffer,
  fundOption,
  type StructuredIssue,
} from "../../support/structured.js";
import * as tale from "../tale.js";
import { HOLDERS, TERMS, type Person, type Rules, type State } from "./state.js";

/** A structured bond on a chain, addressed by the model's names. */
export interface World extends tale.Scenery {
  readonly f: StructuredIssue;
  readonly signers: Readonly<Record<Person, HardhatEthersSigner>>;
  readonly tender: string;
  readonly meeting: string;
  /** More than is needed, held for each purpose. */
  readonly funds: Readonly<Record<"hkd" | "cny" | "offer", Hold>>;
}

/** A structured bond: the model beside the chain. */
export class BondTale extends tale.Tale<World, State, Rules> {}
export type Act = tale.Act<World, State, Rules>;
export type Plan = tale.Plan<BondTale, World, State, Rules>;

const PLENTY = 10n ** 10n;

/** The first coupon is fixed, a meeting convened at its record date, and a tender open that ends the day after. */
export async function openWorld(chain: Chain): Promise<{ world: World; initial: State }> {
  const f = await deployFloatingNote(chain);
  await place(f, [
    [f.ann, 1_001n],
    [f.company, 603n],
    [f.shop, 397n],
  ]);
  await fixCoupon(chain, f, 0, 2_000_000n);
  const { recordTime: record, paymentTime: payment } = couponOf(f, 0);
  const moments = {
    ...{ record, payment, until: record + tale.DAY, offerPayment: payment + 3n * tale.DAY },
    recordDay: BigInt(startOfDayNumber(dayNumber(record))),
  };
  const subject = ref("resolution");
  await f.meetings.connect(f.issuer).convene(f.bond, 0n, subject, payment);
  const { until, offerPayment } = moments;
  await f.offers.connect(f.issuer).openTender(f.bond, subject, TERMS.most, TERMS.offer, until, offerPayment);
  const tender = tenderId(f.address, subject);
  const funds = {
    hkd: await fundRedemption(f, { amount: PLENTY, businessRef: couponRef(f.address, 0) }),
    cny: await fundOption(f, 0, PLENTY),
    offer: await fundOffer(f, tender, PLENTY),
  };
  // the story begins two days before the record date: little happens before
  await passTo(chain, record - 2n * tale.DAY);
  const { issuer, ann, company, shop } = f;
  const signers = { issuer, ann, company, shop };
  const empty = () => new Map(HOLDERS.map((holder) => [holder, 0n]));
  const initial: State = {
    now: BigInt(await chain.networkHelpers.time.latest()),
    moments,
    units: new Map([["issuer", TERMS.issue - 2_001n] as const, ["ann", 1_001n], ["company", 603n], ["shop", 397n]]),
    ...{ recorded: undefined, chosen: new Set(), frozen: { hkd: undefined, cny: undefined } },
    purse: { hkd: empty(), cny: empty() },
    ...{ coupon: "none", cutIsRight: false, handled: new Set(), claims: new Map(), priced: undefined },
    ...{ offer: "open", elections: [], cursor: 0, accepted: [] },
    ...{ meeting: "convened", votes: new Map() },
  };
  const errors = errorsOf(f.bond, f.structuredActions, f.offers, f.meetings, f.fixings, f.hongkong.currency);
  const world = { chain, errors, f, signers, tender, meeting: meetingId(f.address, 0, subject), funds };
  return { world, initial };
}
