import { readFile, readdir } from "node:fs/promises";
import { expect } from "chai";
import { id } from "ethers";
import { openSuite, type Suite } from "../../sdk/deploy/suite.js";
import { BRIDGE_FUNCTION_ROLES } from "../../sdk/bridge.js";
import { BETWEEN_FUNCTION_ROLES, PLATFORM_OPERATOR_FUNCTIONS } from "../../sdk/interop/roles.js";
import { OFFLINE_FUNCTION_ROLES } from "../../sdk/offline/roles.js";
import { DEPOSIT_FUNCTION_ROLES } from "../../sdk/issuance/roles.js";
import { TRADE_FUNCTION_ROLES } from "../../sdk/markets/trades.js";
import { CARD_FUNCTION_ROLES } from "../../sdk/payments/cards.js";
import { RENTAL_FUNCTION_ROLES } from "../../sdk/projects/rental.js";
import { WARRANT_FUNCTIONS } from "../../sdk/payments/disclosure.js";
import { CLAIM_FUNCTION_ROLES, DEPOSIT_TRANSFER_FUNCTION_ROLES } from "../../sdk/markets/deposits.js";
import { FUND_DEALING_FUNCTION_ROLES, FUND_UNITS_FUNCTION_ROLES } from "../../sdk/markets/fund.js";
import { MERCHANT_FUNCTION_ROLES } from "../../sdk/payments/purpose.js";
import { QR_FUNCTION_ROLES, QR_OPERATOR_FUNCTIONS } from "../../sdk/qr/roles.js";
import { functionsByRole } from "../../sdk/governed.js";
import { FUNCTION_ROLES, OFFICES, ROLES, type GovernedContract, type Role } from "../../sdk/roles.js";
import { RECEIVABLE_FUNCTION_ROLES } from "../../sdk/trade/receivables.js";
import { interfaceOf } from "../../sdk/selectors.js";
import { FIXING_FUNCTION_ROLES } from "../../sdk/structured.js";
import { UPGRADE_DELAY } from "../support/currency.js";
import { openChain } from "./support.js";

const chain = await openChain();
const { ethers, networkHelpers } = chain;

/** Restricted in the source by its own name, or by the hook that a base contract calls. */
const HOOKS: Readonly<Record<string, readonly string[]>> = {
  _authorizeAppointment: ["appoint", "dismiss"],
  _authorizeUpgrade: ["upgradeToAndCall"],
};
/** Asks the authority itself, for the operator is allowed as well. */
const ASKED: Readonly<Partial<Record<GovernedContract, readonly string[]>>> = {
  desk: ["rejectIssue", "rejectRedemption"],
};
const SOURCES: Readonly<Record<GovernedContract, readonly string[]>> = {
  registry: ["contracts/registry/InstitutionRegistry.sol"],
  currency: ["contracts/currency/DigitalCurrency.sol", "contracts/currency/CurrencyOffice.sol"],
  desk: ["contracts/issuance/IssuanceDesk.sol"],
  assets: ["contracts/assets/AssetRegistry.sol"],
  bond: ["contracts/assets/Bond.sol"],
};

