import { expect } from "chai";
import {
  MessageError,
  parseMessage,
  accountName,
  type Directory,
  type MessageOf,
  type MessageType,
} from "../../sdk/iso20022.js";
import { minor } from "../../sdk/money.js";
import { sample } from "./iso20022.js";

/** An address of one digit. */
export const address = (digit: string) => `0x${digit.repeat(40)}`;
/** Tokens. */
export const [CNY, HKD, BOND] = [address("a"), address("b"), address("c")];
const WALLETS = new Map([
  ["6228TESTPAYER0001", address("1")],
  ["6228TESTPAYEE0002", address("2")],
  ["6228TESTSMALL0003", address("3")],
  ["SAFE-TEST-ISSUER-01", address("4")],
  ["SAFE-TEST-INVEST-02", address("5")],
  ["TICBCNT0", address("6")],
  ["TBOCCNT0", address("7")],
]);

/** The tests' own table of accounts. */
export const directory: Directory = {
  account: (account) => WALLETS.get(accountName(account)),
  institution: ({ FinInstnId }) => WALLETS.get(FinInstnId.BICFI ?? ""),
  currency: (code) => ({ CNY, HKD })[code],
  security: (isin) =>
    isin === "HK0TESTISO08" ? { token: BOND, unitNominal: minor("50000.00"), currency: "HKD" } : undefined,
  safekeeping: (account) => WALLETS.get(account),
};

/** A message of the type that is expected. */
export function read<M extends MessageType>(type: M, text: string): MessageOf<M> {
  const message = parseMessage(text);
  if (message.type !== type) throw new Error(`${message.type} is no ${type}`);
  return message as MessageOf<M>;
}

/** Two payments; the UETR of the first. */
export const TRANSFERS = read("pacs.008", sample("01-pacs008-customers.xml"));
export const UETR = "70f5f4e9-998f-43c5-ac5c-0f7a1b3999de";
/** Of every answer in the tests. */
export const STAMP = { messageId: "TEST-ANSWER", createdAt: "2026-03-16T10:00:00+08:00" };
/** Both sides of a settlement. */
export const DELIVERY = sample("04-sese023-deliver.xml");
export const RECEIPT = sample("05-sese023-receive.xml");

/** A refusal of this class, at this path, by a rule. */
export function expectRefused(
  act: () => unknown,
  kind: new (...args: never[]) => MessageError,
  path: RegExp,
  rule: RegExp,
) {
  try {
    act();
  } catch (error) {
    expect(error).to.be.instanceOf(kind);
    if (!(error instanceof MessageError)) throw error;
    expect(error.path).to.match(path);
    expect(error.rule).to.match(rule);
    return;
  }
  throw new Error("nothing was refused");
}
