import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { openChain } from "../support/chain.js";
import { cross, deployCorridors, governing, type Corridors } from "../support/corridors.js";

const chain = await openChain("hongkong");
const { ethers, networkHelpers } = chain;

async function deploy() {
  return deployCorridors(chain);
}

describe("BridgeGate", function () {
  let f: Corridors;
  let currency: string;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
    currency = await f.cny.currency.getAddress();
  });

  describe("admitVenue", function () {
    it("admits a venue for one currency, once", async function () {
      const venue = await ethers.deployContract("GateVenueMock", [f.gate, f.engine]);
      const gate = governing(f.gate, f.cny);
      await expect(gate.admitVenue(currency, venue)).to.emit(f.gate, "VenueAdmitted").withArgs(currency, venue);
      await expect(gate.admitVenue(currency, venue)).not.to.emit(f.gate, "VenueAdmitted");
      expect(await f.gate.isAdmitted(currency, venue)).to.equal(true);
      expect(await f.gate.isAdmitted(f.hkd.currency, venue)).to.equal(false);
    });

    it("refuses another currency's central bank, and an account without code", async function () {
      await expect(governing(f.gate, f.hkd).admitVenue(currency, f.venue))
        .to.be.revertedWithCustomError(f.gate, "CurrencyAuthorityRequired")
        .withArgs(currency, f.hkd.offices.governor.address);
      await expect(governing(f.gate, f.cny).admitVenue(currency, f.icbc.account))
        .to.be.revertedWithCustomError(f.gate, "VenueInvalid")
        .withArgs(f.icbc.account);
    });
  });

  describe("dismissVenue", function () {
    it("stops the venue at once, for this currency alone", async function () {
      const gate = f.gate.connect(f.cny.offices.halter);
      await expect(gate.dismissVenue(currency, f.venue)).to.emit(f.gate, "VenueDismissed").withArgs(currency, f.venue);
      await expect(gate.dismissVenue(currency, f.venue)).not.to.emit(f.gate, "VenueDismissed");
      await expect(cross(f, f.cny.currency, f.icbc, f.hsbc, "1"))
        .to.be.revertedWithCustomError(f.cny.currency, "CorridorGateClosed")
        .withArgs(f.icbc.account, f.hsbc.account);
      await cross(f, f.hkd.currency, f.hsbc, f.icbc, "1");
    });

    it("refuses another currency's central bank", async function () {
      await expect(f.gate.connect(f.hkd.offices.halter).dismissVenue(currency, f.venue))
        .to.be.revertedWithCustomError(f.gate, "CurrencyAuthorityRequired")
        .withArgs(currency, f.hkd.offices.halter.address);
    });
  });

  describe("open and close", function () {
    it("lets nobody open it again, or close it for another", async function () {
      const venue = await f.venue.getAddress();
      await expect(f.venue.run(f.gate, f.gate.interface.encodeFunctionData("open", [f.icbc.account])))
        .to.be.revertedWithCustomError(f.gate, "GateAlreadyOpen")
        .withArgs(venue);
      await expect(f.gate.connect(f.icbc.signer).close())
        .to.be.revertedWithCustomError(f.gate, "GateNotOpen")
        .withArgs(ZeroAddress, f.icbc.account);
    });

    it("forgets by the end of the transaction who opened it", async function () {
      await f.gate.open(f.engine);
      await f.gate.open(f.engine);
      expect(await f.gate.isOpen(currency, f.engine)).to.equal(false);
    });

    it("is open for the engine alone: what else a venue calls moves nothing across a border", async function () {
      await f.cny.currency.connect(f.icbc.signer).approve(f.venue, 100n);
      const pull = f.cny.currency.interface.encodeFunctionData("transferFrom", [f.icbc.account, f.hsbc.account, 100n]);
      await expect(f.venue.run(f.cny.currency, pull))
        .to.be.revertedWithCustomError(f.cny.currency, "CorridorGateClosed")
        .withArgs(f.icbc.account, f.hsbc.account);
    });
  });
});
