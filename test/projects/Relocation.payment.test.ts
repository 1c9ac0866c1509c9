import { expect } from "chai";
import { NEVER } from "../../sdk/eip712/ledger.js";
import { RELOCATION_STATUS, compensationSum, type Compensation } from "../../sdk/eip712/relocation.js";
import { minor } from "../../sdk/money.js";
import { relocationFund } from "../../sdk/projects/relocation.js";
import { openChain, ref } from "../support/chain.js";
import { HouseholdFile, deployRelocation, type Relocations } from "../support/relocation.js";

const chain = await openChain("mainland");
const { networkHelpers } = chain;
const HOUSES = [
  { name: "Zhang", property: "100000.01" },
  { name: "Li", property: "200000.02" },
  { name: "Wang", property: "150000.03" },
] as const;

function heads(property: string): Compensation {
  return { property: minor(property), resettlement: 0n, business: 0n, reward: minor("0.97") };
}

/** Three households, approved in this order: 450,002.97 of the fund's 600,000.00. */
async function deploy() {
  const f = await deployRelocation(chain);
  const people = [f.ann, f.hsbc, f.bochk];
  const files = HOUSES.map(({ name, property }, index) => {
    return new HouseholdFile(f, name, people[index], heads(property));
  });
  for (const file of files) {
    await file.open();
    await file.survey();
    await file.agree();
  }
  await networkHelpers.time.increase(f.rules.publicity);
  const ids = files.map(({ id }) => id);
  for (const approver of f.approvers) await f.relocation.connect(approver).approveFiles(f.rules, ids);
  return { f, files };
}

