import { expect } from "chai";
import { AbiCoder, ZeroAddress, concat, id, toBeHex } from "ethers";
import type { AddressBook } from "../../sdk/deployment.js";
import type { Plan } from "../../sdk/deploy/parameters.js";
import { openSuite, type Suite } from "../../sdk/deploy/suite.js";
import { UserError } from "../../sdk/errors.js";
import { minor } from "../../sdk/money.js";
import { POWERS, ROLES } from "../../sdk/roles.js";
import { selectorsOf } from "../../sdk/selectors.js";
import { rejection } from "../sdk/rejection.js";
import { differencesOf, openChain } from "./support.js";

const chain = await openChain();
const { ethers, networkHelpers } = chain;

const IMPLEMENTATION_SLOT = toBeHex(BigInt(id("eip1967.proxy.implementation")) - 1n, 32);
const EVERYBODY = 2n ** 64n - 1n;

async function deploy(): Promise<Suite> {
  return openSuite(chain);
}

/** What somebody changes on the chain, or in what the status is told; and the differences that it must name. */
interface Misconfiguration {
  readonly name: string;
  readonly seed: (f: Suite) => Promise<unknown>;
  readonly book?: (book: AddressBook) => AddressBook;
  readonly plan?: (plan: Plan) => Plan;
  /** One for each sentence, in order. */
  readonly found: readonly RegExp[];
}

