import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { readInput } from "../../scripts/scenarios/industry-chain/input.js";
import { runIndustryChain } from "../../scripts/scenarios/industry-chain/run.js";
import { UserError } from "../../sdk/errors.js";

const INPUT = "scripts/scenarios/inputs/industry-chain.json";

describe("scenario industry-chain", function () {
  this.timeout(180_000);

  it("ends every order alike on both chains, whatever goes wrong", async function () {
    const { checks } = await runIndustryChain(await readInput(INPUT));
    const { ok, checks: all } = checks.report();
    expect(all.filter((check) => !check.ok)).to.deep.equal([]);
    expect(ok).to.equal(true);
    expect(all.map(({ name }) => name)).to.include.members([
      "O2: nobody else asks during the inspection",
      "O3: a late delivery is refused",
      "O4: undecided while halted",
      "O5: ended refused",
      "O8: the buyer cannot hold the price",
      "O9: ended timed out",
      "O10: the answer is said again",
    ]);
    const paid = all.find(({ name }) => name.startsWith("payments that"))?.actual;
    expect(paid).to.have.lengthOf(4);
  });

  for (const { title, change, message } of [
    {
      title: "a buyer whom nobody knows",
      change: { buyer: "nobody" },
      message: "O1: nobody is no party; add it to parties",
    },
    {
      title: "a company that buys from itself",
      change: { seller: "Anhui Solar" },
      message: "O1: Anhui Solar buys from itself; name another seller",
    },
    {
      title: "an outcome that its incident cannot have",
      change: { incident: "no money" },
      message: 'O1: with the incident "no money" an order ends refused, not paid',
    },
    {
      title: "a price that does not fit the incident",
      change: { amount: "500000.01" },
      message: 'its price and the limit of 500000.00 do not fit the incident "none"',
    },
    {
      title: "a purpose that does not fit the incident",
      change: { purpose: "LOAN" },
      message: 'O1: the purpose LOAN does not fit the incident "none"',
    },
    { title: "two orders of one name", change: { name: "O2" }, message: "two orders have the same name" },
  ] as const) {
    it(`refuses ${title}`, async function () {
      const input = await readInput(INPUT);
      const [order, ...others] = input.orders;
      const folder = await mkdtemp(join(tmpdir(), "industry-chain-"));
      const file = join(folder, "input.json");
      await writeFile(file, JSON.stringify({ ...input, orders: [{ ...order, ...change }, ...others] }));
      const error = await readInput(file).catch((thrown: unknown) => thrown);
      await rm(folder, { recursive: true });
      expect(error).to.be.instanceOf(UserError);
      expect((error as Error).message).to.include(message);
    });
  }
});
