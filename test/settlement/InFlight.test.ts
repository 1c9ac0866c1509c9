import { expect } from "chai";
import { MaxUint256, ZeroAddress, type BaseContract } from "ethers";
import { holdId, type Hold } from "../../sdk/eip712/ledger.js";
import type { Instruction } from "../../sdk/eip712/settlement.js";
import { minor } from "../../sdk/money.js";
import { openChain, ref } from "../support/chain.js";
import { CLASS, fund } from "../support/currency.js";
import {
  COMMITMENTS,
  HAPPENINGS,
  IN_FLIGHT,
  inFlightTable,
  type Commitment,
  type Happening,
} from "../support/in-flight.js";
import {
  OPENING_MONEY,
  STATUS,
  deploySettlement,
  idOf,
  pay,
  placeCover,
  settleNetOf,
  type Settlement,
} from "../support/settlement.js";

const chain = await openChain("mainland");
const { networkHelpers } = chain;

const OPENING_CUSTOMER = minor("500");
const GROSS = minor("100");
const BACK = minor("30");
const EXPIRY = 4_000_000_000n;
const SUSPENDED = 3n;

async function deploy() {
  const f = await deploySettlement(chain);
  await fund(f.mainland, f.cai, OPENING_CUSTOMER);
  await f.mainland.currency.connect(f.cai).approve(f.engine, MaxUint256);
  return f;
}

