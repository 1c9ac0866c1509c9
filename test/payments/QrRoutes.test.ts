import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { openChain } from "../support/chain.js";
import { DIRECTION, MODE, SCHEME, deployQr, type Qr } from "../support/qr.js";

const chain = await openChain("mainland");

async function deploy() {
  return deployQr(chain);
}

describe("QrGateway: participants and routes", function () {
  let f: Qr;

  beforeEach(async function () {
    f = await chain.networkHelpers.loadFixture(deploy);
  });

  describe("admit, dismiss", function () {
    it("lets a participant in and out, once each", async function () {
      const gateway = f.gateway.connect(f.mainland.officers.registrar);
      await expect(gateway.admit(f.shop)).to.emit(gateway, "QrParticipantAdmitted").withArgs(f.shop);
      expect(await gateway.isAdmitted(f.shop)).to.equal(true);
      await expect(gateway.admit(f.shop)).not.to.emit(gateway, "QrParticipantAdmitted");
      await expect(gateway.dismiss(f.shop)).to.emit(gateway, "QrParticipantDismissed").withArgs(f.shop);
      expect(await gateway.isAdmitted(f.shop)).to.equal(false);
      await expect(gateway.dismiss(f.shop)).not.to.emit(gateway, "QrParticipantDismissed");
    });

    it("refuses the zero address", async function () {
      const gateway = f.gateway.connect(f.mainland.officers.registrar);
      await expect(gateway.admit(ZeroAddress))
        .to.be.revertedWithCustomError(gateway, "QrParticipantInvalid")
        .withArgs(ZeroAddress);
    });

    it("is the registrar's alone", async function () {
      for (const call of [f.gateway.admit, f.gateway.dismiss]) {
        await expect(call(f.shop, { from: f.deployer }))
          .to.be.revertedWithCustomError(f.gateway, "AccessManagedUnauthorized")
          .withArgs(f.deployer);
      }
    });
  });

  describe("setRoute, closeRoute, openRoute", function () {
    const route = [SCHEME.union, DIRECTION.inbound, MODE.merchant] as const;

    it("leads a scheme to another participant", async function () {
      const gateway = f.gateway.connect(f.mainland.officers.registrar);
      await expect(gateway.setRoute(...route, f.boc))
        .to.emit(gateway, "QrRouteSet")
        .withArgs(...route, f.icbc, f.boc);
      expect(await gateway.routeOf(...route)).to.deep.equal([f.boc.address, true]);
      await expect(gateway.setRoute(...route, f.boc)).not.to.emit(gateway, "QrRouteSet");
    });

    it("refuses to lead to somebody who is not admitted", async function () {
      await expect(f.gateway.connect(f.mainland.officers.registrar).setRoute(...route, f.shop))
        .to.be.revertedWithCustomError(f.gateway, "QrParticipantUnknown")
        .withArgs(f.shop);
    });

    it("closes and opens, once each", async function () {
      const { halter, resumer, registrar } = f.mainland.officers;
      const { gateway } = f;
      await expect(gateway.connect(halter).closeRoute(...route))
        .to.emit(gateway, "QrRouteClosed")
        .withArgs(...route);
      expect(await gateway.routeOf(...route)).to.deep.equal([f.icbc.address, false]);
      await expect(gateway.connect(halter).closeRoute(...route)).not.to.emit(gateway, "QrRouteClosed");
      await expect(gateway.connect(resumer).openRoute(...route))
        .to.emit(gateway, "QrRouteOpened")
        .withArgs(...route);
      await expect(gateway.connect(resumer).openRoute(...route)).not.to.emit(gateway, "QrRouteOpened");
      await gateway.connect(halter).closeRoute(...route);
      await expect(gateway.connect(registrar).setRoute(...route, f.icbc))
        .to.emit(gateway, "QrRouteSet")
        .withArgs(...route, f.icbc, f.icbc);
    });

    it("knows only routes that were set", async function () {
      const { halter, resumer } = f.mainland.officers;
      const none = [SCHEME.unknown, DIRECTION.inbound, MODE.merchant] as const;
      expect(await f.gateway.routeOf(...none)).to.deep.equal([ZeroAddress, false]);
      for (const call of [
        f.gateway.connect(halter).closeRoute(...none),
        f.gateway.connect(resumer).openRoute(...none),
      ]) {
        await expect(call)
          .to.be.revertedWithCustomError(f.gateway, "QrRouteUnknown")
          .withArgs(...none);
      }
    });
  });
});
