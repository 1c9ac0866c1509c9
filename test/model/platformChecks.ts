import { expect } from "chai";
import { ASSET_STATUS, COUPON_PHASE } from "../../sdk/bonds.js";
import { ref } from "../support/chain.js";
import {
  HOLDERS,
  PROMISE,
  accountOf,
  couponTotal,
  pendingOf,
  pledgedOf,
  purseOf,
  runOf,
  settledOf,
  supplyOf,
  turn,
  unpaidOf,
} from "./assets.js";
import type { Check } from "./checks.js";
import {
  addressOf,
  bondOf,
  contractsOf,
  fundTerms,
  idOf,
  leiBytes,
  pledgeTerms,
  signerOf,
  type PlatformTale,
} from "./platform.js";
import { ACCOUNTS, STANDINGS, TIERS } from "./registry.js";
import { outcomeOf } from "./tale.js";

/** In the order of docs/invariants.md. */
export const PLATFORM_CHECKS: readonly Check<PlatformTale>[] = [
  { id: "REG-01", holds: standingsAreTheModels },
  { id: "REG-02", holds: onlyTheActiveStart },
  { id: "REG-03", holds: accountsAreTheModels },
  { id: "REG-04", holds: recordsAreTheModels },
  { id: "AST-01", holds: unitsAreTheIssue },
  { id: "AST-02", holds: pledgedStays },
  { id: "AST-03", holds: couponsArePaidInFull },
  { id: "AST-04", holds: recordDatesStand },
  { id: "AST-05", holds: registerAndTokenAgree },
  { id: "AST-06", holds: unitsWentForTheirNominal },
  { id: "AST-07", holds: contractsOwnNothing },
];

export async function checkPlatform(told: PlatformTale): Promise<void> {
  turn(told.state);
  for (const { holds } of PLATFORM_CHECKS) await holds(told);
}

async function standingsAreTheModels({ state, world }: PlatformTale): Promise<void> {
  const { registry, officers } = world.issue.hongkong;
  for (const [number, { standing }] of state.institutions) {
    const { status } = await registry.institution(number);
    expect(status, `REG-01 standing of ${number}`).to.equal(BigInt(STANDINGS.indexOf(standing)));
    if (standing !== "offboarded") continue;
    const again = () => registry.connect(officers.registrar).setStatus.staticCall(number, 2n, ref("again"));
    expect(await outcomeOf(world, again), `REG-01 ${number} comes back`).to.equal("InstitutionStatusStepInvalid");
  }
}

async function onlyTheActiveStart({ state, world }: PlatformTale): Promise<void> {
  for (const account of ACCOUNTS) {
    const institution = state.institutions.get(state.actsFor.get(account) ?? 0);
    if (institution?.standing === "active") continue;
    const begin = () => bondOf(world, account).openAccount.staticCall(world.actionsAddress);
    expect(await outcomeOf(world, begin), `REG-02 ${account} opens an account`).to.be.oneOf([
      "InstitutionUnknown",
      "InstitutionNotActive",
    ]);
  }
  for (const who of HOLDERS) {
    const { custodian } = await world.issue.bond.accountOf(addressOf(world, who));
    expect(custodian, `REG-02 who keeps ${who}'s account`).to.equal(BigInt(accountOf(state, who).custodian));
  }
  await pursesAreTheModels({ state, world }, "REG-02");
}

async function accountsAreTheModels({ state, world }: PlatformTale): Promise<void> {
  const { registry } = world.issue.hongkong;
  for (const account of ACCOUNTS) {
    const number = await registry.institutionOf(addressOf(world, account));
    expect(number, `REG-03 ${account}`).to.equal(BigInt(state.actsFor.get(account) ?? 0));
  }
  for (const [number, { settlement }] of state.institutions) {
    const { settlementAccount } = await registry.institution(number);
    expect(settlementAccount, `REG-03 settlement account of ${number}`).to.equal(addressOf(world, settlement));
    expect(await registry.institutionOf(settlementAccount), `REG-03 ${number} has it`).to.equal(BigInt(number));
  }
}

async function recordsAreTheModels({ state, world }: PlatformTale): Promise<void> {
  const { registry } = world.issue.hongkong;
  const numbers = await registry.numbers(0n, 100n);
  expect(numbers, "REG-04 numbers").to.deep.equal([...state.institutions.keys()].map(BigInt));
  const leis = new Set<string>();
  for (const [number, { lei, tier, quota }] of state.institutions) {
    const record = await registry.institution(number);
    expect([record.lei, record.tier, record.quota], `REG-04 record of ${number}`).to.deep.equal([
      leiBytes(lei),
      BigInt(TIERS.indexOf(tier)),
      quota,
    ]);
    leis.add(record.lei);
  }
  expect(leis.size, "REG-04 identifiers").to.equal(numbers.length);
}

async function unitsAreTheIssue({ state, world }: PlatformTale): Promise<void> {
  let balances = 0n;
  for (const who of HOLDERS) {
    const units = await world.issue.bond.balanceOf(addressOf(world, who));
    expect(units, `AST-01 units of ${who}`).to.equal(accountOf(state, who).units);
    balances += units;
  }
  expect(await world.issue.bond.totalSupply(), "AST-01 supply, issued − redeemed").to.equal(supplyOf(state));
  expect(balances, "AST-01 balances").to.equal(supplyOf(state));
}

