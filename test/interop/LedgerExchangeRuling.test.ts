import { expect } from "chai";
import { ZeroHash } from "ethers";
import { openChain, ref } from "../support/chain.js";
import { AMOUNT, ExchangeUnderTest, deployExchangePair, purses } from "../support/exchange.js";
import { pairFixture } from "./lanes.js";

const chains = { mainland: await openChain("mainland"), hongkong: await openChain("hongkong") };
const load = pairFixture(chains, () => deployExchangePair(chains));
const { time } = chains.hongkong.networkHelpers;

const BASIS = { hkma: ref("order of the HKMA"), pboc: ref("order of the PBOC") } as const;
const DELAY = 30n * 86_400n;

/** Armed in Hong Kong when the mainland's ledger is lost. */
async function open() {
  const pair = await load();
  const exchange = await ExchangeUnderTest.open(pair);
  await exchange.ready();
  const { exchange: contract, hongkong, mainland, carrier, stranger, treasury, money } = pair.hongkong;
  const authorities = { hkma: await hongkong.authority.getAddress(), pboc: await mainland.authority.getAddress() };
  const officers = { hkma: hongkong.officers.governor, pboc: mainland.officers.governor };
  const endorse = (bank: "hkma" | "pboc", captured: boolean) =>
    contract.connect(officers[bank]).endorse(authorities[bank], exchange.terms, captured, BASIS[bank]);
  const rule = () => contract.connect(carrier).rule(exchange.terms);
  return { pair, exchange, contract, authorities, officers, endorse, rule, stranger, treasury, money };
}

