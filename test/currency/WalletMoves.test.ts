import { expect } from "chai";
import { ZeroHash } from "ethers";
import { minor } from "../../sdk/money.js";
import { openChain, ref } from "../support/chain.js";
import { CLASS, fund, identityOf } from "../support/currency.js";
import { deployFamilies, openMore, type Families } from "../support/families.js";
import { readWord } from "../support/frame.js";
import { holdTerms } from "../support/holds.js";

const chain = await openChain("mainland");
const { networkHelpers } = chain;

const IDENTITY = ref("the rival's salt, dan");
const EVIDENCE = ref("identified at the rival's counter");

/** Dan has 10,000.00 at the first bank, paid 300.00 today, and has 7.00 held for the carrier. */
async function deploy() {
  const f = await deployFamilies(chain);
  const [from, to] = f.at.banks;
  await fund(f.at, f.dan, minor("10000"));
  await f.currency.connect(f.dan).transfer(f.company, minor("300"));
  const hold = await holdTerms(chain, f.dan, f.carrier, minor("7"));
  await f.currency.connect(f.dan).placeHold(hold);
  return { ...f, hold, from: from.number, to: to.number };
}

describe("Moving a wallet to another institution", function () {
  let f: Awaited<ReturnType<typeof deploy>>;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  const request = (number = f.to) => f.currency.connect(f.dan).requestWalletMove(number);
  const accept = (walletClass: number = CLASS.IV, at: Families["rival"] = f.rival) =>
    at.acceptWallet(f.dan, walletClass, IDENTITY, EVIDENCE);
  const counted = async (account: { readonly address: string }) => {
    const { dayOut, yearOut } = await f.currency.walletOf(account.address);
    return [dayOut, yearOut];
  };
  const paid = minor("307");

  describe("requestWalletMove", function () {
    it("names the next institution, and another one when asked again", async function () {
      await expect(request()).to.emit(f.currency, "WalletMoveRequested").withArgs(f.dan, f.from, f.to);
      expect(await f.currency.requestedMove(f.dan)).to.equal(f.to);
      await request(9n);
      expect(await f.currency.requestedMove(f.dan)).to.equal(9n);
      await request(0n);
      expect(await f.currency.requestedMove(f.dan)).to.equal(0n);
      await expect(accept()).to.be.revertedWithCustomError(f.currency, "WalletMoveNotRequested").withArgs(f.dan, f.to);
    });

    it("changes nothing of the wallet", async function () {
      const word = await f.currency.accountWord(f.dan);
      await request();
      expect(await f.currency.accountWord(f.dan)).to.equal(word);
    });

    it("reverts for the institution that the wallet has", async function () {
      await expect(request(f.from)).to.be.revertedWithCustomError(f.currency, "WalletMoveBarred").withArgs(f.dan);
    });

    it("reverts for who is no customer", async function () {
      for (const who of [f.stranger, f.at.banks[0].account]) {
        await expect(f.currency.connect(who).requestWalletMove(f.to))
          .to.be.revertedWithCustomError(f.currency, "WalletMoveBarred")
          .withArgs(who);
      }
    });

    it("reverts for a sub-wallet and for the parent of one", async function () {
      const [till] = f.spare;
      await f.sponsor.openSubWallet(till, f.dan);
      for (const who of [till, f.dan]) {
        await expect(f.currency.connect(who).requestWalletMove(f.to))
          .to.be.revertedWithCustomError(f.currency, "WalletMoveBarred")
          .withArgs(who);
      }
    });

    it("ends when the wallet is closed and opened again", async function () {
      const [customer] = f.spare;
      await f.sponsor.openWallet(customer, CLASS.IV, identityOf(customer));
      await f.currency.connect(customer).requestWalletMove(f.to);
      await f.sponsor.closeWallet(customer);
      expect(await f.currency.requestedMove(customer)).to.equal(0n);
      await f.rival.openWallet(customer, CLASS.IV, identityOf(customer));
      expect(await f.currency.requestedMove(customer)).to.equal(0n);
    });
  });

  describe("acceptWallet", function () {
    it("takes the customer over with balance, holds and what was counted", async function () {
      await request();
      const before = readWord(await f.currency.accountWord(f.dan));
      await expect(accept(CLASS.III))
        .to.emit(f.currency, "WalletMoved")
        .withArgs(f.dan, f.from, f.to, CLASS.III, IDENTITY, EVIDENCE);
      const after = await f.currency.walletOf(f.dan);
      expect([after.walletClass, after.sponsor]).to.deep.equal([BigInt(CLASS.III), BigInt(f.to)]);
      expect(await f.currency.identityOf(f.dan)).to.equal(IDENTITY);
      const { balance, held, flags } = readWord(await f.currency.accountWord(f.dan));
      expect({ balance, held, flags }).to.deep.equal({
        balance: before.balance,
        held: before.held,
        flags: before.flags,
      });
      expect(await counted(f.dan)).to.deep.equal([paid, paid]);
      expect(await f.currency.requestedMove(f.dan)).to.equal(0n);
    });

    it("needs nothing of the former institution, suspended or offboarded", async function () {
      await request();
      await f.at.registry.connect(f.at.officers.registrar).setStatus(f.from, 3, ref("measure"));
      await accept();
      expect((await f.currency.walletOf(f.dan)).sponsor).to.equal(f.to);
    });

    it("makes the next institution the own one: paying it is redemption, paying the former one is not", async function () {
      await request();
      await accept();
      const [former, next] = f.at.banks;
      await f.currency.connect(f.dan).transfer(next.account, minor("100"));
      expect(await counted(f.dan)).to.deep.equal([paid, paid]);
      await f.currency.connect(f.dan).transfer(former.account, minor("1"));
      expect(await counted(f.dan)).to.deep.equal([paid + minor("1"), paid + minor("1")]);
    });

    it("gives back what a hold from before has counted", async function () {
      await request();
      await accept();
      await f.currency.connect(f.carrier).releaseHold(f.hold);
      expect(await counted(f.dan)).to.deep.equal([minor("300"), minor("300")]);
    });

    it("leaves what was counted with the person's other wallets, too", async function () {
      const [second] = f.spare;
      await openMore(f, f.dan, CLASS.IV, [second]);
      await request();
      await accept();
      expect(await f.currency.familyOf(f.dan)).to.equal(0n);
      expect(await counted(f.dan)).to.deep.equal([paid, paid]);
      expect(await counted(second)).to.deep.equal([paid, paid]);
    });

    it("leaves it at the former institution for a wallet that is opened there later", async function () {
      await request();
      await accept();
      const [second] = f.spare;
      await openMore(f, f.dan, CLASS.IV, [second]);
      expect(await counted(second)).to.deep.equal([paid, paid]);
    });

    it("adds it to what the person has counted at the next institution", async function () {
      const [there] = f.spare;
      await f.rival.openWallet(there, CLASS.IV, IDENTITY);
      await fund(f.at, there, minor("1000"));
      await f.currency.connect(there).transfer(f.company, minor("50"));
      await request();
      await accept();
      const both = paid + minor("50");
      expect(await counted(f.dan)).to.deep.equal([both, both]);
      expect(await counted(there)).to.deep.equal([both, both]);
      expect(await f.currency.familyOf(f.dan)).to.equal(await f.currency.familyOf(there));
    });

    it("sheds no limit by moving to and fro", async function () {
      const { day } = f.at.limits.IV;
      await request();
      await accept();
      await f.currency.connect(f.dan).requestWalletMove(f.from);
      await f.sponsor.acceptWallet(f.dan, CLASS.IV, identityOf(f.dan), EVIDENCE);
      const [dayOut = 0n] = await counted(f.dan);
      expect(dayOut).to.be.at.least(paid);
      const left = day - dayOut;
      const limit = left + 1n > f.at.limits.IV.single ? "WalletSingleLimitExceeded" : "WalletDayLimitExceeded";
      await expect(f.currency.connect(f.dan).transfer(f.company, left + 1n)).to.be.revertedWithCustomError(
        f.currency,
        limit,
      );
    });

    it("keeps a balance above the new class's cap and refuses more", async function () {
      await fund(f.at, f.dan, f.at.limits.IV.balance - (await f.currency.balanceOf(f.dan)));
      await f.sponsor.reclassifyWallet(f.dan, CLASS.III, EVIDENCE);
      await fund(f.at, f.dan, minor("5000"));
      await request();
      await accept(CLASS.IV);
      const balance = await f.currency.balanceOf(f.dan);
      expect(balance).to.equal(f.at.limits.IV.balance + minor("5000"));
      await expect(f.currency.connect(f.company).transfer(f.dan, 1n))
        .to.be.revertedWithCustomError(f.currency, "WalletBalanceLimitExceeded")
        .withArgs(f.dan, 1n, balance, f.at.limits.IV.balance);
    });

    it("reverts for another institution than was named, and without a request", async function () {
      await expect(accept()).to.be.revertedWithCustomError(f.currency, "WalletMoveNotRequested").withArgs(f.dan, f.to);
      await request(9n);
      await expect(accept()).to.be.revertedWithCustomError(f.currency, "WalletMoveNotRequested").withArgs(f.dan, f.to);
    });

    it("reverts for a wallet that was frozen, or became a parent, after the request", async function () {
      const [till] = f.spare;
      await request();
      const before = await networkHelpers.takeSnapshot();
      await f.at.currency.connect(f.at.officers.enforcer).freeze(f.dan, ref("order"));
      await expect(accept()).to.be.revertedWithCustomError(f.currency, "WalletMoveBarred").withArgs(f.dan);
      await before.restore();
      await f.sponsor.openSubWallet(till, f.dan);
      await expect(accept()).to.be.revertedWithCustomError(f.currency, "WalletMoveBarred").withArgs(f.dan);
    });

    it("reverts without identity, without evidence, and for a class that is no customer's", async function () {
      await request();
      await expect(f.rival.acceptWallet(f.dan, CLASS.IV, ZeroHash, EVIDENCE))
        .to.be.revertedWithCustomError(f.currency, "WalletIdentityMissing")
        .withArgs(f.dan);
      await expect(f.rival.acceptWallet(f.dan, CLASS.IV, IDENTITY, ZeroHash))
        .to.be.revertedWithCustomError(f.currency, "WalletEvidenceMissing")
        .withArgs(f.dan);
      for (const wrong of [0, CLASS.institution, 16]) {
        await expect(accept(wrong)).to.be.revertedWithCustomError(f.currency, "WalletClassInvalid").withArgs(wrong);
      }
    });
  });
});