const MISCONFIGURATIONS: readonly Misconfiguration[] = [
  {
    name: "a second issuer",
    seed: ({ mainland, customers }) => empower(mainland, customers[0]?.address, POWERS.issuer),
    found: [/^Mainland China, who may issue: expected 0x\w{40}, found 0x\w{40}, 0x\w{40}\.$/],
  },
  {
    name: "money without a reserve",
    seed: async ({ mainland, customers: [thief] }) => {
      if (thief === undefined) throw new RangeError("no customer");
      await empower(mainland, thief.address, POWERS.issuer);
      await mainland.currency.connect(thief).issue(mainland.bank("TICBCNT0").account, 1n, id("forged"));
      await mainland.currency.connect(mainland.offices.governor).dismiss(thief, POWERS.issuer);
    },
    found: [/^Mainland China, reserves: expected CNY 0\.01, found CNY 0\.00\.$/],
  },
  {
    name: "a dismissed enforcer",
    seed: ({ hongkong: { currency, offices } }) =>
      currency.connect(offices.governor).dismiss(offices.enforcer, POWERS.enforcer),
    found: [/^Hong Kong, who may enforce: expected 0x\w{40}, found nobody\.$/],
  },
  {
    name: "an unlisted governor",
    seed: ({ mainland: { authority, offices }, customers }) =>
      authority.connect(offices.admin).grantRole(ROLES.governor, customers[0] ?? ZeroAddress, 0n),
    found: [/^Mainland China, holders of role governor: expected 0x\w{40}, found 0x\w{40}, 0x\w{40}\.$/],
  },
  {
    name: "a deployer who is admin again",
    seed: ({ hongkong: { authority, offices }, deployer }) =>
      authority.connect(offices.admin).grantRole(ROLES.admin, deployer, 0n),
    found: [
      /^Hong Kong, holders of role admin: expected 0x\w{40}, found 0x\w{40}, 0x\w{40}\.$/,
      /^Hong Kong, roles of the deployer: expected none, found admin\.$/,
    ],
  },
  {
    name: "a role that the suite does not have",
    seed: ({ mainland: { authority, offices }, customers }) =>
      authority.connect(offices.admin).grantRole(99n, customers[0] ?? ZeroAddress, 0n),
    found: [/roles that the suite does not have: expected nobody, found 0x\w{40} \(role 99\)\.$/],
  },
  {
    name: "an upgrader without a delay",
    seed: ({ mainland: { authority, offices } }) =>
      authority.connect(offices.admin).grantRole(ROLES.upgrader, offices.upgrader, 0n),
    found: [/^Mainland China, delay of role upgrader: expected at least 172800 s, found 0x\w{40} 0 s\.$/],
  },
  {
    name: "grants without a delay",
    seed: ({ mainland: { authority, offices } }) => authority.connect(offices.admin).setGrantDelay(ROLES.governor, 0n),
    found: [/^Mainland China, delay of a grant: .* found 0 s for governor\.$/],
  },
  {
    name: "upgrades that nobody can cancel",
    seed: ({ mainland: { authority, offices } }) =>
      authority.connect(offices.admin).setRoleGuardian(ROLES.upgrader, ROLES.admin),
    found: [/^Mainland China, roles: .* found upgrader is guarded by admin\.$/],
  },
  {
    name: "upgrades by everybody",
    seed: ({ mainland: { authority, currency, offices } }) =>
      authority
        .connect(offices.admin)
        .setTargetFunctionRole(currency, selectorsOf("currency", ["upgradeToAndCall"]), EVERYBODY),
    found: [/functions of the currency: .* found upgradeToAndCall is everybody's and not upgrader's\.$/],
  },
  {
    name: "an unrestricted function given to a role",
    seed: ({ mainland: { authority, currency, offices } }) =>
      authority.connect(offices.admin).setTargetFunctionRole(currency, ["0xa9059cbb"], ROLES.governor),
    found: [/functions of the currency: .* found transfer is governor's and not admin's\.$/],
  },
  {
    name: "a closed registry",
    seed: ({ hongkong: { authority, registry, offices } }) =>
      authority.connect(offices.admin).setTargetClosed(registry, true),
    found: [/^Hong Kong, functions of the registry: .* found it is closed\.$/],
  },
  {
    name: "another authority of the desk",
    seed: ({ mainland, hongkong }) =>
      mainland.authority.connect(mainland.offices.admin).updateAuthority(mainland.desk, hongkong.authority),
    found: [/^Mainland China, authority of the desk: /],
  },
  {
    name: "e-HKD's code behind e-CNY's proxy",
    seed: ({ book }) =>
      networkHelpers.setStorageAt(book.mainland.currency, IMPLEMENTATION_SLOT, word(book.hongkong.implementation)),
    found: [
      /^Mainland China, implementation of the currency: /,
      /^Mainland China, currency of the proxy: expected CNY, found HKD\.$/,
      /^Mainland China, registry of the currency: /,
    ],
  },
  {
    name: "other code at the engine's address",
    seed: async ({ book }) => networkHelpers.setCode(book.engine, flipped(await ethers.provider.getCode(book.engine))),
    found: [/^Platform, code of the settlement engine: expected SettlementEngine as compiled, found other code/],
  },
  {
    name: "a raised limit",
    seed: ({ mainland: { currency, offices, plan } }) =>
      currency.connect(offices.governor).setClassLimits(4n, { ...plan.limits.IV, day: minor("5000.01") }),
    found: [/^Mainland China, limits of class IV: .*day 5000\.00.*found .*day 5000\.01/],
  },
  {
    name: "an open class that nobody named",
    seed: ({ mainland: { currency, offices, plan } }) =>
      currency.connect(offices.governor).setClassLimits(9n, { ...plan.limits.I }),
    found: [/^Mainland China, open classes without a name: expected none, found 9\.$/],
  },
  {
    name: "another rate limit",
    seed: ({ hongkong: { desk, offices } }) => desk.connect(offices.governor).setRateLimit(minor("1.00"), 60n),
    found: [/^Hong Kong, rate limit: .* found HKD 1\.00 in 60 s\.$/],
  },
  {
    name: "another settlement-system operator",
    seed: ({ hongkong: { desk, offices }, customers }) =>
      desk.connect(offices.governor).setSettlementOperator(customers[0] ?? ZeroAddress),
    found: [/^Hong Kong, settlement-system operator: /],
  },
  {
    name: "a suspended institution",
    seed: ({ mainland: { registry, offices } }) =>
      registry.connect(offices.registrar).setStatus(2n, 3n, id("suspension")),
    found: [/^Mainland China, institution TICBCNT0: expected active, .* found suspended, /],
  },
  {
    name: "a raised quota",
    seed: ({ mainland: { registry, offices } }) =>
      registry.connect(offices.registrar).setQuota(2n, minor("60000000000.00")),
    found: [/^Mainland China, institution TICBCNT0: .* found active, quota CNY 60,000,000,000\.00/],
  },
  {
    name: "a currency off the asset register",
    seed: ({ hongkong: { offices }, mainland, assets }) =>
      assets.connect(offices.governor).delistCurrency(mainland.currency),
    found: [/^Platform, currencies of the asset register: /],
  },
  {
    name: "an admin that is one key and not several",
    seed: () => Promise.resolve(),
    plan: (plan) => ({ ...plan, mainland: { ...plan.mainland, adminThreshold: 2 } }),
    found: [
      /^Mainland China, threshold of 0x\w{40}: expected at least 2 signatures, found no multi-signature account\.$/,
    ],
  },
  {
    name: "an admin that asks for one signature",
    seed: ({ mainland: { offices } }) => networkHelpers.setCode(offices.admin.address, answering(1)),
    plan: (plan) => ({ ...plan, mainland: { ...plan.mainland, adminThreshold: 2 } }),
    found: [/^Mainland China, threshold of 0x\w{40}: expected at least 2 signatures, found 1 signatures\.$/],
  },
];