async function pledgedStays({ state, world }: PlatformTale): Promise<void> {
  const { bond } = world.issue;
  for (const pledge of state.pledges) {
    const { remaining } = await bond.holdState(idOf(pledgeTerms(world, pledge)));
    expect(remaining, `AST-02 left of a pledge of ${pledge.payer}`).to.equal(pledge.remaining);
  }
  for (const who of HOLDERS) {
    const held = pledgedOf(state, who);
    expect(await bond.heldOf(addressOf(world, who)), `AST-02 pledged of ${who}`).to.equal(held);
    if (held === 0n) continue;
    const free = accountOf(state, who).units - held;
    const to = addressOf(world, who === "ann" ? "bob" : "ann");
    const pays = () => bondOf(world, who).transfer.staticCall(to, free + 1n);
    expect(await outcomeOf(world, pays), `AST-02 ${who} pays what is pledged`).not.to.equal(undefined);
  }
}

async function couponsArePaidInFull({ state, world }: PlatformTale): Promise<void> {
  const { actions, bond } = world.issue;
  for (let k = 0; k < PROMISE.coupons; ++k) {
    const run = runOf(state, k);
    const { phase, pending, unpaid } = await actions.couponRun(bond, k);
    expect(phase, `AST-03 phase of coupon ${k}`).to.equal(COUPON_PHASE[run.phase]);
    if (run.phase !== "payable" && run.phase !== "settled") continue;
    expect(await bond.couponTotal(k), `AST-03 total of coupon ${k}`).to.equal(couponTotal());
    expect([pending, unpaid], `AST-03 pending and unpaid of coupon ${k}`).to.deep.equal([
      pendingOf(run),
      unpaidOf(run),
    ]);
    let shares = 0n;
    for (const who of HOLDERS) {
      const { handled, claim } = await actions.couponState(bond, k, addressOf(world, who));
      expect(handled, `AST-03 ${who} had coupon ${k}`).to.equal(run.handled.has(who));
      expect(claim, `AST-03 claim of ${who} to coupon ${k}`).to.equal(run.claims.get(who) ?? 0n);
      shares += run.shares.get(who) ?? 0n;
    }
    expect(shares, `AST-03 shares of coupon ${k}`).to.equal(couponTotal());
  }
  await pursesAreTheModels({ state, world }, "AST-03");
}

async function recordDatesStand({ state, world }: PlatformTale): Promise<void> {
  const { bond } = world.issue;
  expect(await bond.recordsSettled(), "AST-04 coupons settled").to.equal(BigInt(settledOf(state)));
  for (const [k, held] of state.history.entries()) {
    for (const who of HOLDERS) {
      const asked = () => bond.entitlement(k, addressOf(world, who));
      const refusal = await outcomeOf(world, asked);
      if (refusal === undefined) {
        expect(await asked(), `AST-04 ${who} at record date ${k}`).to.equal(held.get(who) ?? 0n);
      } else {
        expect(refusal, `AST-04 ${who} at record date ${k}`).to.equal("BondRecordNotKept");
        expect(k, "AST-04 only what is settled is not kept").to.be.lessThan(settledOf(state));
      }
    }
  }
}

async function registerAndTokenAgree({ state, world }: PlatformTale): Promise<void> {
  const { register, bond, terms } = world.issue;
  const first = await register.asset(terms.isin);
  expect(first.status, "AST-05 standing").to.equal(ASSET_STATUS[state.standing]);
  expect([first.token, first.termsHash], "AST-05 token").to.deep.equal([world.issue.address, await bond.termsHash()]);
  const { matured } = await bond.state();
  const done = matured && (await bond.totalSupply()) === 0n;
  expect(first.status, "AST-05 what the token did").to.equal(
    done ? ASSET_STATUS.redeemed : matured ? ASSET_STATUS.matured : ASSET_STATUS.issued,
  );
  const second = await register.asset(world.secondIsin);
  expect(second.status, "AST-05 second standing").to.equal(ASSET_STATUS[state.second.standing]);
  const attached = (await register.isinOf(world.second)) === world.secondIsin;
  expect(attached, "AST-05 second token").to.equal(state.second.attached);
  expect((await world.second.state()).issued, "AST-05 second issue").to.equal(state.second.standing === "issued");
}

async function unitsWentForTheirNominal({ state, world }: PlatformTale): Promise<void> {
  const gone = (await world.issue.bond.issueSize()) - (await world.issue.bond.totalSupply());
  expect(gone, "AST-06 units destroyed").to.equal(state.redeemed);
  if (state.now < state.times.maturity) expect(gone, "AST-06 before the maturity").to.equal(0n);
  for (const fund of state.funds) {
    const { remaining } = await world.issue.hongkong.currency.holdState(idOf(fundTerms(world, fund)));
    expect(remaining, `AST-06 left of what ${fund.payer} put up`).to.equal(fund.remaining);
  }
  await pursesAreTheModels({ state, world }, "AST-06");
}

async function contractsOwnNothing({ world }: PlatformTale): Promise<void> {
  for (const contract of contractsOf(world)) {
    expect(await world.issue.hongkong.currency.balanceOf(contract), "AST-07 money").to.equal(0n);
    expect(await world.issue.bond.balanceOf(contract), "AST-07 units").to.equal(0n);
    expect(await world.second.balanceOf(contract), "AST-07 second units").to.equal(0n);
  }
}

async function pursesAreTheModels({ state, world }: Pick<PlatformTale, "state" | "world">, id: string): Promise<void> {
  for (const who of HOLDERS) {
    const balance = await world.issue.hongkong.currency.balanceOf(signerOf(world, who));
    expect(balance, `${id} money of ${who}`).to.equal(purseOf(state, who).balance);
  }
}