/** Governed contracts that stand on more ledgers than the suite's two, and the table that gives their functions to roles. */
const BEYOND: Readonly<Record<string, Readonly<Partial<Record<Role | "operator", readonly string[]>>>>> = {
  "contracts/assets/Fixings.sol": FIXING_FUNCTION_ROLES,
  "contracts/assets/ClaimToken.sol": CLAIM_FUNCTION_ROLES,
  "contracts/assets/FundUnits.sol": { governor: FUND_UNITS_FUNCTION_ROLES.governor },
  "contracts/markets/DepositTransfers.sol": DEPOSIT_TRANSFER_FUNCTION_ROLES,
  "contracts/markets/FundDealing.sol": FUND_DEALING_FUNCTION_ROLES,
  "contracts/bridge/BridgeOffice.sol": BRIDGE_FUNCTION_ROLES.currency,
  "contracts/interop/BilateralCorridor.sol": BETWEEN_FUNCTION_ROLES.corridor,
  "contracts/interop/Bridgehead.sol": BETWEEN_FUNCTION_ROLES.bridgehead,
  "contracts/interop/ForeignLedger.sol": BETWEEN_FUNCTION_ROLES.foreignLedger,
  "contracts/interop/MessageGateway.sol": BETWEEN_FUNCTION_ROLES.gateway,
  "contracts/interop/PaymentService.sol": {
    ...BETWEEN_FUNCTION_ROLES.paymentService,
    operator: PLATFORM_OPERATOR_FUNCTIONS,
  },
  "contracts/payments/Disclosure.sol": { operator: WARRANT_FUNCTIONS },
  "contracts/payments/MerchantDirectory.sol": MERCHANT_FUNCTION_ROLES,
  "contracts/payments/OfflineWallets.sol": OFFLINE_FUNCTION_ROLES,
  "contracts/issuance/InterestBook.sol": DEPOSIT_FUNCTION_ROLES.interest,
  "contracts/issuance/ReserveFramework.sol": DEPOSIT_FUNCTION_ROLES.reserves,
  "contracts/markets/TradeBook.sol": TRADE_FUNCTION_ROLES,
  "contracts/payments/PrepaidCards.sol": CARD_FUNCTION_ROLES,
  "contracts/projects/Rental.sol": RENTAL_FUNCTION_ROLES,
  "contracts/payments/QrGateway.sol": QR_FUNCTION_ROLES.gateway,
  "contracts/trade/ReceivableRegistry.sol": RECEIVABLE_FUNCTION_ROLES,
  "contracts/payments/QrSettlement.sol": { operator: QR_OPERATOR_FUNCTIONS },
};

async function deploy(): Promise<Suite> {
  return openSuite(chain);
}

