import { z } from "zod";
import { joinTransfers, openDepositToken, openTransfers } from "../../sdk/deploy/depositTokens.js";
import type { Bank, Suite } from "../../sdk/deploy/suite.js";
import { checkedBy } from "../../sdk/errors.js";
import { parseBic } from "../../sdk/identifiers.js";
import { minor } from "../../sdk/money.js";
import { issueMoney, reference, type MoneyDesk } from "../../sdk/operations/money.js";
import { POWERS } from "../../sdk/roles.js";
import type { DepositToken, DepositTransfers } from "../../types/ethers-contracts/index.js";

/** An amount of Hong Kong dollars in an input file. */
export const dollars = checkedBy((text) => minor(text, "HKD"));
/** A time of day, UTC+8. */
export const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "is no time of day like 09:30");

/** Hours since midnight. */
export function hoursOf(time: string): number {
  const [hours = "0", minutes = "0"] = time.split(":");
  return Number(hours) + Number(minutes) / 60;
}

/** A bank whose deposits are tokens, in an input file. */
export const depositBank = z.strictObject({
  bic: checkedBy(parseBic),
  /** Central bank money that it begins with. */
  reserves: dollars,
  /** What it authorises the transfers contract. */
  outSingle: dollars,
  outDay: dollars,
  inSingle: dollars,
});

/** A bank that takes part. */
export interface DepositBank {
  readonly bank: Bank;
  readonly token: DepositToken;
}

/** The transfers of e-HKD and the banks that take part, by BIC. */
export interface DepositBanks {
  readonly transfers: DepositTransfers;
  readonly banks: ReadonlyMap<string, DepositBank>;
}

/** Opens the transfers; each bank gets central bank money, a token, and joins. */
export async function openDepositBanks(
  desk: MoneyDesk,
  { deployer, engine }: Suite,
  inputs: readonly z.infer<typeof depositBank>[],
): Promise<DepositBanks> {
  const { currency, authority, offices } = desk.jurisdiction;
  const centralBank = { authority, admin: offices.admin };
  const transfers = await openTransfers({ ...centralBank, deployer, currency, engine });
  const banks = new Map<string, DepositBank>();
  for (const { bic, reserves, outSingle, outDay, inSingle } of inputs) {
    const bank = desk.jurisdiction.bank(bic);
    await issueMoney(desk, bank, minor(reserves, "HKD"), `${bic} opening`);
    const names = { name: `HKD deposits ${bic}`, symbol: `HKD-${bic}` };
    const token = await openDepositToken({ ...centralBank, deployer, currency, bank: bank.number, ...names });
    await desk.journal.note(
      { event: `${bank.name}'s deposits are tokens that may be transferred` },
      transfers.connect(offices.governor).admit(token),
    );
    const rules = {
      outSingle: minor(outSingle, "HKD"),
      outDay: minor(outDay, "HKD"),
      inSingle: minor(inSingle, "HKD"),
    };
    await joinTransfers(transfers, engine, currency, {
      ...{ account: bank.signer, token, rules, mandate: reference(`${bic}: mandate to the transfers`) },
    });
    // the bank's own desk: it creates deposits by lending
    const lending = await token.connect(bank.signer).appoint(bank.signer, POWERS.issuer, reference(`${bic}: articles`));
    await lending.wait();
    banks.set(bic, { bank, token });
  }
  return { transfers, banks };
}