describe("Relocation", function () {
  let f: Relocations;
  let files: HouseholdFile[];
  let zhang: HouseholdFile;
  let li: HouseholdFile;
  let wang: HouseholdFile;

  beforeEach(async function () {
    ({ f, files } = await networkHelpers.loadFixture(deploy));
    [zhang, li, wang] = files as [HouseholdFile, HouseholdFile, HouseholdFile];
  });

  const freeze = (file: HouseholdFile) =>
    f.money.connect(f.mainland.officers.enforcer).freeze(file.household, ref("order"));
  const unfreeze = (file: HouseholdFile) =>
    f.money.connect(f.mainland.officers.enforcer).unfreeze(file.household, ref("lifted"));
  const progress = async () => {
    const { approved, paid, payable_, cursor } = await f.relocation.projectStateOf(f.project);
    return { approved, paid, payable: payable_, cursor };
  };

  describe("payNext", function () {
    it("pays straight from the authority to the households, page by page, in the order of approval", async function () {
      await zhang.pay(2n);
      expect(await f.money.balanceOf(f.ann)).to.equal(minor("100000.98"));
      expect(await f.money.balanceOf(f.hsbc)).to.equal(minor("200000.99"));
      expect((await wang.state()).status).to.equal(RELOCATION_STATUS.approved);
      const last = zhang.pay(100n);
      await expect(last).to.emit(f.relocation, "RelocationPaid").withArgs(wang.id, f.bochk.address, wang.amount);
      const all = files.reduce((sum, file) => sum + compensationSum(file.heads), 0n);
      expect(await progress()).to.deep.equal({ approved: all, paid: all, payable: 3n, cursor: 3n });
      expect(await f.money.balanceOf(f.relocation)).to.equal(0n);
      expect(await f.money.heldOf(f.authority)).to.equal(f.fund.amount - all);
    });

    it("pays nobody twice", async function () {
      await zhang.pay(3n);
      const balance = await f.money.balanceOf(f.ann);
      await expect(zhang.pay(1n))
        .to.be.revertedWithCustomError(f.relocation, "RelocationNothingPayable")
        .withArgs(f.project, 3n);
      await expect(zhang.payParked())
        .to.be.revertedWithCustomError(f.relocation, "RelocationStatusInvalid")
        .withArgs(zhang.id, RELOCATION_STATUS.paid);
      await expect(zhang.agree())
        .to.be.revertedWithCustomError(f.relocation, "RelocationStatusInvalid")
        .withArgs(zhang.id, RELOCATION_STATUS.paid);
      expect(await f.money.balanceOf(f.ann)).to.equal(balance);
    });

    it("parks whom it cannot pay, and pays the others", async function () {
      await freeze(li);
      const paid = zhang.pay(3n);
      await expect(paid).to.emit(f.relocation, "RelocationParked").withArgs(li.id, f.hsbc.address, li.amount);
      await expect(paid).to.emit(f.relocation, "RelocationPaid").withArgs(wang.id, f.bochk.address, wang.amount);
      expect((await li.state()).status).to.equal(RELOCATION_STATUS.parked);
      const { approved, paid: sum, cursor } = await progress();
      expect([approved - sum, cursor]).to.deep.equal([li.amount, 3n]);
    });

    it("bounds the page", async function () {
      const limit = await f.relocation.MAXIMUM_PAGE();
      for (const size of [0n, limit + 1n]) {
        await expect(zhang.pay(size))
          .to.be.revertedWithCustomError(f.relocation, "RelocationPageInvalid")
          .withArgs(size, limit);
      }
    });

    it("stops where the fund ends, and goes on with another", async function () {
      const small = relocationFund(f.domain, f.rules, minor("300001.96"), NEVER);
      await f.money.connect(f.authority).placeHold(small);
      await f.relocation.payNext(f.rules, small, 3n);
      expect((await progress()).cursor).to.equal(1n);
      const left = minor("300001.96") - zhang.amount;
      await expect(f.relocation.payNext(f.rules, small, 3n))
        .to.be.revertedWithCustomError(f.relocation, "RelocationFundExhausted")
        .withArgs(f.project, left, li.amount);
      await zhang.pay(3n);
      expect((await progress()).cursor).to.equal(3n);
    });

    it("takes no other hold", async function () {
      const fund = f.fund;
      for (const wrong of [
        { ...fund, payer: f.ann.address },
        { ...fund, payee: f.ann.address },
        { ...fund, executor: f.carrier.address },
        { ...fund, businessRef: ref("something else") },
      ]) {
        await expect(f.relocation.payNext(f.rules, wrong, 1n))
          .to.be.revertedWithCustomError(f.relocation, "RelocationFundInvalid")
          .withArgs(f.project, await f.money.holdId(wrong));
      }
      const unknown = { ...f.rules, salt: ref("unknown") };
      const held = relocationFund(f.domain, unknown, minor("1.00"), NEVER);
      await expect(f.relocation.payNext(unknown, held, 1n))
        .to.be.revertedWithCustomError(f.relocation, "RelocationFundInvalid")
        .withArgs(held.businessRef, await f.money.holdId(held));
    });

    it("waits while the currency is halted", async function () {
      const { halter, resumer } = f.mainland.officers;
      await f.money.connect(halter).haltAll();
      await expect(zhang.pay(3n)).to.be.revertedWithCustomError(f.money, "WalletHalted");
      await f.money.connect(resumer).resumeAll();
      await zhang.pay(3n);
      expect((await progress()).cursor).to.equal(3n);
    });
  });

  describe("payParked", function () {
    beforeEach(async function () {
      await freeze(li);
      await zhang.pay(3n);
    });

    it("pays the household as soon as it can be paid, once", async function () {
      await expect(li.payParked()).to.be.revertedWithCustomError(f.money, "ERC7943CannotReceive");
      await unfreeze(li);
      await expect(li.payParked()).to.emit(f.relocation, "RelocationPaid").withArgs(li.id, f.hsbc.address, li.amount);
      expect(await f.money.balanceOf(f.hsbc)).to.equal(li.amount);
      await expect(li.payParked())
        .to.be.revertedWithCustomError(f.relocation, "RelocationStatusInvalid")
        .withArgs(li.id, RELOCATION_STATUS.paid);
      const { approved, paid } = await progress();
      expect(paid).to.equal(approved);
    });

    it("keeps the fund from its authority until then", async function () {
      await expect(f.relocation.connect(f.authority).releaseFund(f.rules, f.fund))
        .to.be.revertedWithCustomError(f.relocation, "RelocationFundOwed")
        .withArgs(f.project, li.amount);
    });
  });
});