describe("hand-over", function () {
  let f: Suite;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  for (const name of ["mainland", "hongkong"] as const) {
    context(`given the authority of ${name}`, function () {
      it("leaves the deployer no role and no power", async function () {
        const { authority, currency } = f[name];
        for (const role of Object.values(ROLES)) {
          expect((await authority.hasRole(role, f.deployer)).isMember).to.equal(false);
        }
        expect(await currency.hasPower(f.deployer, 4n)).to.equal(false);
        expect(await currency.hasPower(f.deployer, 8n)).to.equal(false);
      });

      it("refuses the deployer what it did itself", async function () {
        const { authority, registry, currency, plan } = f[name];
        await expect(authority.connect(f.deployer).grantRole(ROLES.governor, f.deployer, 0n))
          .to.be.revertedWithCustomError(authority, "AccessManagerUnauthorizedAccount")
          .withArgs(f.deployer, ROLES.admin);
        await expect(registry.connect(f.deployer).setQuota(2n, 1n))
          .to.be.revertedWithCustomError(registry, "AccessManagedUnauthorized")
          .withArgs(f.deployer);
        await expect(currency.connect(f.deployer).setClassLimits(4n, { ...plan.limits.I }))
          .to.be.revertedWithCustomError(currency, "AccessManagedUnauthorized")
          .withArgs(f.deployer);
        await expect(currency.connect(f.deployer).issue(f.deployer, 1n, id("forged")))
          .to.be.revertedWithCustomError(currency, "LedgerPowerMissing")
          .withArgs(f.deployer, 4n);
      });

      it("gives every office to another account", function () {
        const holders = OFFICES.map((office) => f[name].offices[office].address);
        expect(new Set(holders).size).to.equal(OFFICES.length);
      });

      it("lets nobody initialise the currency, nor its implementation, again", async function () {
        const { authority, currency } = f[name];
        const implementation = currency.attach(f.book[name].implementation) as typeof currency;
        for (const contract of [currency, implementation]) {
          await expect(contract.connect(f.deployer).initialize(authority)).to.be.revertedWithCustomError(
            currency,
            "InvalidInitialization",
          );
        }
      });
    });
  }

  for (const [kind, sources] of Object.entries(SOURCES) as [GovernedContract, string[]][]) {
    it(`gives every restricted function of the ${kind} to a role, and no other`, async function () {
      const assigned = functionsByRole(kind).flatMap(([, names]) => [...names]);
      const restricted = [...(await restrictedFunctions(sources)), ...(ASKED[kind] ?? [])];
      expect([...assigned].sort()).to.deep.equal(restricted.sort());
      for (const name of assigned) expect(interfaceOf(kind).getFunction(name), name).not.to.equal(null);
    });
  }

  for (const [source, roles] of Object.entries(BEYOND)) {
    it(`gives every restricted function in ${source} to a role, and no other`, async function () {
      expect(Object.values(roles).flat().sort()).to.deep.equal((await restrictedFunctions([source])).sort());
    });
  }

  it("knows every governed contract that there is", async function () {
    const governed: string[] = [];
    for (const entry of await readdir("contracts", { recursive: true })) {
      if (!entry.endsWith(".sol") || entry.startsWith("mocks")) continue;
      if (/\brestricted\b/.test(await readFile(`contracts/${entry}`, "utf8"))) governed.push(`contracts/${entry}`);
    }
    expect(governed.sort()).to.deep.equal([...Object.values(SOURCES).flat(), ...Object.keys(BEYOND)].sort());
    expect(Object.keys(FUNCTION_ROLES).sort()).to.deep.equal(Object.keys(SOURCES).sort());
  });

  context("given an upgrade that was announced", function () {
    async function announce() {
      const { authority, currency, offices, registry } = f.mainland;
      const next = await ethers.deployContract("ECNY", [registry, authority]);
      const data = currency.interface.encodeFunctionData("upgradeToAndCall", [await next.getAddress(), "0x"]);
      await authority.connect(offices.upgrader).schedule(currency, data, 0n);
      return { next, data };
    }

    it("happens after the delay and not a second before", async function () {
      const { currency, authority, offices } = f.mainland;
      const { next, data } = await announce();
      const due = BigInt(await networkHelpers.time.latest()) + UPGRADE_DELAY;
      await networkHelpers.time.setNextBlockTimestamp(due - 1n);
      await expect(currency.connect(offices.upgrader).upgradeToAndCall(next, "0x"))
        .to.be.revertedWithCustomError(authority, "AccessManagerNotReady")
        .withArgs(await authority.hashOperation(offices.upgrader, currency, data));
      await networkHelpers.time.setNextBlockTimestamp(due);
      await expect(currency.connect(offices.upgrader).upgradeToAndCall(next, "0x"))
        .to.emit(currency.attach(await currency.getAddress()), "Upgraded")
        .withArgs(next);
    });

    it("can be cancelled by the guardian", async function () {
      const { currency, authority, offices } = f.mainland;
      const { next, data } = await announce();
      await authority.connect(offices.guardian).cancel(offices.upgrader, currency, data);
      await networkHelpers.time.increase(UPGRADE_DELAY);
      await expect(currency.connect(offices.upgrader).upgradeToAndCall(next, "0x"))
        .to.be.revertedWithCustomError(authority, "AccessManagerNotScheduled")
        .withArgs(await authority.hashOperation(offices.upgrader, currency, data));
    });
  });
});

async function restrictedFunctions(sources: readonly string[]): Promise<string[]> {
  const text = (await Promise.all(sources.map((source) => readFile(source, "utf8")))).join("\n");
  return [...text.matchAll(/function (\w+)\([^)]*\)([^{;]*)\{/g)]
    .filter(([, , modifiers = ""]) => /\brestricted\b/.test(modifiers))
    .flatMap(([, name = ""]) => HOOKS[name] ?? [name]);
}