/** icbc pays 100.00 to its customer cai, who pays 30.00 back where they settle net. */
describe("SettlementEngine: what becomes of an instruction in flight", function () {
  let f: Settlement;
  let there: Instruction;
  let back: Instruction;
  let hold: Hold | undefined;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
    there = pay(f, 1n, f.icbc, f.cai, "100");
    back = pay(f, 1n, f.cai, f.icbc, "30");
    hold = undefined;
  });

  /** A hold beside the instruction, for another executor, on everything the payer has. */
  const elsewhere = (): Hold => ({
    payer: f.icbc.address,
    payee: ZeroAddress,
    executor: f.carrier.address,
    amount: OPENING_MONEY,
    expiry: EXPIRY,
    businessRef: ref("something else"),
  });

  const affirm = async () => {
    await f.engine.connect(f.icbc).affirm(idOf(f, there));
    await f.engine.connect(f.cai).affirm(idOf(f, back));
  };

  /** Commits the payer before anything happens. */
  const commit: Record<Commitment, (happening: Happening) => Promise<void>> = {
    held: async () => {
      hold = await placeCover(f, f.mainland.currency, f.icbc, there, 0, EXPIRY);
    },
    affirmed: affirm,
    "in a net batch": async (happening) => {
      await affirm();
      if (happening === "hold expired") hold = await placeCover(f, f.mainland.currency, f.icbc, there, 0, EXPIRY);
    },
  };

  const happen: Record<Happening, (commitment: Commitment) => Promise<unknown>> = {
    "payer frozen": () => f.mainland.currency.connect(f.mainland.officers.enforcer).freeze(f.icbc, ref("order")),
    "payee frozen": () => f.mainland.currency.connect(f.mainland.officers.enforcer).freeze(f.cai, ref("order")),
    "class halted": () => f.mainland.currency.connect(f.mainland.officers.halter).haltClass(CLASS.institution),
    "all halted": () => f.mainland.currency.connect(f.mainland.officers.halter).haltAll(),
    // room for the net amount is left, for one fen more is not
    "payee's cap reached": () =>
      fund(f.mainland, f.cai, f.mainland.limits.III.balance - OPENING_CUSTOMER - (GROSS - BACK)),
    "party suspended": () =>
      f.mainland.registry
        .connect(f.mainland.officers.registrar)
        .setStatus(f.mainland.banks[0].number, SUSPENDED, ref("suspension")),
    "hold expired": async (commitment) => {
      if (commitment === "affirmed") await f.mainland.currency.connect(f.icbc).placeHold(elsewhere());
      await networkHelpers.time.increaseTo(EXPIRY);
    },
  };

  const attempt: Record<Commitment, () => Promise<unknown>> = {
    held: async () => f.engine.connect(f.carrier).settle(there, [], hold === undefined ? [] : [hold]),
    affirmed: async () => f.engine.connect(f.carrier).settle(there, [], []),
    "in a net batch": async () =>
      settleNetOf(f, [
        { instruction: there, consents: [], holds: hold === undefined ? [] : [hold] },
        { instruction: back, consents: [], holds: [] },
      ]),
  };

  /** What the refusal says, by the name of the error; the time of the refusing block where it is named. */
  const refusalArgs: Record<string, () => readonly unknown[]> = {
    ERC7943CannotSend: () => [f.icbc.address],
    ERC7943CannotReceive: () => [f.cai.address],
    WalletHalted: () => [f.icbc.address, BigInt(CLASS.institution)],
    WalletBalanceLimitExceeded: () => {
      const cap = f.mainland.limits.III.balance;
      return [f.cai.address, GROSS, cap - (GROSS - BACK), cap];
    },
    HoldExpired: () => [holdId(hold ?? missing()), EXPIRY, EXPIRY + 1n],
    LedgerInsufficientSpendable: () => [f.icbc.address, 0n, GROSS],
  };

  function missing(): never {
    throw new RangeError("no hold was placed");
  }

  /** The moved amounts, and the record. */
  async function expectSettled(commitment: Commitment, payeeBefore: bigint) {
    const moved = commitment === "in a net batch" ? GROSS - BACK : GROSS;
    expect(await f.mainland.currency.balanceOf(f.icbc)).to.equal(OPENING_MONEY - moved);
    expect(await f.mainland.currency.balanceOf(f.cai)).to.equal(payeeBefore + moved);
    expect(await f.mainland.currency.heldOf(f.icbc)).to.equal(0n);
    expect(await f.engine.statusOf(f.icbc, there.businessRef)).to.equal(STATUS.settled);
  }

  /** Nothing has moved, and the payer gets out alone: its consent ends, what it held is free, whoever else is barred. */
  async function expectWayOut(commitment: Commitment, payeeBefore: bigint) {
    const { currency } = f.mainland;
    expect(await currency.balanceOf(f.icbc)).to.equal(OPENING_MONEY);
    expect(await currency.balanceOf(f.cai)).to.equal(payeeBefore);
    expect(await f.engine.statusOf(f.icbc, there.businessRef)).to.equal(STATUS.open);
    await f.engine.connect(f.icbc).cancel(there, "0x");
    if (hold !== undefined) await f.engine.connect(f.stranger).releaseBoundHold(currency, there, hold);
    if (commitment === "held") expect(await currency.heldOf(f.icbc)).to.equal(0n);
    expect(await f.engine.statusOf(f.icbc, there.businessRef)).to.equal(STATUS.cancelled);
  }

  for (const happening of HAPPENINGS) {
    for (const commitment of COMMITMENTS) {
      const { refusal, text } = IN_FLIGHT[happening][commitment];
      context(`${happening}, ${commitment}`, function () {
        it(text, async function () {
          await commit[commitment](happening);
          await happen[happening](commitment);
          const payeeBefore = await f.mainland.currency.balanceOf(f.cai);
          if (refusal === undefined) {
            await attempt[commitment]();
            return expectSettled(commitment, payeeBefore);
          }
          const args = refusalArgs[refusal];
          if (args === undefined) throw new RangeError(`nothing is known of ${refusal}`);
          const contract: BaseContract = f.mainland.currency;
          const expected = expect(attempt[commitment]()).to.be.revertedWithCustomError(contract, refusal);
          await expected.withArgs(...args());
          await expectWayOut(commitment, payeeBefore);
        });
      });
    }
  }

  describe("the rest of what the table says", function () {
    it("payer frozen: settles after the freeze is lifted", async function () {
      await commit.affirmed("payer frozen");
      await happen["payer frozen"]("affirmed");
      await f.mainland.currency.connect(f.mainland.officers.enforcer).unfreeze(f.icbc, ref("lifted"));
      await attempt.affirmed();
      await expectSettled("affirmed", OPENING_CUSTOMER);
    });

    it("payer frozen: the others of a batch settle without it", async function () {
      await affirm();
      await happen["payer frozen"]("in a net batch");
      const others = [pay(f, 1n, f.boc, f.hsbc, "7"), pay(f, 1n, f.hsbc, f.boc, "5")];
      for (const [at, giver] of [f.boc, f.hsbc].entries()) {
        await f.engine.connect(giver).affirm(idOf(f, others[at] ?? there));
      }
      await settleNetOf(
        f,
        others.map((instruction) => ({ instruction, consents: [], holds: [] })),
      );
      expect(await f.mainland.currency.balanceOf(f.hsbc)).to.equal(OPENING_MONEY + minor("2"));
    });

    it("class halted: refuses the payee of the class as well", async function () {
      await commit.held("class halted");
      await f.mainland.currency.connect(f.mainland.officers.halter).haltClass(CLASS.III);
      await expect(attempt.held())
        .to.be.revertedWithCustomError(f.mainland.currency, "WalletHalted")
        .withArgs(f.cai.address, BigInt(CLASS.III));
    });

    it("halted: settles after resuming", async function () {
      await commit.held("all halted");
      await happen["all halted"]("held");
      await f.mainland.currency.connect(f.mainland.officers.resumer).resumeAll();
      await attempt.held();
      await expectSettled("held", OPENING_CUSTOMER);
    });

    it("hold expired: settles by affirmation and allowance once anyone has freed the value", async function () {
      await commit.held("hold expired");
      await happen["hold expired"]("held");
      await f.mainland.currency.connect(f.stranger).releaseHold(hold ?? missing());
      await affirm();
      await attempt.affirmed();
      await expectSettled("affirmed", OPENING_CUSTOMER);
    });

    it("hold expired: what was held for another executor is free again, and the instruction settles", async function () {
      await commit.affirmed("hold expired");
      await happen["hold expired"]("affirmed");
      await f.mainland.currency.connect(f.stranger).releaseHold(elsewhere());
      await attempt.affirmed();
      await expectSettled("affirmed", OPENING_CUSTOMER);
    });

    it("is one table for readers, a line for each happening", function () {
      const lines = inFlightTable().split("\n");
      expect(lines).to.have.length(2 + HAPPENINGS.length);
      expect(lines[2]).to.match(
        /^\| payer frozen \| Settles: .* \| Refused, .*`ERC7943CannotSend`.* \| A batch .* \|$/,
      );
    });
  });
});
