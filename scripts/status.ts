// Compares a deployment with its parameters; reads only. Exit code 1 when anything differs.
//   npx hardhat run scripts/status.ts --network localhost
import { artifacts, network } from "hardhat";
import { readAddressBook } from "../sdk/deployment.js";
import { deploymentFiles, requireNode } from "../sdk/deploy/networks.js";
import { loadPlan } from "../sdk/deploy/parameters.js";
import { differences, inspect, isAsExpected } from "../sdk/deploy/status.js";
import { openSuite } from "../sdk/deploy/suite.js";
import { UserError, runMain } from "../sdk/errors.js";
import { table } from "../sdk/table.js";

const WIDTH = 72;

await runMain(async () => {
  const connection = await network.create({ chainType: "l1" });
  await requireNode(connection);
  const { addressBook, parameters } = deploymentFiles(connection);
  const plan = await loadPlan(parameters);
  // a chain in this process has nothing on it yet: the status is that of a fresh deployment
  const book =
    addressBook === undefined
      ? (await openSuite(connection, { parameters: plan })).book
      : await readAddressBook(addressBook);

  const checks = await inspect(connection.ethers.provider, book, plan, (name) => artifacts.readArtifact(name));
  const short = (text: string): string => (text.length > WIDTH ? `${text.slice(0, WIDTH - 1)}…` : text);
  console.log(
    table(
      ["where", "what", "found", ""],
      checks.map((check) => [
        check.where,
        check.what,
        short(check.actual),
        check.expected === undefined ? "" : isAsExpected(check) ? "as expected" : "DIFFERS",
      ]),
    ),
  );
  const wrong = differences(checks);
  for (const sentence of wrong) console.error(sentence);
  if (wrong.length > 0) {
    throw new UserError(`${wrong.length} of ${checks.length} checks found the chain different from ${plan.file}.`);
  }
  console.log(`${checks.length} checks agree with ${plan.file}.`);
});