describe("LedgerExchange, the decider's ledger lost", () => {
  describe("endorse", () => {
    it("records what an authority wants, with its legal basis", async () => {
      const { exchange, contract, authorities, officers, endorse } = await open();
      await expect(endorse("hkma", true))
        .to.emit(contract, "OutcomeEndorsed")
        .withArgs(exchange.id, authorities.hkma, officers.hkma.address, true, BASIS.hkma);
      const since = BigInt(await time.latest());
      expect(await contract.endorsementOf(exchange.id, authorities.hkma)).to.deep.equal([since, true, BASIS.hkma]);
      expect(await contract.endorsementOf(exchange.id, authorities.pboc)).to.deep.equal([0n, false, ZeroHash]);
    });

    it("refuses an officer of the other authority, and strangers", async () => {
      const { exchange, contract, authorities, officers, stranger } = await open();
      for (const caller of [officers.pboc, stranger]) {
        await expect(contract.connect(caller).endorse(authorities.hkma, exchange.terms, true, BASIS.hkma))
          .to.be.revertedWithCustomError(contract, "ExchangeOfficerUnauthorized")
          .withArgs(authorities.hkma, caller.address);
      }
    });

    it("refuses an authority that is neither of the two", async () => {
      const { exchange, contract, stranger } = await open();
      await expect(contract.connect(stranger).endorse(stranger, exchange.terms, true, BASIS.hkma))
        .to.be.revertedWithCustomError(contract, "ExchangeAuthorityUnknown")
        .withArgs(stranger.address);
    });

    it("refuses without a legal basis", async () => {
      const { exchange, contract, authorities, officers } = await open();
      await expect(contract.connect(officers.hkma).endorse(authorities.hkma, exchange.terms, true, ZeroHash))
        .to.be.revertedWithCustomError(contract, "ExchangeLegalBasisMissing")
        .withArgs(exchange.id);
    });

    it("refuses what is not armed", async () => {
      const { pair, contract, authorities, officers } = await open();
      const other = await ExchangeUnderTest.open(pair, { salt: ref("another") });
      await expect(contract.connect(officers.hkma).endorse(authorities.hkma, other.terms, true, BASIS.hkma))
        .to.be.revertedWithCustomError(contract, "ExchangeNotArmed")
        .withArgs(other.id, 0n);
    });
  });

  describe("retract", () => {
    it("takes the endorsement back", async () => {
      const { exchange, contract, authorities, officers, endorse } = await open();
      await endorse("hkma", true);
      await expect(contract.connect(officers.hkma).retract(authorities.hkma, exchange.id))
        .to.emit(contract, "EndorsementRetracted")
        .withArgs(exchange.id, authorities.hkma, officers.hkma.address);
      expect((await contract.endorsementOf(exchange.id, authorities.hkma)).since).to.equal(0n);
    });

    it("refuses where there is none, and who is no officer", async () => {
      const { exchange, contract, authorities, officers, stranger } = await open();
      await expect(contract.connect(officers.hkma).retract(authorities.hkma, exchange.id))
        .to.be.revertedWithCustomError(contract, "ExchangeEndorsementMissing")
        .withArgs(exchange.id, authorities.hkma);
      await expect(contract.connect(stranger).retract(authorities.hkma, exchange.id))
        .to.be.revertedWithCustomError(contract, "ExchangeOfficerUnauthorized")
        .withArgs(authorities.hkma, stranger.address);
    });
  });

  describe("rule", () => {
    for (const captured of [true, false]) {
      it(`${captured ? "pays the taker" : "gives back"} thirty days after both authorities said so`, async () => {
        const { pair, exchange, contract, endorse, rule, money, treasury } = await open();
        const before = await purses(pair);
        await endorse("hkma", captured);
        await endorse("pboc", captured);
        const due = BigInt(await time.latest()) + DELAY;
        expect(due > exchange.terms.deadline + DELAY).to.equal(false);
        await time.increaseTo(exchange.terms.deadline + DELAY - 1n);
        await time.setNextBlockTimestamp(exchange.terms.deadline + DELAY);
        const ruling = rule();
        await expect(ruling).to.emit(contract, "Ruled").withArgs(exchange.id, captured, BASIS.hkma, BASIS.pboc);
        await expect(ruling).to.emit(contract, "Followed").withArgs(exchange.id, captured);
        const after = await purses(pair);
        expect(after.hkd.company - before.hkd.company).to.equal(captured ? AMOUNT.hongkong : 0n);
        expect(await money.heldOf(treasury)).to.equal(0n);
      });
    }

    it("refuses a second too early, counted from the deadline and from the later endorsement", async () => {
      const { exchange, contract, endorse, rule } = await open();
      await endorse("hkma", true);
      await endorse("pboc", true);
      const fromDeadline = exchange.terms.deadline + DELAY;
      await time.setNextBlockTimestamp(fromDeadline - 1n);
      await expect(rule())
        .to.be.revertedWithCustomError(contract, "ExchangeRulingNotDue")
        .withArgs(exchange.id, fromDeadline, fromDeadline - 1n);
      await endorse("pboc", true);
      const fromEndorsement = BigInt(await time.latest()) + DELAY;
      await time.setNextBlockTimestamp(fromEndorsement - 1n);
      await expect(rule())
        .to.be.revertedWithCustomError(contract, "ExchangeRulingNotDue")
        .withArgs(exchange.id, fromEndorsement, fromEndorsement - 1n);
    });

    it("refuses what one authority alone wants, or the two differently", async () => {
      const { exchange, contract, authorities, endorse, rule } = await open();
      await expect(rule())
        .to.be.revertedWithCustomError(contract, "ExchangeEndorsementMissing")
        .withArgs(exchange.id, authorities.hkma);
      await endorse("hkma", true);
      await time.increase(10n * DELAY);
      await expect(rule())
        .to.be.revertedWithCustomError(contract, "ExchangeEndorsementMissing")
        .withArgs(exchange.id, authorities.pboc);
      await endorse("pboc", false);
      await time.increase(10n * DELAY);
      await expect(rule()).to.be.revertedWithCustomError(contract, "ExchangeEndorsementsDiffer").withArgs(exchange.id);
    });

    it("gives way to a proof that comes first", async () => {
      const { exchange, contract, endorse, rule, pair } = await open();
      await endorse("hkma", true);
      await endorse("pboc", true);
      await pair.mainland.exchange.connect(pair.mainland.company).callOff(exchange.terms);
      await exchange.follow(await exchange.proveDecided());
      await time.increase(10n * DELAY);
      await expect(rule()).to.be.revertedWithCustomError(contract, "ExchangeNotArmed").withArgs(exchange.id, 3n);
    });
  });
});
