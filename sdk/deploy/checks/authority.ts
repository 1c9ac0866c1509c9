import type { AccessManager } from "../../../types/ethers-contracts/index.js";
import { functionsByRole, type GovernedKind } from "../../governed.js";
import { COMPLIANCE_ROLE, PLATFORM_OPERATOR_ROLE } from "../../interop/roles.js";
import { QR_OPERATOR_ROLE } from "../../qr/roles.js";
import { GUARDED_ROLES, ROLES, ROLE_NAMES, type Role } from "../../roles.js";
import { interfaceOf, selectorsOf } from "../../selectors.js";
import { authorityHistory, type AuthorityHistory } from "../observed.js";
import { executionDelay } from "../parameters.js";
import type { Check, CentralBankInspection } from "../status.js";
import { listed } from "./text.js";

const NOBODY = "nobody";
/** Roles that come with an agreement and not with an office: a fact, for the agreement says who. */
const AGREED_ROLES: ReadonlyMap<string, bigint> = new Map([
  ["compliance", COMPLIANCE_ROLE],
  ["platform operator", PLATFORM_OPERATOR_ROLE],
  ["QR operator", QR_OPERATOR_ROLE],
]);

/** Holders, delays and functions of every role, and that the deployer has none. */
export async function authorityChecks(inspection: CentralBankInspection): Promise<Check[]> {
  const { own, contracts, head, block } = inspection;
  const history = await authorityHistory(contracts.authority, { from: head.firstBlock, to: block });
  const members = await membersOf(inspection, history);
  const where = own.title;
  const checks: Check[] = [];
  for (const role of ROLE_NAMES) {
    checks.push({
      where,
      what: `holders of role ${role}`,
      expected: listed(own.offices[role]),
      actual: listed(members.get(ROLES[role])?.map(({ account }) => account) ?? []),
    });
  }
  for (const role of ROLE_NAMES) {
    if (executionDelay(own, role) > 0) checks.push(delayCheck(inspection, role, members.get(ROLES[role]) ?? []));
  }
  checks.push(grantDelayCheck(inspection, history));
  const known = new Set<bigint>([...Object.values(ROLES), ...AGREED_ROLES.values()]);
  const unknown = [...members].filter(([role, holders]) => !known.has(role) && holders.length > 0);
  checks.push({
    where,
    what: "holders of roles that the suite does not have",
    expected: NOBODY,
    actual: listed(unknown.flatMap(([role, holders]) => holders.map(({ account }) => `${account} (role ${role})`))),
  });
  for (const [name, role] of AGREED_ROLES) {
    const holders = members.get(role) ?? [];
    if (holders.length === 0) continue;
    const actual = listed(holders.map(({ account }) => account));
    checks.push({ where, what: `holders of role ${name}`, expected: undefined, actual });
  }
  checks.push(await guardianCheck(inspection), ...(await functionChecks(inspection, history)));
  checks.push(await deployerCheck(inspection, members), ...(await thresholdChecks(inspection)));
  return checks;
}

interface Membership {
  readonly account: string;
  /** Seconds; the least that is in force or announced. */
  readonly delay: bigint;
}

/** Who has which role, also a role that begins later. */
async function membersOf(
  { contracts: { authority }, block }: CentralBankInspection,
  { candidates }: AuthorityHistory,
): Promise<Map<bigint, Membership[]>> {
  const members = new Map<bigint, Membership[]>();
  for (const [role, accounts] of candidates) {
    const holders: Membership[] = [];
    for (const account of accounts) {
      const [since, current, pending, effect] = await authority.getAccess(role, account, { blockTag: block });
      const delay = effect !== 0n && pending < current ? pending : current;
      if (since !== 0n) holders.push({ account, delay });
    }
    members.set(role, holders);
  }
  return members;
}

function delayCheck({ own }: CentralBankInspection, role: Role, members: readonly Membership[]): Check {
  const least = BigInt(executionDelay(own, role));
  const tooShort = members.filter(({ delay }) => delay < least);
  const expected = `at least ${least} s`;
  return {
    where: own.title,
    what: `delay of role ${role}`,
    expected,
    actual: tooShort.length === 0 ? expected : tooShort.map(({ account, delay }) => `${account} ${delay} s`).join(", "),
  };
}

/** A raised delay begins five days later, by the authority's own rule: what is announced counts. */
function grantDelayCheck({ own }: CentralBankInspection, { grantDelays }: AuthorityHistory): Check {
  const expected = `at least ${own.delays.grant} s for every role`;
  const announced = ROLE_NAMES.map((role) => ({ role, delay: grantDelays.get(ROLES[role]) ?? 0n }));
  const short = announced.filter(({ delay }) => delay < BigInt(own.delays.grant));
  const actual = short.length === 0 ? expected : short.map(({ role, delay }) => `${delay} s for ${role}`).join(", ");
  return { where: own.title, what: "delay of a grant", expected, actual };
}

