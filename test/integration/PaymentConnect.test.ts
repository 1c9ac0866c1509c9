import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { network } from "hardhat";
import { readInput } from "../../scripts/scenarios/payment-connect/input.js";
import { runPaymentConnect } from "../../scripts/scenarios/payment-connect/run.js";
import { UserError } from "../../sdk/errors.js";
import { parseMessage } from "../../sdk/iso20022.js";
import { rejection } from "../sdk/rejection.js";

const INPUT = "scripts/scenarios/inputs/payment-connect.json";

describe("scenario payment-connect", function () {
  this.timeout(240_000);
  let folder: string;

  beforeEach(async function () {
    folder = await mkdtemp(join(tmpdir(), "payment-connect-"));
  });

  afterEach(async function () {
    await rm(folder, { recursive: true });
  });

  it("tells the first afternoon, and its events add up to what the link counts", async function () {
    const input = await readInput(INPUT);
    const { checks, text } = await runPaymentConnect(await network.create({ chainType: "l1" }), input, folder);
    const { ok, checks: all } = checks.report();
    expect(all.filter((check) => !check.ok)).to.deep.equal([]);
    expect(ok).to.equal(true);
    expect(all.map(({ name }) => name)).to.include.members([
      "northbound: count, scaled up, is the published one",
      "southbound: sum, scaled up, is count times average",
      "late: the quota stays used",
      "returned: the quota is given back",
      "one fen past the day's quota",
      "northbound: statistics are the fold of the events",
      "the link owns no e-HKD",
      "03-northbound-quota.xml: reason codes",
    ]);
    expect(text).to.contain("gas a payment");
    for (const file of Object.keys(input.expected)) {
      const answer = await readFile(join(folder, file.replace(".xml", ".pacs.002.xml")), "utf8");
      expect(parseMessage(answer).type).to.equal("pacs.002");
    }
  });

  it("finds a status that is not the expected one", async function () {
    const input = await readInput(INPUT);
    const messages = join(folder, "messages");
    await mkdir(messages);
    const file = "04-unknown-account.xml";
    await writeFile(join(messages, file), await readFile(join(input.messages, file), "utf8"));
    const small = { ...input, scale: 100, messages, published: published("100"), expected: { [file]: settled } };
    const { checks } = await runPaymentConnect(await network.create({ chainType: "l1" }), small, join(folder, "out"));
    const failed = checks.report().checks.filter((check) => !check.ok);
    expect(failed.map(({ name }) => name)).to.deep.equal([`${file}: status`, `${file}: reason codes`]);
  });

  describe("input", function () {
    const wrong: readonly (readonly [string, object, RegExp])[] = [
      ["a count that is no multiple", { scale: 7 }, /6900 payments northbound are no multiple of the scale 7/],
      ["a day that ends before it begins", { hours: { from: 18, to: 12 } }, /ends before it begins/],
      [
        "a bank that takes no part",
        { participants: { mainland: ["TICBCNT0"], hongkong: ["THSBHKT0"] } },
        /takes no part/,
      ],
      ["an unknown key", { sponsor: "x" }, /sponsor/],
    ];
    for (const [what, change, sentence] of wrong) {
      it(`refuses ${what} in one sentence`, async function () {
        const path = join(folder, "input.json");
        await writeFile(path, JSON.stringify({ ...(await readInput(INPUT)), ...change }));
        const error = await rejection(readInput(path));
        expect(error).to.be.instanceOf(UserError);
        expect(error.message).to.match(sentence);
      });
    }

    it("refuses an account twice, and a side without people", async function () {
      const input = await readInput(INPUT);
      const path = join(folder, "input.json");
      const [first] = input.people;
      await writeFile(path, JSON.stringify({ ...input, people: [...input.people, first] }));
      expect((await rejection(readInput(path))).message).to.match(/HKTESTFPS01 is named twice/);
      const people = input.people.filter(({ side }) => side === "hongkong");
      await writeFile(path, JSON.stringify({ ...input, people }));
      expect((await rejection(readInput(path))).message).to.match(/nobody lives on the side mainland/);
    });

    it("refuses a folder of messages that is not there", async function () {
      const input = await readInput(INPUT);
      const gone = { ...input, published: published("100"), messages: join(folder, "none") };
      const error = await rejection(
        runPaymentConnect(await network.create({ chainType: "l1" }), gone, join(folder, "out")),
      );
      expect(error.message).to.match(/cannot be read/);
    });
  });
});

const settled = { status: "ACSC" as const, codes: [] };

/** One payment an hour each way. */
function published(average: string) {
  return { northbound: { count: 600, average }, southbound: { count: 600, average } };
}
