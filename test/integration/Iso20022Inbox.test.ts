import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { network } from "hardhat";
import { readInput, type InboxInput } from "../../scripts/scenarios/iso20022-inbox/input.js";
import { runInbox } from "../../scripts/scenarios/iso20022-inbox/run.js";
import { UserError } from "../../sdk/errors.js";
import { parseMessage } from "../../sdk/iso20022.js";
import { rejection } from "../sdk/rejection.js";

const INPUT = "scripts/scenarios/inputs/iso20022-inbox.json";

/** A folder of its own that is gone afterwards. */
async function inFolder<T>(act: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "iso20022-inbox-"));
  try {
    return await act(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function run(input: InboxInput, out: string) {
  const { checks } = await runInbox(await network.create({ chainType: "l1" }), input, out);
  return checks.report();
}

describe("scenario iso20022-inbox", function () {
  this.timeout(180_000);

  it("carries out what is in order, sends nothing of the rest, and answers every file in XML", async function () {
    await inFolder(async (out) => {
      const input = await readInput(INPUT);
      const report = await run(input, out);
      expect(report.checks.filter(({ ok }) => !ok)).to.deep.equal([]);
      expect(report.ok).to.equal(true);
      const answers = await readdir(out);
      for (const file of await readdir(input.folder)) {
        const stem = file.replace(/\.xml$/, "");
        const answer = answers.find((name) => name.startsWith(`${stem}.`));
        const { type } = parseMessage(await readFile(join(out, answer ?? ""), "utf8"));
        expect(type, file).to.equal(file.includes("sese023") ? "sese.025" : "pacs.002");
      }
      const refused = (await readFile(join(out, "06-pacs008-limit.pacs.002.xml"), "utf8")).replace(
        /<\/AddtlInf>\s*<AddtlInf>/g,
        " ",
      );
      expect(refused).to.match(
        /<GrpSts>PART<[^]*<Cd>AM02<[^]*WalletSingleLimitExceeded[^]*amount 200001, limit 200000/,
      );
    });
  });

  it("finds a status that is not the expected one", async function () {
    await inFolder(async (out) => {
      const input = await readInput(INPUT);
      const file = "06-pacs008-limit.xml";
      const expected = { ...input.expected, [file]: { status: "ACSC" as const, codes: [] } };
      const report = await run({ ...input, expected }, out);
      const failed = report.checks.filter(({ ok }) => !ok).map(({ name }) => name);
      expect(failed).to.deep.equal([`${file}: status`, `${file}: reason codes`]);
    });
  });

  it("answers a settlement that the chain refuses, one without its other side, and a return of nothing", async function () {
    await inFolder(async (out) => {
      const input = await readInput(INPUT);
      const folder = join(out, "messages");
      const from = (name: string) => join(input.folder, name);
      await mkdir(folder);
      const [receipt, delivery, back] = await Promise.all(
        ["05-sese023-receive.xml", "04-sese023-deliver.xml", "08-pacs004-return.xml"].map((name) =>
          readFile(from(name), "utf8"),
        ),
      );
      const poor = (text = "") => text.replace("1000000.00", "1500000.01");
      await writeFile(join(folder, "1.xml"), poor(delivery));
      await writeFile(join(folder, "2.xml"), poor(receipt));
      const other = { id: "TEST-DELI-0002", common: "TEST-COMMON-0002" };
      await writeFile(
        join(folder, "3.xml"),
        (delivery ?? "").replace("TEST-DELI-0001", other.id).replace("TEST-COMMON-0001", other.common),
      );
      await writeFile(join(folder, "4.xml"), back ?? "");
      const opening = input.accounts.map((account) => ({ ...account, closing: account.opening }));
      const report = await run(
        {
          ...input,
          folder,
          accounts: opening,
          institutions: [],
          security: { ...input.security, holdings: { HKTESTISSUER01: 100 } },
          expected: {
            "1.xml": { status: "RJCT", codes: ["AM04"] },
            "2.xml": { status: "RJCT", codes: ["AM04"] },
            "3.xml": { status: "unmatched", codes: [] },
            "4.xml": { status: "RJCT", codes: ["FF01"] },
          },
        },
        join(out, "answers"),
      );
      expect(report.checks.filter(({ ok }) => !ok)).to.deep.equal([]);
    });
  });

  describe("input", function () {
    const wrong: readonly (readonly [string, (input: InboxInput) => object, RegExp])[] = [
      [
        "an account twice",
        ({ accounts }) => ({ accounts: [...accounts, ...accounts.slice(0, 1)] }),
        /6228TESTPAYER0001 is named twice/,
      ],
      [
        "a holder without safekeeping account",
        ({ security }) => ({ security: { ...security, issuer: "6228TESTPAYER0001" } }),
        /6228TESTPAYER0001 holds the security/,
      ],
      ["an unknown key", () => ({ sponsor: "x" }), /sponsor/],
    ];
    for (const [what, change, sentence] of wrong) {
      it(`refuses ${what} in one sentence`, async function () {
        await inFolder(async (folder) => {
          const input = await readInput(INPUT);
          const path = join(folder, "input.json");
          await writeFile(path, JSON.stringify({ ...input, ...change(input) }));
          const error = await rejection(readInput(path));
          expect(error).to.be.instanceOf(UserError);
          expect(error.message).to.match(sentence);
        });
      });
    }

    it("refuses a folder that is not there, and one without messages", async function () {
      await inFolder(async (folder) => {
        const input = await readInput(INPUT);
        const [none, empty] = await Promise.all(
          [join(folder, "none"), folder].map((each) => rejection(run({ ...input, folder: each }, join(folder, "out")))),
        );
        expect(none?.message).to.match(/cannot be read/);
        expect(empty?.message).to.match(/has no XML files/);
      });
    });
  });
});
