import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { artifacts } from "hardhat";
import { bridgeBookSchema } from "../../sdk/bridge/deployment.js";
import { openBridge, type OpenBridge } from "../../sdk/deploy/bridge.js";
import { bridgePlanOf, loadBridgeParameters, type BridgePlan } from "../../sdk/deploy/bridgeParameters.js";
import { deploy as deployTo } from "../../sdk/deploy/deploy.js";
import { inspectBridge, sharedLedgerOf } from "../../sdk/deploy/sharedLedger.js";
import { differences } from "../../sdk/deploy/status.js";
import { readJson } from "../../sdk/files.js";
import { minor } from "../../sdk/money.js";
import { POWERS, ROLES } from "../../sdk/roles.js";
import { issueOnBridge } from "../../sdk/bridge/operations.js";
import { ref } from "../support/chain.js";
import { FAR } from "../support/corridors.js";
import { rejection } from "../sdk/rejection.js";
import { journalLines, openChain, scratch, writeJournal, type Chain } from "./support.js";

const chain = await openChain();
const { ethers, networkHelpers } = chain;

async function deploy(): Promise<OpenBridge> {
  return openBridge(chain);
}

/** Differences between the shared ledger and its parameters. */
async function differencesOf({ ethers: at }: Chain, book: OpenBridge["book"], plan: BridgePlan): Promise<string[]> {
  return differences(await inspectBridge(at.provider, book, plan, (name) => artifacts.readArtifact(name)));
}

/** One bank for each central bank, one purpose: every kind of step, in little time. */
async function smallPlan(): Promise<BridgePlan> {
  const parameters = await loadBridgeParameters();
  const centralBanks = parameters.centralBanks.map((own) => ({
    ...own,
    banks: Object.fromEntries(Object.entries(own.banks).slice(0, 1)),
  }));
  return bridgePlanOf({ ...parameters, purposes: ["GDDS"], centralBanks }, "test parameters");
}

/** A provider that fails at the transaction after `count`. */
function killedAfter({ provider }: Chain, count: number): Chain["provider"] {
  let sent = 0;
  return new Proxy(provider, {
    get(target, name, receiver) {
      if (name !== "request") return Reflect.get(target, name, receiver) as unknown;
      return (args: Parameters<typeof target.request>[0]) =>
        args.method === "eth_sendTransaction" && sent++ === count
          ? Promise.reject(new Error("killed by the test"))
          : target.request(args);
    },
  });
}

/** Transactions from one kill to the next. */
const STRIDE = 5;

/** What somebody changes on the chain, and the differences that it must name. */
interface Misconfiguration {
  readonly name: string;
  readonly seed: (f: OpenBridge) => Promise<unknown>;
  readonly plan?: (plan: BridgePlan) => BridgePlan;
  /** One for each sentence, in order. */
  readonly found: readonly RegExp[];
}

