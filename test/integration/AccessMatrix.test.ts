import { expect } from "chai";
import { readDeployables, Prober, writeReport, type Deployable } from "../support/access/matrix.js";
import { ALLOWED, NO_REASON, callersOf, describeRow, expectedOf, functionOf, type Row } from "../support/access/row.js";
import { openChain, openStage, type Scene } from "../support/access/stage.js";
import { SUBJECTS, type Subject } from "../support/access/subjects.js";

const chain = await openChain();
const deployables = await readDeployables();
const prober = new Prober(chain, deployables);

/** Refused for everybody, whatever was prepared. */
const NEVER = ["initialize", "consumeScheduledOp", "relay"];
/**
 * The same in one contract: the shared ledger has no customers; nobody closes a gate in a call of its own; and some
 * functions are for another contract of the suite alone, or for the contract itself, which so can undo what is refused.
 */
const NEVER_IN: Readonly<Record<string, readonly string[]>> = {
  BridgeCurrency: ["openWallet", "reclassifyWallet", "closeWallet"],
  BridgeGate: ["close"],
  BondAuction: ["deliver"],
  TradeMatching: ["attempt"],
  ReceivableRegistry: ["pledge", "release", "reduce", "forfeit"],
  Materials: ["useBatches"],
};
/** Functions that take ether along, by name or by contract and name, and what they are refused with when there is some. */
const PAYABLE: Readonly<Record<string, string>> = {
  upgradeToAndCall: "ERC1967NonPayable",
  "AccessManager.execute": "FailedCall",
  "CentralBankCouncil.execute": "CouncilEtherRefused",
  "CentralBankCouncil.relay": "CouncilActionUnknown",
  sendMessage: "MessageValueRefused",
  receiveMessage: "MessageValueRefused",
};
const UNKNOWN_SELECTOR = "0xffffffff";
/** Enough for the arguments of any function. */
const ZEROS = "00".repeat(32 * 16);

async function deployStage() {
  return openStage(chain);
}

/** Rows that have run to their end, as `subject.label`. */
const done = new Set<string>();
/** Calls of rows that have been tried. */
let cells = 0;

function contractOf(name: string): Deployable {
  const found = deployables.find((deployable) => deployable.name === name);
  if (found === undefined) throw new RangeError(`there is no contract ${name}`);
  return found;
}

function isComplete({ title, rows }: Subject, name: string): boolean {
  const labels = Object.keys(rows).filter((label) => functionOf(label) === name);
  return labels.length !== 0 && labels.every((label) => done.has(`${title}.${label}`));
}

/** Every function of every contract, as `contract.function`, that is not in a row or whose rows did not all run. */
function missingFunctions(): string[] {
  return deployables.flatMap(({ name, functions }) => {
    const subjects = SUBJECTS.filter(({ contracts }) => contracts.includes(name));
    return [...functions.keys()]
      .filter((label) => subjects.length === 0 || !subjects.every((subject) => isComplete(subject, label)))
      .map((label) => `${name}.${label}`);
  });
}

