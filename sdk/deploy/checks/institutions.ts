import { CLASS_NUMBERS } from "../../limits.js";
import { formatMoney } from "../../money.js";
import type { Member } from "../parameters.js";
import type { Check, CentralBankInspection } from "../status.js";

const STATUS_NAMES = ["unknown", "applied", "active", "suspended", "offboarded"] as const;
const PAGE = 100n;

/** The register: exactly the institutions listed, each with its standing, quota, account and wallet. */
export async function institutionChecks(inspection: CentralBankInspection): Promise<Check[]> {
  const { own } = inspection;
  const entered = await numbersOf(inspection);
  const checks: Check[] = [
    {
      where: own.title,
      what: "institutions by number",
      expected: own.institutions.map(({ number }) => number).join(", "),
      actual: [...entered].sort((a, b) => Number(a - b)).join(", "),
    },
  ];
  for (const member of own.institutions) checks.push(await memberCheck(inspection, member));
  return checks;
}

async function memberCheck(
  { own, contracts: { registry, currency }, block }: CentralBankInspection,
  { number, bic, bicText, lei, tier, quota, account, nameHash }: Member,
): Promise<Check> {
  const at = { blockTag: block };
  const found = await registry.institution(number, at);
  const [walletClass] = await currency.walletOf(account, at);
  const status = STATUS_NAMES[Number(found.status)] ?? `status ${found.status}`;
  const same = found.lei === lei && found.bic === bic && Number(found.tier) === tier && found.nameHash === nameHash;
  const text = (standing: string, most: bigint, holder: string, isSame: boolean, isOpen: boolean): string =>
    `${standing}, quota ${formatMoney(most, own.code)}, ${holder}` +
    `${isSame ? "" : ", other identifiers"}${isOpen ? "" : ", no institution's wallet"}`;
  return {
    where: own.title,
    what: `institution ${bicText}`,
    expected: text("active", quota, account, true, true),
    actual: text(status, found.quota, found.settlementAccount, same, Number(walletClass) === CLASS_NUMBERS.institution),
  };
}

async function numbersOf({ contracts: { registry }, block }: CentralBankInspection): Promise<bigint[]> {
  const at = { blockTag: block };
  const total = await registry.count(at);
  const found: bigint[] = [];
  for (let offset = 0n; offset < total; offset += PAGE) found.push(...(await registry.numbers(offset, PAGE, at)));
  return found;
}
