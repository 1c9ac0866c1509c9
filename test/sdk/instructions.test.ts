import { expect } from "chai";
import { Wallet, ZeroAddress, concat, getAddress, toBeHex, verifyTypedData, zeroPadValue } from "ethers";
import fc from "fast-check";
import { NEVER } from "../../sdk/eip712/ledger.js";
import { instructionId, instructionTypedData } from "../../sdk/eip712/settlement.js";
import { UserError } from "../../sdk/errors.js";
import { collectConsents, coverOf, exchange, giversOf, instruct, netTable, payment } from "../../sdk/instructions.js";

const account = (number: number) => getAddress(zeroPadValue(toBeHex(number), 20));
const CASH = account(0xca5);
const BOND = account(0xb04d);
const ENGINE = account(0xe);
const DOMAIN = { name: "SettlementEngine", version: "1", chainId: 86_001n, verifyingContract: ENGINE };
const leg = (from: number, to: number, token = CASH, amount = 5n) => ({
  token,
  from: account(from),
  to: account(to),
  amount,
});

describe("sdk/instructions", function () {
  describe("instruct", function () {
    it("takes a counted reference and leaves the window open", function () {
      expect(instruct({ businessRef: 7n }, [leg(1, 2)])).to.deep.equal({
        businessRef: toBeHex(7n, 32),
        notBefore: 0n,
        notAfter: NEVER,
        nettable: false,
        legs: [leg(1, 2)],
      });
    });

    it("keeps a reference of 32 bytes and every term given", function () {
      const terms = { businessRef: toBeHex(9n, 32), notBefore: 1n, notAfter: 2n, nettable: true };
      expect(instruct(terms, [leg(1, 2)])).to.deep.equal({ ...terms, legs: [leg(1, 2)] });
    });

    it("refuses what settles nothing, in a sentence", function () {
      expect(() => instruct({ businessRef: 1n }, [])).to.throw(UserError, /without legs/);
      expect(() => instruct({ businessRef: 1n }, [leg(1, 2, CASH, 0n)])).to.throw(UserError, /moves 0/);
      expect(() => instruct({ businessRef: 1n }, [leg(1, 1)])).to.throw(UserError, /to itself/);
      expect(() => instruct({ businessRef: "trade 1" }, [leg(1, 2)])).to.throw(UserError, /"trade 1" is no reference/);
    });
  });

  describe("exchange and payment", function () {
    it("give each side what the other gives", function () {
      const first = { token: CASH, from: account(1), amount: 5n };
      const second = { token: BOND, from: account(2), amount: 3n };
      expect(exchange({ businessRef: 1n }, first, second).legs).to.deep.equal([leg(1, 2), leg(2, 1, BOND, 3n)]);
      expect(payment({ businessRef: 1n }, first, account(2)).legs).to.deep.equal([leg(1, 2)]);
    });
  });

  describe("collectConsents", function () {
    it("signs for each giver in order of first appearance, and leaves a place for who does not sign", async function () {
      const [first, second] = [new Wallet(toBeHex(1n, 32)), new Wallet(toBeHex(2n, 32))];
      const instruction = instruct({ businessRef: 1n }, [
        { ...leg(1, 3), from: second.address },
        leg(4, 5),
        { ...leg(1, 3), from: first.address },
        { ...leg(1, 6), from: second.address },
      ]);
      expect(giversOf(instruction)).to.deep.equal([second.address, account(4), first.address]);
      const consents = await collectConsents(DOMAIN, instruction, [first, second]);
      const { domain, types, message } = instructionTypedData(DOMAIN, instruction);
      expect(
        consents.map((each) => (each === "0x" ? each : verifyTypedData(domain, types, { ...message }, each))),
      ).to.deep.equal([second.address, "0x", first.address]);
    });
  });

  describe("coverOf", function () {
    const instruction = instruct({ businessRef: 1n }, [leg(1, 2), leg(2, 1, BOND, 3n)]);

    it("binds a leg's value to the instruction", function () {
      expect(coverOf(DOMAIN, instruction, 1, 99n)).to.deep.equal({
        payer: account(2),
        payee: account(1),
        executor: ENGINE,
        amount: 3n,
        expiry: 99n,
        businessRef: instructionId(DOMAIN, instruction),
      });
      expect(coverOf({ ...DOMAIN, verifyingContract: null }, instruction, 0)).to.include({
        executor: ZeroAddress,
        expiry: NEVER,
      });
    });

    it("refuses a leg that is not there", function () {
      expect(() => coverOf(DOMAIN, instruction, 2)).to.throw(UserError, /no leg 2; it has 2/);
    });
  });

  describe("netTable", function () {
    it("has every account and token once, ascending, and finds each leg's two lines", function () {
      const table = netTable([instruct({ businessRef: 1n }, [leg(2, 1), leg(1, 2, BOND)]), { legs: [leg(2, 3)] }]);
      expect(table.keys).to.deep.equal([
        { token: CASH, account: account(1) },
        { token: CASH, account: account(2) },
        { token: CASH, account: account(3) },
        { token: BOND, account: account(1) },
        { token: BOND, account: account(2) },
      ]);
      expect(table.indices).to.equal(concat([1, 0, 3, 4, 1, 2].map((line) => toBeHex(line, 2))));
    });

    it("is ascending as numbers, whatever the addresses", function () {
      const address = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => getAddress(concat([bytes])));
      fc.assert(
        fc.property(fc.array(fc.tuple(address, address, address), { minLength: 1 }), (drawn) => {
          const { keys } = netTable([{ legs: drawn.map(([token, from, to]) => ({ token, from, to, amount: 1n })) }]);
          const numbers = keys.map((key) => (BigInt(key.token) << 160n) + BigInt(key.account));
          for (const [line, number] of numbers.entries()) {
            if (line > 0) expect(number > (numbers[line - 1] ?? number)).to.equal(true);
          }
        }),
      );
    });

    it("refuses more lines than 16 bits can number, and takes as many", function () {
      const plain = (number: number) => toBeHex(number, 20);
      const legs = (count: number) =>
        Array.from({ length: count / 2 }, (_, at) => ({ ...leg(1, 2), from: plain(2 * at), to: plain(2 * at + 1) }));
      expect(netTable([{ legs: legs(65_536) }]).keys).to.have.length(65_536);
      expect(() => netTable([{ legs: legs(65_538) }])).to.throw(UserError, /65538 accounts and tokens/);
    });
  });
});