/** Every role is the admin's to give; announced operations of some are the guardian's to cancel. */
async function guardianCheck({ own, contracts: { authority }, block }: CentralBankInspection): Promise<Check> {
  const guarded: readonly Role[] = GUARDED_ROLES;
  const at = { blockTag: block };
  const wrong: string[] = [];
  for (const role of ROLE_NAMES) {
    const admin = roleName(await authority.getRoleAdmin(ROLES[role], at));
    const guardian = roleName(await authority.getRoleGuardian(ROLES[role], at));
    if (admin !== "admin") wrong.push(`${role} is given by ${admin}`);
    if (guardian !== (guarded.includes(role) ? "guardian" : "admin")) wrong.push(`${role} is guarded by ${guardian}`);
  }
  const expected = `given by admin, guarded: ${guarded.join(", ")}`;
  return {
    where: own.title,
    what: "roles",
    expected,
    actual: wrong.length === 0 ? expected : wrong.join(", "),
  };
}

async function functionChecks(
  { own, contracts, governed, block }: CentralBankInspection,
  { functions }: AuthorityHistory,
): Promise<Check[]> {
  const checks: Check[] = [];
  for (const [kind, target] of governed) {
    checks.push(await functionCheck(own.title, contracts.authority, { kind, target, functions, block }));
  }
  return checks;
}

/** What {@link functionCheck} looks at. */
export interface GovernedTarget extends Pick<AuthorityHistory, "functions"> {
  readonly kind: GovernedKind;
  readonly target: string;
  readonly block: number;
  /** Functions of roles that are none of the offices', by name. */
  readonly agreed?: Readonly<Record<string, bigint>>;
}

/** Every function of a contract that a role may call, and no function given to a role that should not have it. */
export async function functionCheck(
  where: string,
  authority: AccessManager,
  { kind, target, functions, block, agreed = {} }: GovernedTarget,
): Promise<Check> {
  const expected = new Map<string, bigint>();
  for (const [role, names] of functionsByRole(kind)) {
    for (const selector of selectorsOf(kind, names)) expected.set(selector, ROLES[role]);
  }
  for (const [name, role] of Object.entries(agreed)) {
    for (const selector of selectorsOf(kind, [name])) expected.set(selector, role);
  }
  // what was never assigned is the admin's
  const assigned = [...functions.keys()].filter((key) => key.startsWith(`${target}:`)).map((key) => key.slice(-10));
  const wrong: string[] = [];
  for (const selector of new Set([...expected.keys(), ...assigned])) {
    const actual = await authority.getTargetFunctionRole(target, selector, { blockTag: block });
    const due = expected.get(selector) ?? ROLES.admin;
    const name = interfaceOf(kind).getFunction(selector)?.name ?? selector;
    if (actual !== due) wrong.push(`${name} is ${roleName(actual)}'s and not ${roleName(due)}'s`);
  }
  if (await authority.isTargetClosed(target, { blockTag: block })) wrong.push("it is closed");
  return {
    where,
    what: `functions of the ${kind}`,
    expected: "by role as listed",
    actual: wrong.length === 0 ? "by role as listed" : wrong.join(", "),
  };
}

async function deployerCheck(
  { own, contracts: { authority }, head, block }: CentralBankInspection,
  members: ReadonlyMap<bigint, readonly Membership[]>,
): Promise<Check> {
  const roles = new Set<bigint>([...Object.values(ROLES), ...members.keys()]);
  const held: string[] = [];
  for (const role of roles) {
    const [since] = await authority.getAccess(role, head.deployer, { blockTag: block });
    if (since !== 0n) held.push(roleName(role));
  }
  return {
    where: own.title,
    what: "roles of the deployer",
    expected: "none",
    actual: held.length === 0 ? "none" : held.join(", "),
  };
}

/** The multi-signature accounts asked for must ask for enough signatures. */
async function thresholdChecks({ own, provider, block }: CentralBankInspection): Promise<Check[]> {
  const { adminThreshold } = own;
  if (adminThreshold === undefined) return [];
  const expected = `at least ${adminThreshold} signatures`;
  return Promise.all(
    own.offices.admin.map(async (admin) => {
      const threshold = await thresholdOf(provider, admin, block);
      const found = threshold === undefined ? "no multi-signature account" : `${threshold} signatures`;
      const enough = threshold !== undefined && threshold >= adminThreshold;
      return { where: own.title, what: `threshold of ${admin}`, expected, actual: enough ? expected : found };
    }),
  );
}

/** `getThreshold()`, as multi-signature accounts of the Safe family have it. */
async function thresholdOf(
  provider: CentralBankInspection["provider"],
  account: string,
  block: number,
): Promise<bigint | undefined> {
  const answer = await provider.call({ to: account, data: "0xe75235b8", blockTag: block }).catch(() => "0x");
  return answer.length === 66 ? BigInt(answer) : undefined;
}

function roleName(role: bigint): string {
  return ROLE_NAMES.find((name) => ROLES[name] === role) ?? (role === 2n ** 64n - 1n ? "everybody" : `role ${role}`);
}
