import { expect } from "chai";
import { REQUEST_KIND } from "../../sdk/eip712/issuance.js";
import { minor } from "../../sdk/money.js";
import { openChain, ref } from "../support/chain.js";
import { POWER, ROLE } from "../support/currency.js";
import {
  RATE,
  admitParticipant,
  attest,
  attestation,
  deployDesk,
  issueTo,
  openRedemption,
  redemptionTerms,
} from "./fixture.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;

const LATER = 2n ** 40n;

/** ICBC was issued 500.00 and paid BOC 200.00, which redeemed 150.00 of it; a successor stands ready. */
async function deploySuccessor() {
  const f = await deployDesk(chain);
  await issueTo(f, f.icbcBank, minor("500.00"), ref("first"));
  await f.currency.connect(f.icbc).transfer(f.boc, minor("200.00"));
  const rtgsRef = ref("second");
  const terms = await redemptionTerms(f, f.bocBank, minor("150.00"), rtgsRef, LATER);
  await openRedemption(f, f.boc, terms, rtgsRef);
  const said = attestation(f.bocBank, minor("150.00"), rtgsRef, { kind: REQUEST_KIND.redemption });
  await f.desk.redeem(terms, rtgsRef, said.validUntil, await attest(f.desk, f.operator, said));

  const successor = await ethers.deployContract("IssuanceDesk", [f.currency, f.registry, f.authority, f.operator]);
  const governed = (["setRateLimit", "takeOver"] as const).map(
    (name) => successor.interface.getFunction(name).selector,
  );
  await f.authority.connect(f.office.admin).setTargetFunctionRole(successor, governed, ROLE.governor);
  await successor.connect(f.office.governor).setRateLimit(RATE.capacity, RATE.window);
  const replace = async () => {
    await f.currency.connect(f.office.governor).dismiss(f.desk, POWER.issuer);
    await f.currency.connect(f.office.governor).appoint(successor, POWER.issuer, ref("issuance act"));
  };
  return { ...f, successor, replace };
}

describe("IssuanceDesk (taking over)", function () {
  let f: Awaited<ReturnType<typeof deploySuccessor>>;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploySuccessor);
  });

  const takeOver = () => f.successor.connect(f.office.governor).takeOver(f.desk);

  describe("takeOver", function () {
    it("goes on where the predecessor ended", async function () {
      await f.replace();
      const predecessor = await f.desk.getAddress();
      await expect(takeOver())
        .to.emit(f.successor, "PositionTakenOver")
        .withArgs(f.icbcBank.number, predecessor, minor("500.00"), 0n)
        .and.to.emit(f.successor, "PositionTakenOver")
        .withArgs(f.bocBank.number, predecessor, 0n, minor("150.00"));
      for (const bank of [f.icbcBank, f.bocBank]) {
        expect(await f.successor.positionOf(bank.number)).to.deep.equal(await f.desk.positionOf(bank.number));
        expect(await f.successor.availableQuota(bank.number)).to.equal(await f.desk.availableQuota(bank.number));
      }
      await issueTo({ ...f, desk: f.successor }, f.icbcBank, minor("1.00"), ref("third"));
      expect(await f.successor.totalReserves()).to.equal(minor("351.00"));
      expect(await f.currency.totalSupply()).to.equal(minor("351.00"));
    });

    it("has nothing to take over of an institution that was issued nothing", async function () {
      const number = await admitParticipant(f, f.carrier);
      await f.replace();
      const sent = await takeOver();
      const taken = await f.successor.queryFilter(f.successor.filters.PositionTakenOver(), sent.blockNumber ?? 0);
      expect(taken.map(({ args }) => args.institution)).to.deep.equal([f.icbcBank.number, f.bocBank.number]);
      expect(await f.successor.positionOf(number)).to.deep.equal([0n, 0n, 0n]);
    });

    it("leaves open requests to end at the predecessor", async function () {
      const terms = await redemptionTerms(f, f.icbcBank, minor("10.00"), ref("open"), LATER);
      await openRedemption(f, f.icbc, terms, ref("open"));
      await f.replace();
      await takeOver();
      expect((await f.successor.positionOf(f.icbcBank.number)).pending).to.equal(0n);
      await f.desk.connect(f.operator).rejectRedemption(terms, ref("desk replaced"));
      expect(await f.currency.heldOf(f.icbc)).to.equal(0n);
    });

    it("keeps what is pending at the successor", async function () {
      await f.successor.connect(f.icbc).requestIssue(7n, ref("early"), LATER);
      await f.replace();
      await takeOver();
      expect(await f.successor.positionOf(f.icbcBank.number)).to.deep.equal([minor("500.00"), 0n, 7n]);
    });

    it("refuses while the predecessor can change supply", async function () {
      await expect(takeOver())
        .to.be.revertedWithCustomError(f.successor, "IssuancePredecessorActive")
        .withArgs(await f.desk.getAddress());
    });

    it("refuses a second time, and once the successor has issued", async function () {
      await f.replace();
      const beforeTakeOver = await networkHelpers.takeSnapshot();
      await takeOver();
      await expect(takeOver())
        .to.be.revertedWithCustomError(f.successor, "IssuancePositionTaken")
        .withArgs(f.icbcBank.number, minor("500.00"), 0n);
      await beforeTakeOver.restore();
      await issueTo({ ...f, desk: f.successor }, f.icbcBank, minor("1.00"), ref("too early"));
      await expect(takeOver())
        .to.be.revertedWithCustomError(f.successor, "IssuancePositionTaken")
        .withArgs(f.icbcBank.number, minor("1.00"), 0n);
    });

    it("refuses once the successor has redeemed", async function () {
      await f.replace();
      const there = { ...f, desk: f.successor };
      const rtgsRef = ref("too early");
      const terms = await redemptionTerms(there, f.bocBank, minor("10.00"), rtgsRef, LATER);
      await openRedemption(there, f.boc, terms, rtgsRef);
      const said = attestation(f.bocBank, minor("10.00"), rtgsRef, { kind: REQUEST_KIND.redemption });
      await f.successor.redeem(terms, rtgsRef, said.validUntil, await attest(f.successor, f.operator, said));
      await expect(takeOver())
        .to.be.revertedWithCustomError(f.successor, "IssuancePositionTaken")
        .withArgs(f.bocBank.number, 0n, minor("10.00"));
    });

    it("refuses positions that do not explain the supply", async function () {
      await f.currency.connect(f.office.governor).appoint(f.office.issuer, POWER.issuer, ref("issuance act"));
      await f.currency.connect(f.office.issuer).issue(f.icbc, 1n, ref("beside the desk"));
      await f.replace();
      await expect(takeOver())
        .to.be.revertedWithCustomError(f.successor, "IssuanceReservesMismatch")
        .withArgs(minor("350.00"), minor("350.01"));
    });

    it("refuses strangers", async function () {
      await expect(f.successor.connect(f.stranger).takeOver(f.desk))
        .to.be.revertedWithCustomError(f.successor, "AccessManagedUnauthorized")
        .withArgs(f.stranger.address);
    });
  });
});