const MISCONFIGURATIONS: readonly Misconfiguration[] = [
  {
    name: "a second issuer",
    seed: ({ members: { THB }, outsiders: [other] }) =>
      THB.currency.appoint(other ?? ZeroAddress, POWERS.issuer, ref("no mandate")),
    found: [/^Thailand, who may issue: expected 0x\w{40}, found 0x\w{40}, 0x\w{40}\.$/],
  },
  {
    name: "an unlisted halter",
    seed: ({ members: { AED }, outsiders: [other] }) => AED.authority.grantRole(ROLES.halter, other ?? ZeroAddress, 0n),
    found: [/^United Arab Emirates, holders of role halter: expected 0x\w{40}, found 0x\w{40}, 0x\w{40}\.$/],
  },
  {
    name: "a deployer who is admin again",
    seed: ({ members: { SAR }, deployer }) => SAR.authority.grantRole(ROLES.admin, deployer, 0n),
    found: [
      /^Saudi Arabia, holders of role admin: /,
      /^Saudi Arabia, roles of the deployer: expected none, found admin\.$/,
    ],
  },
  {
    name: "a suspension that everybody may call",
    seed: ({ members: { HKD }, council }) =>
      HKD.authority.setTargetFunctionRole(
        council,
        [council.getFunction("suspendCurrency").fragment.selector],
        2n ** 64n - 1n,
      ),
    found: [/^Hong Kong, functions of the council: .* found suspendCurrency is everybody's and not halter's\.$/],
  },
  {
    name: "a raised cap of a corridor's banks",
    seed: ({ plan, members: { CNY } }) => {
      const [corridor] = plan.members[0]?.corridors ?? [];
      if (corridor === undefined) throw new RangeError("no corridor");
      return CNY.currency.setClassLimits(corridor.walletClass, { ...corridor.limits, day: minor("10000000.01") });
    },
    found: [
      /^Mainland China, limits of class 9 \(banks of HKD\): .*day 10,?000,?000\.00.* found .*day 10,?000,?000\.01/,
    ],
  },
  {
    name: "another policy of a corridor",
    seed: ({ members: { CNY } }) =>
      CNY.currency.setCorridorPolicy(9n, { holdingLimit: 1n, outflowLimit: 2n, inflowLimit: 3n, windowDays: 1n }),
    found: [
      /^Mainland China, policy of the corridor of HKD: .* found holdings CNY 0\.01, out CNY 0\.02 and in CNY 0\.03 in 1 days\.$/,
    ],
  },
  {
    name: "a purpose that is not allowed any more",
    seed: ({ members: { CNY } }) => CNY.currency.setCorridorPurpose(9n, "0x47444453", false),
    found: [/^Mainland China, purposes of the corridor of HKD: /],
  },
  {
    name: "a venue that a central bank has dismissed",
    seed: ({ members: { THB }, gate, payments }) =>
      gate.connect(THB.offices.halter).dismissVenue(THB.currency, payments),
    found: [/^Thailand, venues of the currency: expected payments, exchange, netting, found exchange, netting\.$/],
  },
  {
    name: "a central bank that has left the council",
    seed: async ({ members: { SAR }, council }) => {
      await council.connect(SAR.offices.governor).withdrawCurrency(SAR.currency);
      await council.connect(SAR.offices.governor).resign();
    },
    found: [/^Shared ledger, members of the council: /, /^Shared ledger, currencies of the council: /],
  },
  {
    name: "other code at the payments' address",
    seed: async ({ book }) =>
      networkHelpers.setCode(book.payments, `${await ethers.provider.getCode(book.payments)}00`),
    found: [/^Shared ledger, code of the payments: expected BridgePayments as compiled, found other code/],
  },
  {
    name: "another rulebook in the parameters",
    seed: () => Promise.resolve(),
    plan: (plan) => ({ ...plan, rulebook: ref("rulebook 2") }),
    found: [/^Shared ledger, rulebook: /],
  },
  {
    name: "other times in the parameters",
    seed: () => Promise.resolve(),
    plan: (plan) => ({
      ...plan,
      ...{ timing: { ...plan.timing, timeLock: 1 }, maxRateValidity: 1, netting: { ...plan.netting, maxItems: 1 } },
    }),
    found: [
      /^Shared ledger, timetable of the netting: .*, 1 payments, 25 of one bank, found .*, 100 payments, /,
      /^Shared ledger, longest validity of a reference rate: expected 1 s/,
      /^Shared ledger, timing of the council: /,
    ],
  },
];

