// Compares a deployment with its parameters; reads only. Exit code 1 when anything differs.
// DOMAIN=bridge looks at a ledger that central banks share; without it, at the two platforms.
//   [DOMAIN=bridge] npx hardhat run scripts/status.ts --network localhost
import { artifacts, network } from "hardhat";
import { deploy } from "../sdk/deploy/deploy.js";
import { chosenDomain, domainOf } from "../sdk/deploy/domains.js";
import { deploymentFiles, requireNode } from "../sdk/deploy/networks.js";
import { differences, isAsExpected } from "../sdk/deploy/status.js";
import { UserError, runMain } from "../sdk/errors.js";
import { readJson } from "../sdk/files.js";
import { table } from "../sdk/table.js";

const WIDTH = 72;

await runMain(async () => {
  const connection = await network.create({ chainType: "l1" });
  await requireNode(connection);
  const { networkName, provider, ethers } = connection;
  const domain = chosenDomain();
  const { addressBook, parameters } = deploymentFiles(connection, domain);
  const deployable = await domainOf(domain).load(parameters);
  // a chain in this process has nothing on it yet: the status is that of a fresh deployment
  const book =
    addressBook === undefined
      ? (await deploy(deployable, { provider, network: networkName, pollingInterval: 1 })).book
      : await readJson(addressBook, deployable.bookSchema);

  const checks = await deployable.inspect(ethers.provider, book, (name) => artifacts.readArtifact(name));
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
    throw new UserError(
      `${wrong.length} of ${checks.length} checks found the chain different from ${deployable.file}.`,
    );
  }
  console.log(`${checks.length} checks agree with ${deployable.file}.`);
});
