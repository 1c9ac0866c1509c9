import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { readInput } from "../../scripts/scenarios/bilateral-purchase/input.js";
import { runBilateralPurchase } from "../../scripts/scenarios/bilateral-purchase/run.js";
import { UserError } from "../../sdk/errors.js";

const INPUT = "scripts/scenarios/inputs/bilateral-purchase.json";

describe("scenario bilateral-purchase", function () {
  this.timeout(180_000);

  it("pays both ways, gives back what goes wrong, and settles net", async function () {
    const { checks } = await runBilateralPurchase(await readInput(INPUT));
    const { ok, checks: all } = checks.report();
    expect(all.filter((check) => !check.ok)).to.deep.equal([]);
    expect(ok).to.equal(true);
    const found = (name: string) => all.find((check) => check.name === name)?.actual;
    // 45,000 and 6,000,000 kip at 0.000331, each rounded up to the fen; 1,200 yuan back
    expect(found("Laos: net paid by the mainland's agent")).to.equal(String(14_90n + 1_986_00n - 1_200_00n));
    // 25,000.01 dollars at 0.915 rounded up, less 30,000 yuan: the partner owes
    expect(found("Hong Kong: net paid by the mainland's agent")).to.equal(String(22_875_01n - 30_000_00n));
    expect(all.map(({ name }) => name)).to.include.members([
      "Laos, QR 2: nothing to carry",
      "Laos, QR 3: not armed while suspended",
      "Hong Kong, invoice 2: not armed without a verdict",
      "Hong Kong, invoice 3: not committed while suspended",
      "Laos: collected, as reported to the partner",
    ]);
  });

  for (const { title, change, message } of [
    {
      title: "a payee whom nobody knows",
      change: { payee: "nobody" },
      message: "nobody is no party of the partner; add it to parties.partner",
    },
    {
      title: "an outcome that its incident cannot have",
      change: { incident: "partner silent" },
      message: 'with the incident "partner silent" a payment ends called off',
    },
  ] as const) {
    it(`refuses ${title}`, async function () {
      const input = await readInput(INPUT);
      const [first] = input.corridors;
      if (first === undefined) throw new RangeError("the input has a corridor");
      const [payment, ...others] = first.payments;
      const corridors = [{ ...first, payments: [{ ...payment, ...change }, ...others] }];
      const folder = await mkdtemp(join(tmpdir(), "bilateral-purchase-"));
      const file = join(folder, "input.json");
      await writeFile(file, JSON.stringify({ ...input, corridors }));
      const error = await readInput(file).catch((thrown: unknown) => thrown);
      await rm(folder, { recursive: true });
      expect(error).to.be.instanceOf(UserError);
      expect((error as Error).message).to.include(message);
    });
  }
});