describe("deployment of the shared ledger", function () {
  let f: OpenBridge;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  it("agrees with its parameters, and leaves the deployer nothing", async function () {
    expect(await differencesOf(chain, f.book, f.plan)).to.deep.equal([]);
    for (const { authority } of Object.values(f.members)) {
      await expect(authority.connect(f.deployer).grantRole(ROLES.governor, f.deployer, 0n))
        .to.be.revertedWithCustomError(authority, "AccessManagerUnauthorizedAccount")
        .withArgs(f.deployer, ROLES.admin);
    }
  });

  it("counts money, holdings abroad and a suspension as facts and not as differences", async function () {
    const { CNY } = f.members;
    await issueOnBridge(CNY, f.bank("TICBCNT0"), minor("1000"), "first issue", FAR);
    await f.council.connect(CNY.offices.halter).suspendCurrency(CNY.currency);
    expect(await differencesOf(chain, f.book, f.plan)).to.deep.equal([]);
  });

  for (const { name, seed, plan = (own: BridgePlan) => own, found } of MISCONFIGURATIONS) {
    it(`names ${name}, and nothing else`, async function () {
      await seed(f);
      const sentences = await differencesOf(chain, f.book, plan(f.plan));
      expect(sentences, sentences.join("\n")).to.have.length(found.length);
      for (const [index, pattern] of found.entries()) expect(sentences[index]).to.match(pattern);
    });
  }

  it("says in one sentence that the chain was reset, or is another one", async function () {
    expect((await rejection(differencesOf(await openChain(), f.book, f.plan))).message)
      .to.match(/no contract at .* has the council: the chain was reset/)
      .and.not.include("\n");
    expect((await rejection(differencesOf(chain, { ...f.book, chainId: 1 }, f.plan))).message).to.match(
      /chain 1 and the node serves chain 31337/,
    );
  });

  it("refuses a deployer with an office, and one account that halts and resumes", async function () {
    const parameters = await loadBridgeParameters();
    const [first, ...others] = parameters.centralBanks;
    if (first === undefined) throw new RangeError("no central bank");
    const changed = (offices: Partial<typeof first.offices>) =>
      bridgePlanOf(
        { ...parameters, centralBanks: [{ ...first, offices: { ...first.offices, ...offices } }, ...others] },
        "test parameters",
      );
    expect((await rejection(changed({ resumer: 2 }))).message).to.match(
      /^test parameters: 0x\w{40} would halt and resume payments of Mainland China; /,
    );
    const target = { provider: chain.provider, network: "test", pollingInterval: 1 };
    const error = await rejection(deployTo(sharedLedgerOf(await changed({ guardian: 0 })), target));
    expect(error.message).to.match(/the deployer 0x\w{40} would be guardian of Mainland China/);
  });

  context("given a run that is killed again and again", function () {
    it("ends with the same addresses in the state of the parameters, and then sends nothing", async function () {
      this.timeout(240_000);
      const plan = await smallPlan();
      const shared = sharedLedgerOf(plan);
      const whole = await openChain();
      const straight = { provider: whole.provider, network: "test", pollingInterval: 1 };
      const { book, sent } = await deployTo(shared, straight);

      const killed = await openChain();
      const journal = await scratch();
      const addressBook = join(journal, "book.json");
      const target = { network: "test", pollingInterval: 1, journal, addressBook };
      // the transaction that a kill is at is announced and not sent
      for (let left = sent; left > STRIDE; left -= STRIDE) {
        const run = deployTo(shared, { ...target, provider: killedAfter(killed, STRIDE) });
        expect((await rejection(run)).message).to.include("killed by the test");
        const lines = await journalLines(journal);
        // as an interrupted write leaves it
        await writeJournal(journal, [...lines, '{"type":"TRANSA']);
      }
      const resumed = await deployTo(shared, { ...target, provider: killed.provider });
      expect({ ...resumed.book, firstBlock: 0 }).to.deep.equal({ ...book, firstBlock: 0 });
      expect(await differencesOf(killed, resumed.book, plan)).to.deep.equal([]);
      expect(await readJson(addressBook, bridgeBookSchema)).to.deep.equal(resumed.book);
      const again = await deployTo(shared, { ...target, provider: killed.provider });
      expect(again.sent).to.equal(0);
      await rm(journal, { recursive: true });
    });
  });
});
