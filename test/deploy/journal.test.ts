import { appendFile, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { deploySuite } from "../../sdk/deploy/deploy.js";
import { journalFile, repairJournal } from "../../sdk/deploy/journal.js";
import type { Plan } from "../../sdk/deploy/parameters.js";
import { UserError } from "../../sdk/errors.js";
import { rejection } from "../sdk/rejection.js";
import { changedPlan, journalLines, openChain, scratch, smallPlan, writeJournal, type Chain } from "./support.js";

describe("journal of a deployment", function () {
  let chain: Chain;
  let plan: Plan;
  let folder: string;
  let lines: string[];
  let point: string;

  const run = (on: Chain = chain, of: Plan = plan) =>
    deploySuite({ provider: on.provider, plan: of, network: "test", journal: folder, pollingInterval: 1 });

  before(async function () {
    chain = await openChain();
    plan = await smallPlan();
    folder = await scratch();
    await run();
    lines = await journalLines(folder);
  });

  beforeEach(async function () {
    await writeJournal(folder, lines);
    point = (await chain.provider.request({ method: "evm_snapshot" })) as string;
  });

  afterEach(async function () {
    await chain.provider.request({ method: "evm_revert", params: [point] });
  });

  after(async function () {
    await rm(folder, { recursive: true });
  });

  context("given a torn last line", function () {
    it("cuts it off, keeps a copy, says so, and changes nothing else", async function () {
      const last = lines.at(-1) ?? "";
      await appendFile(journalFile(folder), `\n${last.slice(0, last.length / 2)}`);
      const torn = await readFile(journalFile(folder), "utf8");

      const { notes, sent } = await run();
      expect(notes).to.have.length(1);
      expect(notes[0]).to.match(/last line .* torn by an interrupted write and was cut off/);
      expect(sent).to.equal(0);
      expect(await journalLines(folder)).to.deep.equal(lines);
      expect(await readFile(`${journalFile(folder)}.bak`, "utf8")).to.equal(torn);
    });

    it("finishes the step whose completion was torn", async function () {
      const last = lines.at(-1) ?? "";
      await writeJournal(folder, [...lines.slice(0, -1), last.slice(0, 9)]);
      const { sent } = await run();
      expect(sent).to.equal(0);
      expect(await journalLines(folder)).to.deep.equal(lines);
    });

    it("takes over the transaction whose hash was torn, so that nothing is sent twice", async function () {
      const at = lines.findLastIndex((line) => line.includes('"TRANSACTION_SEND"'));
      await writeJournal(folder, [...lines.slice(0, at), (lines[at] ?? "").slice(0, 40)]);
      const { notes, sent } = await run();
      expect(notes).to.have.length(2);
      expect(notes[1]).to.match(/^Transaction 0x[0-9a-f]{64} of step \S+#handOver .* taken over/);
      expect(sent).to.equal(0);
    });
  });

  context("given a damaged line in the middle", function () {
    it("names file and line in one sentence and sends nothing", async function () {
      const damaged = [...lines];
      damaged[3] = "{";
      await writeJournal(folder, damaged);
      const error = await rejection(run());
      expect(error).to.be.instanceOf(UserError);
      // the file begins with an empty line
      expect(error.message)
        .to.include(`${journalFile(folder)}, line 5: damaged`)
        .and.not.include("\n");
    });
  });

  context("given a chain that was reset", function () {
    it("says so in one sentence when a contract is missing", async function () {
      const error = await rejection(run(await openChain()));
      expect(error).to.be.instanceOf(UserError);
      expect(error.message)
        .to.match(/SettlementEngine is at 0x.* chain was reset/)
        .and.not.include("\n");
    });

    it("says so when the contracts are there and the transactions are not", async function () {
      const other = await openChain();
      const { ethers, networkHelpers } = other;
      for (const [, address] of Object.entries(
        JSON.parse(await readFile(join(folder, "deployed_addresses.json"), "utf8")) as Record<string, string>,
      )) {
        await networkHelpers.setCode(address, await chain.ethers.provider.getCode(address));
      }
      expect(await ethers.provider.getBlockNumber()).to.equal(0);
      const error = await rejection(run(other));
      expect(error.message).to.match(/transaction 0x\S+ was mined, .* chain was reset/);
    });
  });

  context("given parameters that changed since", function () {
    it("says which step no longer fits and sends nothing", async function () {
      const other = await changedPlan(({ jurisdictions }) => {
        jurisdictions.mainland.institutions = { TICBCNT0: 23 };
        jurisdictions.hongkong.institutions = { THSBHKT0: 43 };
      });
      const before = await chain.ethers.provider.getBlockNumber();
      const error = await rejection(run(chain, other));
      expect(error).to.be.instanceOf(UserError);
      expect(error.message).to.include("MainlandRegistry#");
      expect(await chain.ethers.provider.getBlockNumber()).to.equal(before);
    });
  });

  context("given a torn list of addresses", function () {
    it("writes it again from the journal", async function () {
      const file = join(folder, "deployed_addresses.json");
      const whole = JSON.parse(await readFile(file, "utf8")) as Record<string, string>;
      await writeFile(file, '{"Settle');
      const notes = await repairJournal(folder);
      expect(notes).to.have.length(1);
      expect(JSON.parse(await readFile(file, "utf8"))).to.deep.equal(whole);
    });
  });

  context("given no journal", function () {
    it("has nothing to repair", async function () {
      expect(await repairJournal(join(folder, "nowhere"))).to.deep.equal([]);
    });
  });
});