describe("inspect", function () {
  let f: Suite;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  context("given a fresh deployment", function () {
    it("finds no difference", async function () {
      expect(await differencesOf(chain, f.book, f.plan)).to.deep.equal([]);
    });

    it("writes nothing", async function () {
      const before = await ethers.provider.getBlock("latest");
      await differencesOf(chain, f.book, f.plan);
      expect(await ethers.provider.getBlock("latest")).to.deep.equal(before);
    });

    it("accepts an admin that asks for enough signatures", async function () {
      await networkHelpers.setCode(f.mainland.offices.admin.address, answering(2));
      const plan = { ...f.plan, mainland: { ...f.plan.mainland, adminThreshold: 2 } };
      expect(await differencesOf(chain, f.book, plan)).to.deep.equal([]);
    });

    it("counts halted payments as a fact and not as a difference", async function () {
      const { currency, offices } = f.mainland;
      await currency.connect(offices.halter).haltAll();
      expect(await differencesOf(chain, f.book, f.plan)).to.deep.equal([]);
    });
  });

  for (const { name, seed, plan = (own: Plan) => own, found } of MISCONFIGURATIONS) {
    context(`given ${name}`, function () {
      it("names it, and nothing else", async function () {
        await seed(f);
        const sentences = await differencesOf(chain, f.book, plan(f.plan));
        expect(sentences, sentences.join("\n")).to.have.length(found.length);
        for (const [index, pattern] of found.entries()) expect(sentences[index]).to.match(pattern);
      });
    });
  }

  context("given an address book with the jurisdictions swapped", function () {
    it("names every contract that is the other's", async function () {
      const { mainland, hongkong } = f.book;
      const sentences = await differencesOf(chain, { ...f.book, mainland: hongkong, hongkong: mainland }, f.plan);
      expect(sentences).to.include("Mainland China, currency of the proxy: expected CNY, found HKD.");
      expect(sentences).to.include("Hong Kong, currency of the proxy: expected HKD, found CNY.");
    });
  });

  context("given another chain", function () {
    it("says in one sentence that the chain was reset", async function () {
      const error = await rejection(differencesOf(await openChain(), f.book, f.plan));
      expect(error).to.be.instanceOf(UserError);
      expect(error.message)
        .to.match(/no contract at .* chain was reset/)
        .and.not.include("\n");
    });

    it("says in one sentence that the chain id is another", async function () {
      const error = await rejection(differencesOf(chain, { ...f.book, chainId: 1 }, f.plan));
      expect(error).to.be.instanceOf(UserError);
      expect(error.message).to.match(/chain 1 and the node serves chain 31337/);
    });
  });
});

function empower({ currency, offices }: Suite["mainland"], account: string | undefined, power: bigint) {
  return currency.connect(offices.governor).appoint(account ?? ZeroAddress, power, id("no mandate"));
}

function word(address: string): string {
  return AbiCoder.defaultAbiCoder().encode(["address"], [address]);
}

/** The code with one bit of its first instruction's operand changed. */
function flipped(code: string): string {
  return `0x${(BigInt(`0x${code.slice(2, 6)}`) ^ 1n).toString(16).padStart(4, "0")}${code.slice(6)}`;
}

/** Code that answers every call with a number below 256. */
function answering(value: number): string {
  return concat(["0x60", toBeHex(value, 1), "0x5f5260205ff3"]);
}
