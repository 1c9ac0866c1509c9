import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { holdId, type Hold } from "../../sdk/eip712/ledger.js";
import { minor } from "../../sdk/money.js";
import { openChain, ref } from "../support/chain.js";
import { POWER, deployMoney, fund } from "../support/currency.js";
import { changes } from "../support/frame.js";
import { holdTerms } from "../support/holds.js";
import { SIDES } from "../support/subjects.js";

const chain = await openChain("mainland");
const { networkHelpers } = chain;

const AMOUNT = minor("1000");
const REFERENCE = ref("RTGS 2026-11-22 17");

for (const side of SIDES) {
  describe(`supply of ${side === "mainland" ? "ECNY" : "EHKD"}`, function () {
    let f: Awaited<ReturnType<typeof deploy>>;

    async function deploy() {
      const money = await deployMoney(chain);
      const { currency, officers, banks, holder } = money[side];
      return {
        ...money,
        ...{ currency, officers, holder },
        at: money[side],
        bank: banks[0].account,
        issuer: currency.connect(officers.issuer),
      };
    }

    beforeEach(async function () {
      f = await networkHelpers.loadFixture(deploy);
    });

    const people = () => ({ bank: f.bank, issuer: f.officers.issuer, shop: f.shop });

    describe("issue", function () {
      it("raises supply and the bank's balance by the amount and changes nothing else", async function () {
        expect(await changes(f.currency, people(), () => f.issuer.issue(f.bank, AMOUNT, REFERENCE))).to.deep.equal({
          supply: AMOUNT,
          "bank.balance": AMOUNT,
        });
      });

      it("changes nothing of the other currency", async function () {
        const other = f[side === "mainland" ? "hongkong" : "mainland"].currency;
        expect(await changes(other, people(), () => f.issuer.issue(f.bank, AMOUNT, REFERENCE))).to.deep.equal({});
      });

      it("logs the creation and its reference", async function () {
        await expect(f.issuer.issue(f.bank, AMOUNT, REFERENCE))
          .to.emit(f.currency, "Transfer")
          .withArgs(ZeroAddress, f.bank, AMOUNT)
          .and.to.emit(f.currency, "Issued")
          .withArgs(f.bank, REFERENCE, AMOUNT);
      });

      it("reverts for everybody without the issuer's power, the central bank's officers included", async function () {
        const { admin, governor, enforcer, upgrader } = f.officers;
        for (const caller of [admin, governor, enforcer, upgrader, f.bank, f.stranger]) {
          await expect(f.currency.connect(caller).issue(f.bank, AMOUNT, REFERENCE))
            .to.be.revertedWithCustomError(f.currency, "LedgerPowerMissing")
            .withArgs(caller, POWER.issuer);
        }
      });

      it("reverts for the other central bank's issuer", async function () {
        const foreign = f[side === "mainland" ? "hongkong" : "mainland"].officers.issuer;
        await expect(f.currency.connect(foreign).issue(f.bank, AMOUNT, REFERENCE))
          .to.be.revertedWithCustomError(f.currency, "LedgerPowerMissing")
          .withArgs(foreign, POWER.issuer);
      });

      it("reverts for an issuer who was dismissed", async function () {
        await f.currency.connect(f.officers.governor).dismiss(f.officers.issuer, POWER.issuer);
        await expect(f.issuer.issue(f.bank, AMOUNT, REFERENCE))
          .to.be.revertedWithCustomError(f.currency, "LedgerPowerMissing")
          .withArgs(f.officers.issuer, POWER.issuer);
      });

      it("reverts towards whoever cannot be paid", async function () {
        for (const account of [f.stranger.address, f.officers.issuer.address]) {
          await expect(f.issuer.issue(account, AMOUNT, REFERENCE))
            .to.be.revertedWithCustomError(f.currency, "ERC7943CannotReceive")
            .withArgs(account);
        }
        await expect(f.issuer.issue(ZeroAddress, AMOUNT, REFERENCE))
          .to.be.revertedWithCustomError(f.currency, "ERC20InvalidReceiver")
          .withArgs(ZeroAddress);
      });
    });

    describe("redeemHeld", function () {
      let terms: Hold;

      beforeEach(async function () {
        await fund(f.at, f.bank, AMOUNT);
        terms = await holdTerms(chain, f.bank, f.officers.issuer, minor("400"));
        await f.currency.connect(f.bank).placeHold(terms);
      });

      it("lowers supply, balance and what is held by the amount and changes nothing else", async function () {
        const act = () => f.issuer.redeemHeld(terms, minor("150"), REFERENCE);
        expect(await changes(f.currency, people(), act)).to.deep.equal({
          supply: -minor("150"),
          "bank.balance": -minor("150"),
          "bank.held": -minor("150"),
        });
        expect(await f.currency.holdState(holdId(terms))).to.deep.equal([minor("250"), true]);
      });

      it("logs the destruction, the capture and the reference", async function () {
        await expect(f.issuer.redeemHeld(terms, minor("150"), REFERENCE))
          .to.emit(f.currency, "Transfer")
          .withArgs(f.bank, ZeroAddress, minor("150"))
          .and.to.emit(f.currency, "HoldCaptured")
          .withArgs(holdId(terms), ZeroAddress, minor("150"), minor("250"))
          .and.to.emit(f.currency, "Redeemed")
          .withArgs(f.bank, REFERENCE, minor("150"));
      });

      it("redeems what is held and reverts one unit past it", async function () {
        await expect(f.issuer.redeemHeld(terms, minor("400.01"), REFERENCE))
          .to.be.revertedWithCustomError(f.currency, "HoldAmountExceeded")
          .withArgs(holdId(terms), minor("400.01"), minor("400"));
        await f.issuer.redeemHeld(terms, minor("400"), REFERENCE);
        expect(await f.currency.totalSupply()).to.equal(minor("600"));
      });

      it("works although the bank was frozen afterwards", async function () {
        await f.currency.connect(f.officers.enforcer).freeze(f.bank, ref("order"));
        await f.issuer.redeemHeld(terms, minor("400"), REFERENCE);
      });

      it("cannot destroy what was promised to a payee", async function () {
        const promised = await holdTerms(chain, f.bank, f.officers.issuer, minor("1"), { payee: f.shop.address });
        await f.currency.connect(f.bank).placeHold(promised);
        await expect(f.issuer.redeemHeld(promised, minor("1"), REFERENCE))
          .to.be.revertedWithCustomError(f.currency, "HoldPayeeMismatch")
          .withArgs(holdId(promised), ZeroAddress, f.shop);
      });

      it("reverts for an executor without the issuer's power", async function () {
        const other = await holdTerms(chain, f.bank, f.carrier, minor("1"));
        await f.currency.connect(f.bank).placeHold(other);
        await expect(f.currency.connect(f.carrier).redeemHeld(other, minor("1"), REFERENCE))
          .to.be.revertedWithCustomError(f.currency, "LedgerPowerMissing")
          .withArgs(f.carrier, POWER.issuer);
      });

      it("reverts for an issuer who is not the executor", async function () {
        const other = await holdTerms(chain, f.bank, f.carrier, minor("1"));
        await f.currency.connect(f.bank).placeHold(other);
        await expect(f.issuer.redeemHeld(other, minor("1"), REFERENCE))
          .to.be.revertedWithCustomError(f.currency, "HoldUnauthorized")
          .withArgs(holdId(other), f.officers.issuer, f.carrier);
      });

      it("reverts from the expiry on", async function () {
        await networkHelpers.time.setNextBlockTimestamp(terms.expiry);
        await expect(f.issuer.redeemHeld(terms, 1n, REFERENCE))
          .to.be.revertedWithCustomError(f.currency, "HoldExpired")
          .withArgs(holdId(terms), terms.expiry, terms.expiry);
      });
    });
  });
}
