import { RELOCATION_STATUS } from "../../sdk/eip712/relocation.js";
import { openChain, ref } from "../support/chain.js";
import { HouseholdFile, deployRelocation } from "../support/relocation.js";
import { describeMachine } from "../support/states/describeMachine.js";
import { RELOCATION_FILE, type FileStage } from "../support/states/relocation.js";

const chain = await openChain("mainland");

async function deploy() {
  return new HouseholdFile(await deployRelocation(chain), "Zhang");
}

describeMachine(RELOCATION_FILE, {
  chain,
  open: deploy,
  reach,
  stateOf,
  refuser: ({ f }) => f.relocation,
  act: async (file, act) => {
    switch (act) {
      case "openFile":
        return file.open();
      case "appendArchive":
        return file.append((await file.state()).archives + 1n);
      case "recordSurvey":
        return file.survey();
      case "agree":
        return file.agree();
      case "withdrawAgreement":
        return file.withdraw();
      case "raiseObjection":
        return file.object();
      case "upholdObjection":
        return file.decide(true);
      case "rejectFile":
        return file.reject(await levelOf(file));
      case "approveFiles":
        return file.approve(await levelOf(file));
      case "payNext":
        return file.pay();
      case "payParked":
        return file.payParked();
    }
  },
});

async function levelOf(file: HouseholdFile): Promise<0 | 1> {
  return (await file.state()).approvals === 0n ? 0 : 1;
}

async function reach(file: HouseholdFile, stage: FileStage): Promise<void> {
  const steps: readonly [FileStage, () => Promise<unknown>][] = [
    ["none", () => Promise.resolve()],
    ["opened", () => file.open()],
    ["surveyed", () => file.survey()],
    ["published", () => file.agree()],
    ["due", async () => chain.networkHelpers.time.increaseTo(await file.publicUntil())],
    ["endorsed", () => file.approve(0)],
    ["approved", () => file.approve(1)],
    ["paid", () => file.pay()],
  ];
  for (const [name, step] of steps) {
    if (stage === "parked" && name === "paid") return park(file);
    await step();
    if (name === stage) return;
  }
}

/** The household is frozen when it is paid, and not any more afterwards. */
async function park(file: HouseholdFile): Promise<void> {
  const { money, mainland, household } = { ...file.f, household: file.household };
  await money.connect(mainland.officers.enforcer).freeze(household, ref("order"));
  await file.pay();
  await money.connect(mainland.officers.enforcer).unfreeze(household, ref("order lifted"));
}

async function stateOf(file: HouseholdFile): Promise<FileStage> {
  const { status, approvals } = await file.state();
  if (status === RELOCATION_STATUS.agreed) {
    if (approvals > 0n) return "endorsed";
    return BigInt(await chain.networkHelpers.time.latest()) >= (await file.publicUntil()) ? "due" : "published";
  }
  const named: Readonly<Record<string, FileStage>> = {
    [String(RELOCATION_STATUS.none)]: "none",
    [String(RELOCATION_STATUS.opened)]: "opened",
    [String(RELOCATION_STATUS.surveyed)]: "surveyed",
    [String(RELOCATION_STATUS.approved)]: "approved",
    [String(RELOCATION_STATUS.parked)]: "parked",
    [String(RELOCATION_STATUS.paid)]: "paid",
  };
  const stage = named[String(status)];
  if (stage === undefined) throw new RangeError(`the contract has no status ${status}`);
  return stage;
}
