import { expect } from "chai";
import { rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { id } from "ethers";
import { artifacts } from "hardhat";
import type { EIP1193Provider } from "@nomicfoundation/ignition-core";
import { deploySuite } from "../../sdk/deploy/deploy.js";
import type { Plan } from "../../sdk/deploy/parameters.js";
import { differences, inspect } from "../../sdk/deploy/status.js";
import type { AddressBook } from "../../sdk/deployment.js";
import { rejection } from "../sdk/rejection.js";
import { journalLines, openChain, scratch, smallPlan, writeJournal, type Chain } from "./support.js";

/** A journal as it was at some moment, with how many transactions the chain had then. */
interface Cut {
  readonly lines: number;
  readonly transactions: number;
  readonly moment: string;
  /** What the last line says, and whether a transaction is open. */
  readonly kind: string;
  /** The last line announces a transaction that was sent and not written down. */
  readonly isOpen: boolean;
}

/** What of a transaction decides what it does. */
interface Sent {
  readonly from: string;
  readonly to: string | undefined;
  readonly data: string;
  readonly nonce: string;
}

/** A transaction as it was sent, fees included, so that sending it again gives the same hash. */
type Request = Readonly<Record<string, string>>;

const KILLED = "killed by the test";
/** Of the moments, one in so many: in time every kind of line comes up. `npm run test:release` takes each. */
const ONE_IN = Number(process.env["RESUME_ONE_IN"] ?? 5);

describe("deploySuite, killed and run again", function () {
  // Every moment of a run is a journal cut after some line, and a chain with the transactions sent until then. The run
  // is made once and its transactions are recorded; then the chain is wound back, and the run resumed from each moment.
  let chain: Chain;
  let plan: Plan;
  let folder: string;
  let lines: string[];
  let whole: string;
  let genesis: string;
  let recorded: Request[];

  before(async function () {
    chain = await openChain();
    plan = await smallPlan();
    folder = await scratch();
    recorded = [];
    genesis = await snapshot(chain);
    const provider = recording(chain, recorded);
    const { book } = await deploySuite({ provider, plan, network: "test", journal: folder, pollingInterval: 1 });
    lines = await journalLines(folder);
    whole = await stateHash(chain, book, plan);
  });

  after(async function () {
    await rm(folder, { recursive: true });
  });

  it(`goes on with the same transactions from moments of the journal (one in ${ONE_IN}), and ends in the same state`, async function () {
    this.timeout(600_000);
    const every = cutsOf(lines);
    expect(every.filter(({ isOpen }) => isOpen)).to.have.length(recorded.length);
    const cuts = every.filter((_, index) => index % ONE_IN === 0);
    expect(new Set(cuts.map(({ kind }) => kind)), "kinds of moments").to.deep.equal(
      new Set(every.map(({ kind }) => kind)),
    );
    const snapshots = await replay(chain, genesis, recorded);
    // backwards: to go back to a snapshot ends the later ones
    for (const cut of [...cuts].sort((a, b) => b.transactions - a.transactions)) {
      const point = snapshots[cut.transactions];
      if (point === undefined) throw new RangeError(`no snapshot after ${cut.transactions} transactions`);
      await revert(chain, point);
      snapshots[cut.transactions] = await snapshot(chain);
      const journal = await scratch();
      // Ignition would write the same there again; megabytes, two hundred times
      for (const part of ["artifacts", "build-info"]) await symlink(join(folder, part), join(journal, part));
      await writeJournal(journal, lines.slice(0, cut.lines));

      const requests: Request[] = [];
      const due = recorded.slice(cut.transactions).map(essence);
      // where the outcome of a transaction was open the run goes to its end; elsewhere what it sends next tells enough
      const provider = cut.isOpen ? recording(chain, requests) : killedAfter(chain, requests, 2);
      const run = deploySuite({ provider, plan, network: "test", journal, pollingInterval: 1 });
      if (cut.isOpen || due.length <= 2) {
        const { book } = await run;
        expect(requests.map(essence), cut.moment).to.deep.equal(due);
        expect(await stateHash(chain, book, plan), cut.moment).to.equal(whole);
      } else {
        const error = await rejection(run);
        expect(error.message, cut.moment).to.include(KILLED);
        expect(requests.map(essence), cut.moment).to.deep.equal(due.slice(0, 2));
      }
      await rm(journal, { recursive: true });
    }
  });

  context("given a complete journal", function () {
    it("sends nothing", async function () {
      const fresh = await openChain();
      const journal = await scratch();
      const options = { provider: fresh.provider, plan, network: "test", journal, pollingInterval: 1 };
      const first = await deploySuite(options);
      const second = await deploySuite(options);
      expect(first.sent).to.equal(recorded.length);
      expect(second.sent).to.equal(0);
      expect(second.book).to.deep.equal(first.book);
      await rm(journal, { recursive: true });
    });
  });
});

/**
 * After each line; and, where a transaction was announced, also after it was sent and not written down. Of a row of
 * encoded calls, which do nothing, after the first and the last.
 */
function cutsOf(lines: readonly string[]): Cut[] {
  const cuts: Cut[] = [];
  let transactions = 0;
  for (const [index, line] of lines.entries()) {
    const { type } = JSON.parse(line) as { type: string };
    if (type === "TRANSACTION_SEND") transactions += 1;
    const isInRow = [index - 1, index, index + 1].every((at) => lines[at]?.includes('"ENCODE_FUNCTION_CALL_'));
    if (isInRow) continue;
    const moment = `after line ${index + 1}, ${type}`;
    cuts.push({ lines: index + 1, transactions, moment, kind: type, isOpen: false });
    if (type === "TRANSACTION_PREPARE_SEND") {
      cuts.push({
        lines: index + 1,
        transactions: transactions + 1,
        moment: `${moment}, with the transaction sent`,
        kind: `${type}, sent`,
        isOpen: true,
      });
    }
  }
  return cuts;
}

/** The chain's own state after each number of transactions, from none to all. */
async function replay(chain: Chain, genesis: string, recorded: readonly Request[]): Promise<string[]> {
  await revert(chain, genesis);
  const snapshots = [await snapshot(chain)];
  for (const transaction of recorded) {
    await chain.provider.request({ method: "eth_sendTransaction", params: [transaction] });
    snapshots.push(await snapshot(chain));
  }
  return snapshots;
}

/** A provider that writes down what is sent. */
function recording({ provider }: Chain, sent: Request[]): EIP1193Provider {
  return {
    request: (args) => {
      if (args.method === "eth_sendTransaction") sent.push(...(args.params as Request[]));
      return provider.request(args);
    },
  };
}

/** {@link recording} that fails at the transaction after `count`. */
function killedAfter(chain: Chain, sent: Request[], count: number): EIP1193Provider {
  const recorder = recording(chain, sent);
  return {
    request: (args) =>
      args.method === "eth_sendTransaction" && sent.length === count
        ? Promise.reject(new Error(KILLED))
        : recorder.request(args),
  };
}

function essence({ from, to, data, nonce }: Request): Sent {
  return { from: from ?? "", to, data: data ?? "", nonce: nonce ?? "" };
}

async function snapshot({ provider }: Chain): Promise<string> {
  return (await provider.request({ method: "evm_snapshot" })) as string;
}

async function revert({ provider }: Chain, point: string): Promise<void> {
  expect(await provider.request({ method: "evm_revert", params: [point] })).to.equal(true);
}

/** Hash of every address and of everything the status sees. */
async function stateHash({ ethers }: Chain, book: AddressBook, plan: Plan): Promise<string> {
  const checks = await inspect(ethers.provider, book, plan, (name) => artifacts.readArtifact(name));
  expect(differences(checks)).to.deep.equal([]);
  return id(JSON.stringify([{ ...book, firstBlock: 0 }, checks]));
}
