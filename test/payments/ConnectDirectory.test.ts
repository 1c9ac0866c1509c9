import { expect } from "chai";
import { ZeroAddress, ZeroHash } from "ethers";
import { PARTICIPANT_KIND, type ProxyPort } from "../../sdk/eip712/connect.js";
import { digestOf } from "../../sdk/eip712/typedData.js";
import { proxyPortTypedData } from "../../sdk/eip712/connect.js";
import { payeeNameHash, signProxyPort } from "../../sdk/payments/connect.js";
import { openChain, ref } from "../support/chain.js";
import { CLASS } from "../support/currency.js";
import { admit, deployConnect, keyOf, PaymentUnderTest, SIDE, STATUS, type Connect } from "../support/connect.js";

const chain = await openChain("mainland");
const { networkHelpers } = chain;
const FAR = 2n ** 40n;
const PROXY = keyOf({ mobile: "+86 138 0013 8000" });

async function deploy(): Promise<Connect> {
  return deployConnect(chain);
}

describe("ConnectDirectory", function () {
  let f: Connect;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  function atHongKong() {
    return f.directory.connect(f.hongkong.officers.registrar);
  }

  describe("admit", function () {
    it("admits a stored value facility of Hong Kong with an approval, of the mainland banks alone", async function () {
      const { storedValueFacility, bank, none } = PARTICIPANT_KIND;
      const approval = ref("approval");
      await expect(atHongKong().admit(SIDE.hongKong, f.numbers.bochk, storedValueFacility, approval))
        .to.emit(f.directory, "ParticipantAdmitted")
        .withArgs(SIDE.hongKong, f.numbers.bochk, storedValueFacility, approval);
      expect(await f.directory.kindOf(SIDE.hongKong, f.numbers.bochk)).to.equal(storedValueFacility);
      expect(await f.directory.kindOf(SIDE.hongKong, f.numbers.hsbc)).to.equal(bank);
      for (const [side, kind, reason] of [
        [SIDE.hongKong, storedValueFacility, ZeroHash],
        [SIDE.hongKong, none, approval],
        [SIDE.mainland, storedValueFacility, approval],
      ] as const) {
        const { officers } = side === SIDE.mainland ? f.mainland : f.hongkong;
        await expect(f.directory.connect(officers.registrar).admit(side, 1n, kind, reason))
          .to.be.revertedWithCustomError(f.directory, "ConnectKindInvalid")
          .withArgs(side, 1n, kind);
      }
    });

    it("admits active institutions of the side's registry, by the side's registrar", async function () {
      await expect(admit(f, "hongkong", 9_999n))
        .to.be.revertedWithCustomError(f.hongkong.registry, "InstitutionUnknown")
        .withArgs(9_999n);
      const { registrar } = f.mainland.officers;
      await expect(f.directory.connect(registrar).admit(SIDE.hongKong, f.numbers.hsbc, 1n, ZeroHash))
        .to.be.revertedWithCustomError(f.directory, "CurrencyAuthorityRequired")
        .withArgs(f.hongkong.currency, registrar);
    });
  });

  describe("dismiss", function () {
    it("lets an institution begin nothing more; what it has begun goes on", async function () {
      const payment = await PaymentUnderTest.submitted(f);
      await expect(atHongKong().dismiss(SIDE.hongKong, f.numbers.hsbc))
        .to.emit(f.directory, "ParticipantDismissed")
        .withArgs(SIDE.hongKong, f.numbers.hsbc);
      await expect(atHongKong().dismiss(SIDE.hongKong, f.numbers.hsbc))
        .to.be.revertedWithCustomError(f.directory, "ConnectParticipantUnknown")
        .withArgs(SIDE.hongKong, f.numbers.hsbc);
      await payment.complete();
      expect(await payment.status()).to.equal(STATUS.completed);
      await expect(f.directory.connect(f.stranger).dismiss(SIDE.mainland, f.numbers.icbc))
        .to.be.revertedWithCustomError(f.directory, "CurrencyAuthorityRequired")
        .withArgs(f.mainland.currency, f.stranger);
    });
  });

  describe("enrol", function () {
    const [identity, person] = [ref("identity"), ref("person")];

    it("says once and for ever whose a commitment is", async function () {
      await expect(atHongKong().enrol(SIDE.hongKong, f.ecny, identity, person, f.numbers.bochk))
        .to.emit(f.directory, "PersonEnrolled")
        .withArgs(f.ecny, identity, person, SIDE.hongKong, f.numbers.bochk);
      await expect(atHongKong().enrol(SIDE.hongKong, f.ecny, identity, ref("other"), f.numbers.bochk))
        .to.be.revertedWithCustomError(f.directory, "ConnectAlreadyEnrolled")
        .withArgs(f.ecny, identity, person);
      const { person: found, side, institution } = await f.directory.enrolmentOf(f.ecny, f.ann);
      expect([found, side, institution]).to.deep.equal([f.persons.ann, SIDE.hongKong, f.numbers.hsbc]);
    });

    it("names an institution where the wallet's sponsor does not serve, and only there", async function () {
      for (const [currency, commitment, whose, institution] of [
        [f.ecny, identity, person, 0n],
        [f.ehkd, identity, person, f.numbers.hsbc],
        [f.ehkd, ZeroHash, person, 0n],
        [f.ehkd, identity, ZeroHash, 0n],
      ] as const) {
        await expect(atHongKong().enrol(SIDE.hongKong, currency, commitment, whose, institution))
          .to.be.revertedWithCustomError(f.directory, "ConnectEnrolmentInvalid")
          .withArgs(currency, commitment);
      }
    });

    it("is the side's registrar's, in its own currency, or in renminbi", async function () {
      const { registrar } = f.mainland.officers;
      await expect(f.directory.connect(registrar).enrol(SIDE.mainland, f.ehkd, identity, person, 1n))
        .to.be.revertedWithCustomError(f.directory, "ConnectCurrencyInvalid")
        .withArgs(SIDE.mainland, f.ehkd);
      await expect(atHongKong().enrol(SIDE.hongKong, f.security, identity, person, 1n))
        .to.be.revertedWithCustomError(f.directory, "ConnectCurrencyInvalid")
        .withArgs(SIDE.hongKong, f.security);
      await expect(atHongKong().enrol(SIDE.mainland, f.ecny, identity, person, 0n))
        .to.be.revertedWithCustomError(f.directory, "CurrencyAuthorityRequired")
        .withArgs(f.mainland.currency, f.hongkong.officers.registrar);
    });
  });

  describe("setPayeeName", function () {
    it("is the wallet's sponsor's", async function () {
      const name = payeeNameHash("张明亮");
      await expect(f.directory.connect(f.icbc).setPayeeName(f.ecny, f.shop, name))
        .to.emit(f.directory, "PayeeNamed")
        .withArgs(f.ecny, f.shop, name);
      expect(await f.directory.payeeNameOf(f.ecny, f.shop)).to.equal(name);
      await expect(f.directory.connect(f.boc).setPayeeName(f.ecny, f.shop, name))
        .to.be.revertedWithCustomError(f.directory, "ConnectCallerNotSponsor")
        .withArgs(f.ecny, f.shop, f.boc);
      await expect(f.directory.connect(f.stranger).setPayeeName(f.ecny, f.shop, name))
        .to.be.revertedWithCustomError(f.mainland.registry, "InstitutionUnknown")
        .withArgs(0n);
      await expect(f.directory.connect(f.icbc).setPayeeName(f.security, f.shop, name))
        .to.be.revertedWithCustomError(f.directory, "ConnectCurrencyInvalid")
        .withArgs(SIDE.mainland, f.security);
    });
  });

  describe("registerProxy", function () {
    it("leads to one account, and payments by it with it", async function () {
      await expect(f.directory.connect(f.icbc).registerProxy(PROXY, f.ecny, f.shop))
        .to.emit(f.directory, "ProxyRegistered")
        .withArgs(PROXY, f.ecny, f.shop, 1n);
      expect([...(await f.directory.proxyOf(PROXY))]).to.deep.equal([f.ecny, f.shop.address, 1n]);
      const payment = await PaymentUnderTest.completed(f, { payment: { proxy: PROXY } });
      expect(await payment.status()).to.equal(STATUS.completed);
    });

    it("refuses zero, and a proxy with a live owner", async function () {
      const { directory } = f;
      await expect(directory.connect(f.icbc).registerProxy(ZeroHash, f.ecny, f.shop)).to.be.revertedWithCustomError(
        directory,
        "ConnectProxyInvalid",
      );
      await directory.connect(f.icbc).registerProxy(PROXY, f.ecny, f.shop);
      await expect(directory.connect(f.hsbc).registerProxy(PROXY, f.ehkd, f.bob))
        .to.be.revertedWithCustomError(directory, "ConnectProxyTaken")
        .withArgs(PROXY, f.shop);
      await expect(directory.connect(f.boc).registerProxy(ref("free"), f.ecny, f.shop))
        .to.be.revertedWithCustomError(directory, "ConnectCallerNotSponsor")
        .withArgs(f.ecny, f.shop, f.boc);
    });

    it("takes over what led to a wallet that is closed", async function () {
      const { currency } = f.mainland;
      await f.directory.connect(f.icbc).registerProxy(PROXY, f.ecny, f.cai);
      await currency.connect(f.icbc).closeWallet(f.cai);
      expect([...(await f.directory.proxyOf(PROXY))]).to.deep.equal([ZeroAddress, ZeroAddress, 1n]);
      await f.directory.connect(f.hsbc).registerProxy(PROXY, f.ehkd, f.bob);
      expect([...(await f.directory.proxyOf(PROXY))]).to.deep.equal([f.ehkd, f.bob.address, 2n]);
    });

    it("does not make payments by an unknown or another's proxy", async function () {
      for (const [owner, register] of [
        [ZeroAddress, undefined],
        [f.bob.address, f.bob],
      ] as const) {
        if (register !== undefined) await f.directory.connect(f.hsbc).registerProxy(PROXY, f.ehkd, register);
        const payment = await PaymentUnderTest.offer(f, { payment: { proxy: PROXY } });
        await expect(payment.submit())
          .to.be.revertedWithCustomError(f.directory, "ConnectProxyMismatch")
          .withArgs(PROXY, f.shop, owner);
      }
    });

    it("leads to an account of one currency", async function () {
      await f.directory.connect(f.hsbc).registerProxy(PROXY, f.ehkd, f.shop);
      const payment = await PaymentUnderTest.offer(f, { payment: { proxy: PROXY } });
      await expect(payment.submit())
        .to.be.revertedWithCustomError(f.directory, "ConnectProxyMismatch")
        .withArgs(PROXY, f.shop, f.shop);
    });
  });

  describe("portProxy", function () {
    async function signed(changed: Partial<ProxyPort> = {}, signer = f.mei) {
      const port: ProxyPort = {
        ...{ proxy: PROXY, currency: f.ecny, account: f.meiAtBoc.address, sequence: 1n, notAfter: FAR },
        ...changed,
      };
      return [port, await signProxyPort(signer, f.domains.directory, port)] as const;
    }

    beforeEach(async function () {
      await f.directory.connect(f.icbc).registerProxy(PROXY, f.ecny, f.mei);
    });

    it("moves to another institution with the owner's signature", async function () {
      const [port, signature] = await signed();
      expect(await f.directory.portDigest(port)).to.equal(digestOf(proxyPortTypedData(f.domains.directory, port)));
      await expect(f.directory.connect(f.boc).portProxy(port, signature))
        .to.emit(f.directory, "ProxyRegistered")
        .withArgs(PROXY, f.ecny, f.meiAtBoc, 2n);
    });

    it("takes a signature once, in time, of the owner, from the new sponsor", async function () {
      const [port, signature] = await signed();
      const { directory } = f;
      await expect(directory.connect(f.icbc).portProxy(port, signature))
        .to.be.revertedWithCustomError(directory, "ConnectCallerNotSponsor")
        .withArgs(f.ecny, f.meiAtBoc, f.icbc);
      await expect(directory.connect(f.boc).portProxy(...(await signed({}, f.meiAtBoc))))
        .to.be.revertedWithCustomError(directory, "ConnectPortSignatureInvalid")
        .withArgs(PROXY, f.mei);
      const now = BigInt(await networkHelpers.time.latest()) + 5n;
      const late = await signed({ notAfter: now });
      await networkHelpers.time.setNextBlockTimestamp(now + 1n);
      await expect(directory.connect(f.boc).portProxy(...late))
        .to.be.revertedWithCustomError(directory, "ConnectPortExpired")
        .withArgs(PROXY, now, now + 1n);
      await directory.connect(f.boc).portProxy(port, signature);
      await expect(directory.connect(f.boc).portProxy(port, signature))
        .to.be.revertedWithCustomError(directory, "ConnectPortStale")
        .withArgs(PROXY, 1n, 2n);
    });

    it("takes the signature in the last second", async function () {
      const now = BigInt(await networkHelpers.time.latest()) + 5n;
      const inTime = await signed({ notAfter: now });
      await networkHelpers.time.setNextBlockTimestamp(now);
      await f.directory.connect(f.boc).portProxy(...inTime);
      expect((await f.directory.proxyOf(PROXY)).account).to.equal(f.meiAtBoc.address);
    });

    it("is not possible without an owner, and not with a consent of before", async function () {
      const [port, signature] = await signed();
      await f.directory.connect(f.mei).releaseProxy(PROXY);
      await expect(f.directory.connect(f.boc).portProxy(port, signature))
        .to.be.revertedWithCustomError(f.directory, "ConnectProxyUnknown")
        .withArgs(PROXY);
      await f.directory.connect(f.icbc).registerProxy(PROXY, f.ecny, f.mei);
      await expect(f.directory.connect(f.boc).portProxy(port, signature))
        .to.be.revertedWithCustomError(f.directory, "ConnectPortStale")
        .withArgs(PROXY, 1n, 2n);
    });
  });

  describe("releaseProxy", function () {
    it("is the owner's and its sponsor's", async function () {
      const { directory } = f;
      for (const by of [f.shop, f.icbc]) {
        await directory.connect(f.icbc).registerProxy(PROXY, f.ecny, f.shop);
        await expect(directory.connect(f.boc).releaseProxy(PROXY))
          .to.be.revertedWithCustomError(directory, "ConnectCallerNotSponsor")
          .withArgs(f.ecny, f.shop, f.boc);
        await expect(directory.connect(by).releaseProxy(PROXY)).to.emit(directory, "ProxyReleased").withArgs(PROXY, by);
        await expect(directory.connect(by).releaseProxy(PROXY))
          .to.be.revertedWithCustomError(directory, "ConnectProxyUnknown")
          .withArgs(PROXY);
      }
    });
  });

  describe("requireServed", function () {
    it("serves no wallet that is closed", async function () {
      const { currency } = f.mainland;
      const person = { identity: ref("lei"), commitment: ref("person lei") };
      await currency.connect(f.icbc).openWallet(f.stranger, CLASS.I, person.identity);
      await atHongKong().enrol(SIDE.hongKong, f.ecny, person.identity, person.commitment, f.numbers.hsbc);
      expect([...(await f.directory.requireServed(SIDE.hongKong, f.ecny, f.stranger))]).to.deep.equal([
        person.commitment,
        f.numbers.hsbc,
      ]);
      await currency.connect(f.icbc).closeWallet(f.stranger);
      await expect(f.directory.requireServed(SIDE.hongKong, f.ecny, f.stranger))
        .to.be.revertedWithCustomError(f.directory, "ConnectNotServed")
        .withArgs(SIDE.hongKong, f.ecny, f.stranger);
      await expect(f.directory.requireServed(SIDE.mainland, f.ehkd, f.bob))
        .to.be.revertedWithCustomError(f.directory, "ConnectCurrencyInvalid")
        .withArgs(SIDE.mainland, f.ehkd);
    });
  });
});
