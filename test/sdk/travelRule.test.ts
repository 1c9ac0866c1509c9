import { expect } from "chai";
import { dataLength, dataSlice, id } from "ethers";
import { UserError } from "../../sdk/errors.js";
import { readerKeys, seal, sealedHash, unseal, type TravelRuleData } from "../../sdk/bridge/travelRule.js";

const party = (name: string) => ({ name, account: `${name} 001`, address: `${name} street 1`, identification: "1990" });
const DATA: TravelRuleData = { originator: party("Ann"), beneficiary: party("Bob"), remittance: "invoice 7" };
const TERMS = {
  businessRef: id("payment"),
  currency: "0x1000000000000000000000000000000000000001",
  payer: "0x1000000000000000000000000000000000000002",
  payee: "0x1000000000000000000000000000000000000003",
  amount: 100n,
};

describe("sdk/bridge/travelRule", function () {
  const readers = [readerKeys(), readerKeys(), readerKeys()];
  const keys = readers.map(({ publicKey }) => publicKey);

  /** The sealed bytes with one bit of byte `place` turned. */
  function turned(sealed: string, place: number): string {
    const byte = Number(dataSlice(sealed, place, place + 1)) ^ 1;
    return `${dataSlice(sealed, 0, place)}${byte.toString(16).padStart(2, "0")}${dataSlice(sealed, place + 1).slice(2)}`;
  }

  it("opens for every reader", function () {
    const sealed = seal(DATA, TERMS, keys);
    for (const reader of readers) expect(unseal(sealed, TERMS, reader)).to.deep.equal(DATA);
  });

  it("shows nothing of what it seals, and never the same bytes twice", function () {
    const sealed = seal(DATA, TERMS, keys);
    const text = Buffer.from(sealed.slice(2), "hex").toString("latin1");
    for (const clear of ["Ann", "Bob", "invoice", "street"]) expect(text).not.to.contain(clear);
    expect(seal(DATA, TERMS, keys)).not.to.equal(sealed);
    expect(sealedHash(sealed)).to.have.length(66);
  });

  it("opens for nobody else", function () {
    const sealed = seal(DATA, TERMS, keys);
    const outsider = readerKeys();
    expect(() => unseal(sealed, TERMS, outsider)).to.throw(UserError, "not sealed for this key");
    const impostor = { ...outsider, publicKey: keys[0] ?? "" };
    expect(() => unseal(sealed, TERMS, impostor)).to.throw(UserError, "does not open");
  });

  it("opens for no other payment", function () {
    const sealed = seal(DATA, TERMS, keys);
    for (const other of [{ amount: 101n }, { payee: TERMS.payer }, { businessRef: id("another") }]) {
      for (const reader of readers) {
        expect(() => unseal(sealed, { ...TERMS, ...other }, reader)).to.throw(UserError, "does not open");
      }
    }
  });

  it("notices each changed bit that a reader relies on", function () {
    const [reader] = readers;
    if (reader === undefined) throw new RangeError("no reader");
    const sealed = seal(DATA, TERMS, [reader.publicKey]);
    for (let place = 0; place < dataLength(sealed); ++place) {
      const changed = turned(sealed, place);
      let opened: unknown;
      try {
        opened = unseal(changed, TERMS, reader);
      } catch (error) {
        expect(error).to.be.instanceOf(UserError);
        continue;
      }
      // padding between the parts: read by nobody, and the hash differs
      expect(opened).to.deep.equal(DATA);
      expect(sealedHash(changed)).not.to.equal(sealedHash(sealed));
    }
  });

  it("refuses to seal for nobody, for one reader twice, and data with a part missing", function () {
    expect(() => seal(DATA, TERMS, [])).to.throw(UserError, "needs readers");
    expect(() => seal(DATA, TERMS, [...keys, ...keys])).to.throw(UserError, "needs readers");
    const nameless = { ...DATA, originator: { ...DATA.originator, name: "" } };
    expect(() => seal(nameless, TERMS, keys)).to.throw(UserError, "travel-rule data");
    expect(() => unseal("0x1234", TERMS, readerKeys())).to.throw(UserError, "no sealed travel-rule data");
  });
});