describe("access", function () {
  this.timeout(120_000);
  let stage: Awaited<ReturnType<typeof deployStage>>;

  beforeEach(async function () {
    stage = await chain.networkHelpers.loadFixture(deployStage);
  });

  after(async function () {
    const functions = deployables.reduce((sum, { functions }) => sum + functions.size, 0);
    await writeReport({ cells, functions, missing: missingFunctions() });
  });

  describe("table", function () {
    for (const { name, functions } of deployables) {
      it(`has the functions of ${name}, each of them and no other`, function () {
        const subjects = SUBJECTS.filter(({ contracts }) => contracts.includes(name));
        expect(subjects, `no subject stands for ${name}`).not.to.be.empty;
        for (const { rows } of subjects) {
          const named = new Set(Object.keys(rows).map(functionOf));
          expect({
            functionsWithoutRow: [...functions.keys()].filter((label) => !named.has(label)),
            rowsWithoutFunction: [...named].filter((label) => !functions.has(label)),
          }).to.deep.equal({ functionsWithoutRow: [], rowsWithoutFunction: [] });
        }
      });
    }

    it("has a call for each row, and for each function somebody who may call it", function () {
      const faults: string[] = [];
      for (const { title, rows, calls, contracts, contract } of SUBJECTS) {
        expect(Object.keys(calls), title).to.have.members(Object.keys(rows));
        if (contracts.length === 0) continue;
        const reached = Object.entries(rows).filter(([, { may }]) => may.length !== 0);
        const names = new Set(reached.map(([label]) => functionOf(label)));
        const never = new Set([...NEVER, ...(NEVER_IN[contract] ?? [])]);
        const unreached = Object.keys(rows).map(functionOf);
        faults.push(
          ...unreached.filter((name) => !names.has(name) && !never.has(name)).map((name) => `${title}: ${name}`),
        );
      }
      expect(faults, "nobody may").to.deep.equal([]);
    });
  });

  for (const subject of SUBJECTS) {
    describe(subject.title, function () {
      for (const [label, row] of Object.entries(subject.rows)) {
        it(describeRow(label, row), async function () {
          await tryRow(subject, label, row, stage[subject.side]);
        });
      }

      // a currency asks its office first, which names what it does not know
      const unknown = contractOf(subject.contract).forwards ? "FailedCall" : NO_REASON;

      it("takes no ether without a function, and knows no function by another selector", async function () {
        const scene = stage[subject.side];
        const [from, to] = [scene.who.stranger.address, await subject.at(scene)];
        for (const data of ["0x", UNKNOWN_SELECTOR]) {
          expect(await prober.outcome({ from, to, data, value: 1n }), `1 wei and ${data}`).to.equal(NO_REASON);
        }
        expect(await prober.outcome({ from, to, data: "0x" }), "no data").to.equal(unknown);
        const { undeclared } = contractOf(subject.contract);
        expect(undeclared).not.to.be.empty;
        const known = [];
        for (const selector of undeclared) {
          const outcome = await prober.outcome({ from: scene.who.admin.address, to, data: selector + ZEROS });
          if (outcome !== unknown) known.push(`${selector}: ${outcome}`);
        }
        expect(known).to.deep.equal([]);
      });
    });
  }

  /** Every caller makes the prepared call and gets what the row says; with a wei along it is refused. */
  async function tryRow(subject: Subject, label: string, row: Row, scene: Scene): Promise<void> {
    const { title, contract, calls } = subject;
    const name = functionOf(label);
    const fragment = contractOf(contract).functions.get(name);
    const prepare = calls[label];
    if (fragment === undefined || prepare === undefined) throw new RangeError(`${contract} has no call ${label}`);
    const { to = await subject.at(scene), args } = await prepare(scene);
    const attemptOf = async (caller: keyof Scene["who"]) => {
      const signer = scene.who[caller];
      const values = typeof args === "function" ? await args(signer) : args;
      return {
        from: signer.address,
        to,
        data: contractOf(contract).interface.encodeFunctionData(fragment, [...values]),
      };
    };

    const callers = callersOf(row);
    const outcomes: [string, string][] = [];
    for (const caller of callers) outcomes.push([caller, await prober.outcome(await attemptOf(caller), fragment)]);
    expect(Object.fromEntries(outcomes)).to.deep.equal(
      Object.fromEntries(callers.map((caller) => [caller, expectedOf(row, caller)])),
    );

    const [first = "admin"] = row.may;
    const attempt = await attemptOf(first);
    await chain.networkHelpers.setBalance(attempt.from, 10n ** 18n);
    const refusal = await prober.outcome({ ...attempt, value: 1n });
    expect(refusal, `${first} with 1 wei`).to.equal(etherRefusal(contract, name, expectedOf(row, first)));

    cells += callers.length + 1;
    done.add(`${title}.${label}`);
  }

  /** A function that is not payable says nothing; a payable one says first who may not call it at all. */
  function etherRefusal(contract: string, name: string, expected: string): string {
    const payable = PAYABLE[`${contract}.${name}`] ?? PAYABLE[name];
    if (payable === undefined) return NO_REASON;
    return expected === ALLOWED ? payable : expected;
  }
});
