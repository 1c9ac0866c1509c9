import { GUARDED_ROLES, ROLES, ROLE_NAMES, functionsByRole, type GovernedContract, type Role } from "../../roles.js";
import { interfaceOf, selectorsOf } from "../../selectors.js";
import { authorityHistory, type AuthorityHistory } from "../observed.js";
import { executionDelay } from "../parameters.js";
import type { Check, JurisdictionInspection } from "../status.js";

const NOBODY = "nobody";

/** Holders, delays and functions of every role, and that the deployer has none. */
export async function authorityChecks(inspection: JurisdictionInspection): Promise<Check[]> {
  const { own, contracts, deployment, block } = inspection;
  const history = await authorityHistory(contracts.authority, { from: deployment.book.firstBlock, to: block });
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
  const known = new Set<bigint>(Object.values(ROLES));
  const unknown = [...members].filter(([role, holders]) => !known.has(role) && holders.length > 0);
  checks.push({
    where,
    what: "holders of roles that the suite does not have",
    expected: NOBODY,
    actual: listed(unknown.flatMap(([role, holders]) => holders.map(({ account }) => `${account} (role ${role})`))),
  });
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
  { contracts: { authority }, block }: JurisdictionInspection,
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

function delayCheck({ own }: JurisdictionInspection, role: Role, members: readonly Membership[]): Check {
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
function grantDelayCheck({ own }: JurisdictionInspection, { grantDelays }: AuthorityHistory): Check {
  const expected = `at least ${own.delays.grant} s for every role`;
  const announced = ROLE_NAMES.map((role) => ({ role, delay: grantDelays.get(ROLES[role]) ?? 0n }));
  const short = announced.filter(({ delay }) => delay < BigInt(own.delays.grant));
  const actual = short.length === 0 ? expected : short.map(({ role, delay }) => `${delay} s for ${role}`).join(", ");
  return { where: own.title, what: "delay of a grant", expected, actual };
}

/** Every role is the admin's to give; announced operations of some are the guardian's to cancel. */
async function guardianCheck({ own, contracts: { authority }, block }: JurisdictionInspection): Promise<Check> {
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

/** Every function that a role may call, and no function given to a role that should not have it. */
async function functionChecks(
  { own, contracts, addresses, deployment, block }: JurisdictionInspection,
  { functions }: AuthorityHistory,
): Promise<Check[]> {
  const targets: [GovernedContract, string][] = [
    ["registry", addresses.registry],
    ["currency", addresses.currency],
    ["desk", addresses.desk],
    ...(own.name === "hongkong" ? [["assets", deployment.book.assets] as [GovernedContract, string]] : []),
  ];
  const checks: Check[] = [];
  for (const [kind, target] of targets) {
    const expected = new Map<string, bigint>();
    for (const [role, names] of functionsByRole(kind)) {
      for (const selector of selectorsOf(kind, names)) expected.set(selector, ROLES[role]);
    }
    // what was never assigned is the admin's
    const assigned = [...functions.keys()].filter((key) => key.startsWith(`${target}:`)).map((key) => key.slice(-10));
    const wrong: string[] = [];
    for (const selector of new Set([...expected.keys(), ...assigned])) {
      const actual = await contracts.authority.getTargetFunctionRole(target, selector, { blockTag: block });
      const due = expected.get(selector) ?? ROLES.admin;
      const name = interfaceOf(kind).getFunction(selector)?.name ?? selector;
      if (actual !== due) wrong.push(`${name} is ${roleName(actual)}'s and not ${roleName(due)}'s`);
    }
    if (await contracts.authority.isTargetClosed(target, { blockTag: block })) wrong.push("it is closed");
    checks.push({
      where: own.title,
      what: `functions of the ${kind}`,
      expected: "by role as listed",
      actual: wrong.length === 0 ? "by role as listed" : wrong.join(", "),
    });
  }
  return checks;
}

async function deployerCheck(
  { own, contracts: { authority }, deployment: { book }, block }: JurisdictionInspection,
  members: ReadonlyMap<bigint, readonly Membership[]>,
): Promise<Check> {
  const roles = new Set<bigint>([...Object.values(ROLES), ...members.keys()]);
  const held: string[] = [];
  for (const role of roles) {
    const [since] = await authority.getAccess(role, book.deployer, { blockTag: block });
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
async function thresholdChecks({ own, provider, block }: JurisdictionInspection): Promise<Check[]> {
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
  provider: JurisdictionInspection["provider"],
  account: string,
  block: number,
): Promise<bigint | undefined> {
  const answer = await provider.call({ to: account, data: "0xe75235b8", blockTag: block }).catch(() => "0x");
  return answer.length === 66 ? BigInt(answer) : undefined;
}

function roleName(role: bigint): string {
  return ROLE_NAMES.find((name) => ROLES[name] === role) ?? (role === 2n ** 64n - 1n ? "everybody" : `role ${role}`);
}

function listed(accounts: readonly string[]): string {
  return accounts.length === 0 ? NOBODY : [...accounts].sort().join(", ");
}
