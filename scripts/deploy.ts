// Deploys to the network of --network: plan, apply, verify, hand over. Run again, it sends nothing.
// DOMAIN=bridge deploys a ledger that central banks share; without it, the two platforms.
//   [DOMAIN=bridge] npx hardhat run scripts/deploy.ts [--network localhost]
import { artifacts, network } from "hardhat";
import { deploy, stepsOf } from "../sdk/deploy/deploy.js";
import { chosenDomain, domainOf } from "../sdk/deploy/domains.js";
import { repairJournal } from "../sdk/deploy/journal.js";
import { deploymentFiles, requireNode } from "../sdk/deploy/networks.js";
import { differences } from "../sdk/deploy/status.js";
import { UserError, runMain } from "../sdk/errors.js";
import { table } from "../sdk/table.js";

await runMain(async () => {
  const connection = await network.create();
  const { networkName, provider, ethers } = connection;
  await requireNode(connection);
  const domain = chosenDomain();
  const files = deploymentFiles(connection, domain);
  const deployable = await domainOf(domain).load(files.parameters);

  const repairs = files.journal === undefined ? [] : await repairJournal(files.journal);
  for (const note of repairs) console.log(note);
  const steps = await stepsOf(deployable.module, files.journal);
  console.log(`Plan for ${networkName}, from ${deployable.file}`);
  console.log(
    table(
      ["step", "what", "state"],
      steps.map(({ id, what, done }) => [id, what, done ? "done" : "to do"]),
    ),
  );

  const { book, sent, notes } = await deploy(deployable, {
    provider,
    network: networkName,
    ...(files.journal === undefined ? { pollingInterval: 1 } : { journal: files.journal, pollingInterval: 200 }),
    ...(files.addressBook === undefined ? {} : { addressBook: files.addressBook }),
  });
  for (const note of notes) console.log(note);
  console.log(sent === 0 ? "Nothing was left to do: no transaction was sent." : `${sent} transactions were sent.`);

  const checks = await deployable.inspect(ethers.provider, book, (name) => artifacts.readArtifact(name));
  const wrong = differences(checks);
  for (const sentence of wrong) console.error(sentence);
  if (wrong.length > 0) {
    throw new UserError(
      `${wrong.length} of ${checks.length} checks found the chain different from ${deployable.file}.`,
    );
  }
  console.log(
    `${checks.length} checks agree with ${deployable.file}; the deployer ${book.deployer} holds no role and no power.`,
  );
  console.log(
    files.addressBook === undefined
      ? "This chain ends with the process: no address book was written."
      : `Addresses: ${files.addressBook}`,
  );
});
