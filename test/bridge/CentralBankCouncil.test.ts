import { expect } from "chai";
import { ZeroHash } from "ethers";
import { DECISION_KIND, PROPOSAL_STATE, VOTE } from "../../sdk/bridge.js";
import { decisionOf, proposalIdOf, propose } from "../../sdk/council.js";
import { TIMING } from "../support/bridge.js";
import { openChain, ref } from "../support/chain.js";
import { Deciding, deployCouncil, own, type Council } from "../support/council.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;
const { time } = networkHelpers;

const EXECUTION_PERIOD = 14n * 86_400n;

async function deploy() {
  return deployCouncil(chain);
}

describe("CentralBankCouncil: decisions", function () {
  let f: Council;
  let deciding: Deciding;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
    deciding = new Deciding(chain, f.council);
  });

  const rulebook = (text: string) => own(f, "setRulebook", ref(text));
  const resolution = (text: string) => own(f, "adoptResolution", ref(text));

  describe("construction", function () {
    it("seats the founders, admits their currencies, and puts rulebook and timing into force", async function () {
      expect(await f.council.members()).to.have.members([f.pboc.address, f.hkma.address, f.bot.address]);
      expect(await f.council.currencies()).to.have.members([f.ecny, f.ehkd]);
      expect(await f.council.issuerOf(f.ecny)).to.equal(f.pboc.address);
      expect([...(await f.council.rulebook())]).to.deep.equal([1n, ref("rulebook 1")]);
      expect([...(await f.council.timing())]).to.deep.equal(Object.values(TIMING));
      expect(await f.council.votingDelay()).to.equal(TIMING.votingDelay);
      expect(await f.council.votingPeriod()).to.equal(TIMING.votingPeriod);
      expect([await f.council.name(), await f.council.version()]).to.deep.equal(["CentralBankCouncil", "1"]);
      expect(await f.council.CLOCK_MODE()).to.equal("mode=timestamp");
      expect(await f.council.COUNTING_MODE()).to.equal("support=bravo&quorum=for");
      expect(await f.council.proposalThreshold()).to.equal(1n);
      expect(await f.council.INVITATION_PERIOD()).to.equal(30n * 86_400n);
      expect(await f.council.EXECUTION_PERIOD()).to.equal(EXECUTION_PERIOD);
    });

    it("tells each of it", async function () {
      const transaction = f.council.deploymentTransaction();
      await expect(transaction).to.emit(f.council, "MemberJoined").withArgs(f.bot.address, 3n);
      await expect(transaction).to.emit(f.council, "CurrencyAdmitted").withArgs(f.ehkd, f.hkma.address);
      await expect(transaction).to.emit(f.council, "RulebookSet").withArgs(1n, ZeroHash, ref("rulebook 1"));
      await expect(transaction).to.emit(f.council, "TimingSet").withArgs([0n, 0n, 0n], Object.values(TIMING));
    });

    it("reverts for fewer than two founders, a founder twice, and a currency of nobody", async function () {
      const factory = await ethers.getContractFactory("CentralBankCouncil");
      const found = (founders: string[], currencies: { currency: string; issuer: string }[] = []) =>
        factory.deploy(founders, currencies, ref("rulebook"), TIMING);
      await expect(found([f.pboc.address]))
        .to.be.revertedWithCustomError(f.council, "CouncilTooSmall")
        .withArgs(1n, 2n);
      await expect(found([f.pboc.address, f.pboc.address]))
        .to.be.revertedWithCustomError(f.council, "CouncilMemberExists")
        .withArgs(f.pboc.address);
      await expect(found([f.pboc.address, f.hkma.address], [{ currency: f.ecny, issuer: f.bot.address }]))
        .to.be.revertedWithCustomError(f.council, "CouncilMemberUnknown")
        .withArgs(f.bot.address);
    });
  });

  describe("kinds", function () {
    it("follow from the calls, the strictest of them, and from nothing that is said about them", async function () {
      const cases = [
        { kind: DECISION_KIND.ordinary, calls: [resolution("a"), resolution("b")] },
        { kind: DECISION_KIND.technical, calls: [resolution("a"), rulebook("2")] },
        { kind: DECISION_KIND.technical, calls: [own(f, "setTiming", TIMING)] },
        {
          kind: DECISION_KIND.technical,
          calls: [{ target: f.mainland.registry, name: "setStatus", args: [1, 2, ref("x")] }],
        },
        { kind: DECISION_KIND.admission, calls: [rulebook("2"), own(f, "inviteMember", f.cbuae.address)] },
        { kind: DECISION_KIND.admission, calls: [own(f, "admitCurrency", f.ecny, f.bot.address), resolution("a")] },
      ];
      for (const { kind, calls } of cases) {
        const decision = await decisionOf("a merely ordinary, technical matter", ...calls);
        const id = proposalIdOf(decision);
        await expect(propose(f.council.connect(f.bot), decision))
          .to.emit(f.council, "DecisionClassified")
          .withArgs(id, kind);
        expect(await f.council.kindOf(id)).to.equal(kind);
      }
    });

    it("leave no other function of the council to be decided about", async function () {
      const names = [
        { name: "relay", args: [f.ecny, 0n, "0x"] },
        { name: "join", args: [] },
        { name: "suspendCurrency", args: [f.ecny] },
      ];
      for (const { name, args } of names) {
        const selector = f.council.interface.getFunction(name as "join").selector;
        await expect(propose(f.council.connect(f.bot), await decisionOf(name, own(f, name, ...args))))
          .to.be.revertedWithCustomError(f.council, "CouncilActionUnknown")
          .withArgs(selector);
      }
      const target = await f.council.getAddress();
      await expect(f.council.connect(f.bot).propose([target], [0n], ["0x12"], "no selector"))
        .to.be.revertedWithCustomError(f.council, "CouncilActionUnknown")
        .withArgs("0x12000000");
    });

    it("take no ether along", async function () {
      const { targets, calldatas, description } = await decisionOf("with a wei", resolution("a"));
      await expect(f.council.connect(f.bot).propose(targets, [1n], calldatas, description))
        .to.be.revertedWithCustomError(f.council, "CouncilEtherRefused")
        .withArgs(1n);
      const decision = await deciding.ready([f.bot, f.pboc], "a resolution", resolution("a"));
      await expect(
        f.council.execute(decision.targets, decision.values, decision.calldatas, ref(decision.description), {
          value: 1n,
        }),
      )
        .to.be.revertedWithCustomError(f.council, "CouncilEtherRefused")
        .withArgs(1n);
    });
  });

  describe("thresholds", function () {
    /** Opens the vote; `voters` approve, the others vote against or stay away; says the state when it is over. */
    async function outcome(kind: keyof typeof DECISION_KIND, votersFor: number): Promise<bigint> {
      const call = {
        ordinary: resolution("a"),
        technical: rulebook("2"),
        admission: own(f, "inviteMember", f.cbuae.address),
      }[kind];
      const members = [f.pboc, f.hkma, f.bot];
      const decision = await deciding.open(f.bot, `${kind} by ${votersFor}`, call);
      await deciding.approve(decision, members.slice(0, votersFor));
      const [against, away] = members.slice(votersFor);
      if (against && away) await f.council.connect(against).castVote(proposalIdOf(decision), VOTE.against);
      await deciding.close(decision);
      return deciding.stateOf(decision);
    }

    for (const [kind, required] of [
      ["ordinary", 2],
      ["technical", 2],
      ["admission", 3],
    ] as const) {
      it(`let ${required} of three decide what is ${kind}, and not one fewer`, async function () {
        expect(await outcome(kind, required - 1)).to.equal(PROPOSAL_STATE.defeated);
        expect(await outcome(kind, required)).to.equal(PROPOSAL_STATE.succeeded);
      });
    }

    it("count neither abstention nor absence as being for it", async function () {
      const decision = await deciding.open(f.bot, "an admission", own(f, "inviteMember", f.cbuae.address));
      await deciding.approve(decision, [f.pboc, f.hkma]);
      await f.council.connect(f.bot).castVote(proposalIdOf(decision), VOTE.abstain);
      await deciding.close(decision);
      expect(await deciding.stateOf(decision)).to.equal(PROPOSAL_STATE.defeated);
      expect([...(await f.council.proposalVotes(proposalIdOf(decision)))]).to.deep.equal([0n, 2n, 1n]);
    });

    for (const { members, ordinary, technical } of [
      { members: 2, ordinary: 2n, technical: 2n },
      { members: 3, ordinary: 2n, technical: 2n },
      { members: 4, ordinary: 3n, technical: 3n },
      { members: 5, ordinary: 3n, technical: 4n },
      { members: 6, ordinary: 4n, technical: 4n },
      { members: 7, ordinary: 4n, technical: 5n },
    ]) {
      it(`of ${members} members are ${ordinary}, ${technical} and ${members}`, async function () {
        const founders = [f.bot, f.pboc, f.hkma, f.ann, f.bob, f.cai, f.dan].slice(0, members);
        const council = await ethers.deployContract("CentralBankCouncil", [founders, [], ref("rulebook"), TIMING]);
        const required = async (name: string, ...args: unknown[]) => {
          const decision = await decisionOf(name, own({ council }, name, ...args));
          await propose(council.connect(f.bot), decision);
          return council.requiredVotes(proposalIdOf(decision));
        };
        expect(await required("adoptResolution", ref("a"))).to.equal(ordinary);
        expect(await required("setRulebook", ref("a"))).to.equal(technical);
        expect(await required("inviteMember", f.sama.address)).to.equal(BigInt(members));
        expect(await council.quorum(await time.latest())).to.equal(ordinary);
        expect(await council.memberCountAt(2n ** 60n)).to.equal(BigInt(members));
      });
    }
  });

  describe("setTiming", function () {
    const month = 30n * 86_400n;
    for (const [field, least, most] of [
      ["votingDelay", 0n, month],
      ["votingPeriod", 3_600n, month],
      ["timeLock", 3_600n, month],
    ] as const) {
      it(`keeps ${field} within its bounds`, async function () {
        const council = await ethers.getImpersonatedSigner(await f.council.getAddress());
        await networkHelpers.setBalance(council.address, 10n ** 18n);
        const set = (value: bigint) => f.council.connect(council).setTiming({ ...TIMING, [field]: value });
        for (const value of [least, most]) await expect(set(value)).to.emit(f.council, "TimingSet");
        for (const value of [...(least === 0n ? [] : [least - 1n]), most + 1n]) {
          await expect(set(value))
            .to.be.revertedWithCustomError(f.council, "CouncilTimingInvalid")
            .withArgs(value, least, most);
        }
      });
    }
  });

  describe("by the council alone", function () {
    it("reverts for everybody else", async function () {
      const calls = [
        () => f.council.connect(f.pboc).inviteMember(f.cbuae),
        () => f.council.connect(f.pboc).admitCurrency(f.ecny, f.pboc),
        () => f.council.connect(f.pboc).setRulebook(ref("x")),
        () => f.council.connect(f.pboc).setTiming(TIMING),
        () => f.council.connect(f.pboc).adoptResolution(ref("x")),
      ];
      for (const call of calls) {
        await expect(call()).to.be.revertedWithCustomError(f.council, "GovernorOnlyExecutor").withArgs(f.pboc.address);
      }
      await expect(f.council.connect(f.pboc).relay(f.ecny, 0n, "0x"))
        .to.be.revertedWithCustomError(f.council, "CouncilActionUnknown")
        .withArgs(f.council.interface.getFunction("relay").selector);
    });

    it("owns nothing: ether and tokens are refused", async function () {
      const to = await f.council.getAddress();
      await expect(f.pboc.sendTransaction({ to, value: 1n })).to.revert(ethers);
      const { pboc, council } = f;
      for (const received of [
        council.connect(pboc).onERC721Received(pboc, pboc, 1n, "0x"),
        council.connect(pboc).onERC1155Received(pboc, pboc, 1n, 1n, "0x"),
        council.connect(pboc).onERC1155BatchReceived(pboc, pboc, [1n], [1n], "0x"),
      ]) {
        await expect(received).to.be.revertedWithCustomError(council, "GovernorDisabledDeposit");
      }
    });
  });
});
