import { expect } from "chai";
import { network } from "hardhat";
import { readInput, type QrInput } from "../../scripts/scenarios/qr-gateway/input.js";
import { runQrGateway } from "../../scripts/scenarios/qr-gateway/run.js";

const INPUT = "scripts/scenarios/inputs/qr-gateway.json";

async function failures(input: QrInput) {
  const { checks, text } = await runQrGateway(await network.create({ chainType: "l1" }), input);
  const { checks: all } = checks.report();
  return { failed: all.filter(({ ok }) => !ok), names: all.map(({ name }) => name), text };
}

describe("scenario qr-gateway", function () {
  this.timeout(300_000);

  it("routes payments one by one and settles 20,000 in a batch", async function () {
    const { failed, names, text } = await failures(await readInput(INPUT));
    expect(failed).to.deep.equal([]);
    expect(names).to.include.members([
      "inbound: statistics are the sum of the log",
      "an inclusion with another amount",
      "a window that leaves it out",
      "window 3: a payment costs less than 1500 gas",
      "the sample, extrapolated, is within 3 % of the published amount",
    ]);
    expect(text).to.include("Extrapolation of a sample, not a measurement");
  });

  it("finds a published amount that the sample does not come to", async function () {
    const input = await readInput(INPUT);
    const published = { ...input.published, amount: "500000000.00" };
    const { failed } = await failures({ ...input, published, windows: [10, 200, 400] });
    expect(failed.map(({ name }) => name)).to.include(
      "the sample, extrapolated, is within 3 % of the published amount",
    );
    expect(failed.map(({ name }) => name)).to.include("published mean");
  });
});
