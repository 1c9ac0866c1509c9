import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { minor } from "../../sdk/money.js";
import { ref, type Chain } from "../support/chain.js";
import { changes } from "../support/frame.js";
import { entry, holdTerms, party } from "../support/holds.js";
import type { HoldSubject } from "./HoldPlacing.behavior.js";

const BALANCE = minor("1000");
const BASIS = ref("court order 9");
const REFERENCE = ref("invoice 2026-117");

/** Payments with an end-to-end reference, to one payee or to many. */
export function paysWithReference(chain: Chain, get: () => HoldSubject): void {
  let f: HoldSubject;

  const people = () => ({ payer: f.payer, payee: f.payee, other: f.other });
  const asPayer = () => f.token.connect(f.payer);

  beforeEach(function () {
    f = get();
  });

  describe("transferWithReference", function () {
    it("moves the amount and changes nothing else", async function () {
      const act = () => asPayer().transferWithReference(f.payee, minor("12.34"), REFERENCE);
      expect(await changes(f.token, people(), act)).to.deep.equal({
        "payer.balance": -minor("12.34"),
        "payee.balance": minor("12.34"),
      });
    });

    it("logs the reference with payer, payee and amount", async function () {
      await expect(asPayer().transferWithReference(f.payee, 5n, REFERENCE))
        .to.emit(f.token, "Transfer")
        .withArgs(f.payer, f.payee, 5n)
        .and.to.emit(f.token, "PaymentReferenced")
        .withArgs(REFERENCE, f.payer, f.payee, 5n);
    });

    it("returns true", async function () {
      expect(await asPayer().transferWithReference.staticCall(f.payee, 5n, REFERENCE)).to.equal(true);
    });

    it("reverts one unit above the balance", async function () {
      await expect(asPayer().transferWithReference(f.payee, BALANCE + 1n, REFERENCE))
        .to.be.revertedWithCustomError(f.token, "ERC20InsufficientBalance")
        .withArgs(f.payer, BALANCE, BALANCE + 1n);
    });
  });

  describe("payOut", function () {
    it("pays every payee, also one named twice, and changes nothing else", async function () {
      const entries = [entry(f.payee, minor("1")), entry(f.other, minor("2")), entry(f.payee, minor("3"))];
      expect(await changes(f.token, people(), () => asPayer().payOut(entries, REFERENCE))).to.deep.equal({
        "payer.balance": -minor("6"),
        "payee.balance": minor("4"),
        "other.balance": minor("2"),
      });
    });

    it("returns the sum", async function () {
      expect(await asPayer().payOut.staticCall([entry(f.payee, 7n), entry(f.other, 8n)], REFERENCE)).to.equal(15n);
    });

    it("logs every movement and the sum under the reference", async function () {
      const transaction = asPayer().payOut([entry(f.payee, 7n), entry(f.other, 8n)], REFERENCE);
      await expect(transaction).to.emit(f.token, "Transfer").withArgs(f.payer, f.payee, 7n);
      await expect(transaction).to.emit(f.token, "Transfer").withArgs(f.payer, f.other, 8n);
      await expect(transaction).to.emit(f.token, "PaymentReferenced").withArgs(REFERENCE, f.payer, ZeroAddress, 15n);
    });

    it("moves nothing for an empty list", async function () {
      expect(await changes(f.token, people(), () => asPayer().payOut([], REFERENCE))).to.deep.equal({});
    });

    it("pays out the whole balance, and nobody when one unit is missing", async function () {
      const entries = (last: bigint) => [entry(f.payee, BALANCE - 1n), entry(f.other, last)];
      await expect(asPayer().payOut(entries(2n), REFERENCE))
        .to.be.revertedWithCustomError(f.token, "ERC20InsufficientBalance")
        .withArgs(f.payer, 1n, 2n);
      await asPayer().payOut(entries(1n), REFERENCE);
      expect(await f.token.balanceOf(f.payer)).to.equal(0n);
    });

    it("leaves what is held", async function () {
      await asPayer().placeHold(await holdTerms(chain, f.payer, f.executor, minor("400")));
      await expect(asPayer().payOut([entry(f.payee, minor("600")), entry(f.other, 1n)], REFERENCE))
        .to.be.revertedWithCustomError(f.token, "LedgerInsufficientSpendable")
        .withArgs(f.payer, 0n, 1n);
    });

    it("leaves what is frozen", async function () {
      await f.token.connect(f.enforcer)["setFrozenTokens(address,uint256,bytes32)"](f.payer, minor("400"), BASIS);
      await expect(asPayer().payOut([entry(f.payee, minor("600")), entry(f.other, 1n)], REFERENCE))
        .to.be.revertedWithCustomError(f.token, "ERC7943InsufficientUnfrozenBalance")
        .withArgs(f.payer, 1n, 0n);
    });

    it("pays nobody when one payee cannot be paid", async function () {
      await f.token.connect(f.enforcer).freeze(f.other, BASIS);
      await expect(asPayer().payOut([entry(f.payee, 1n), entry(f.other, 1n)], REFERENCE))
        .to.be.revertedWithCustomError(f.token, "ERC7943CannotReceive")
        .withArgs(f.other);
    });

    it("reverts for the payer among the payees, and says where", async function () {
      await expect(asPayer().payOut([entry(f.payee, 1n), entry(f.payer, 1n)], REFERENCE))
        .to.be.revertedWithCustomError(f.token, "LedgerPayOutToPayer")
        .withArgs(f.payer, 1n);
    });

    it("reverts towards the zero address", async function () {
      await expect(asPayer().payOut([entry(party(0n), 1n)], REFERENCE))
        .to.be.revertedWithCustomError(f.token, "ERC20InvalidReceiver")
        .withArgs(ZeroAddress);
    });

    it("reverts for a frozen payer", async function () {
      await f.token.connect(f.enforcer).freeze(f.payer, BASIS);
      await expect(asPayer().payOut([entry(f.payee, 1n)], REFERENCE))
        .to.be.revertedWithCustomError(f.token, "ERC7943CannotSend")
        .withArgs(f.payer);
    });
  });
}
