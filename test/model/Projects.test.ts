import { openStoryChain } from "../support/chain.js";
import { describeCampaign } from "./campaign.js";
import { checkProjects } from "./projects/checks.js";
import { PROJECT_PLANS } from "./projects/plans.js";
import { RULES, type Rules } from "./projects/state.js";
import { ProjectTale, openWorld } from "./projects/world.js";

const ALTERATIONS: readonly { readonly what: string; readonly altered: Partial<Rules> }[] = [
  { what: "material paid before wages", altered: { wagesFirst: false } },
  { what: "levels that approve out of turn", altered: { levelsInTurn: false } },
  { what: "a month's wage paid twice", altered: { oncePerMonth: false } },
  { what: "payees that are on no list", altered: { listBinds: false } },
  { what: "wages paid to anonymous wallets", altered: { realNameOnly: false } },
  { what: "unfit material that is certified", altered: { unfitBlocks: false } },
  { what: "an inspector that looks at its own failure", altered: { anotherInspector: false } },
];

const REFUSALS = [
  "CertificateInvalid",
  "CertificateAmountExceeded",
  "CertificateWagesInvalid",
  "CertificateWagesUnpaid",
  "ContractAmountExceeded",
  "ContractAmountTooLow",
  "ApplicationAmountExceeded",
  "ApplicationApproverInvalid",
  "ApplicationStatusInvalid",
  "ApplicationPurposeInvalid",
  "WagesWalletInvalid",
  "WagesPayrollStatusInvalid",
  "ClaimUnknown",
  "ERC7943CannotReceive",
  "MaterialsBatchStatusInvalid",
  "MaterialsInspectorInvalid",
  "MaterialsReinspectionInvalid",
  "ProjectStatusInvalid",
  "ProjectUnpaid",
  "WorksProjectNotOpen",
];

describeCampaign({
  title: "Reference model of construction projects",
  open: async () => openWorld(await openStoryChain("mainland")),
  begin: (world, rules, state, tally) => new ProjectTale(world, rules, state, tally),
  rules: RULES,
  plans: PROJECT_PLANS,
  checkAll: checkProjects,
  alterations: ALTERATIONS,
  refusals: REFUSALS,
  usual: { stories: 32, acts: 50 },
});
