import { expect } from "chai";
import { MessageError, parseMessage } from "../../sdk/iso20022.js";
import { sample } from "./iso20022.js";

/** The message that the tests change. */
export const GOOD = sample("01-pacs008-customers.xml");
/** Path of its transactions. */
export const TX = "/Document/FIToFICstmrCdtTrf/CdtTrfTxInf";

/** The error of a message that is refused. */
export function refusalOf(input: string | Uint8Array): MessageError {
  try {
    parseMessage(input);
  } catch (error) {
    if (error instanceof MessageError) return error;
    throw error;
  }
  throw new Error("the message was accepted");
}

/** The good sample with one replacement, which must replace something. */
export function changed(from: string | RegExp, to: string, text = GOOD): string {
  const result = text.replace(from, to);
  expect(result, `${String(from)} occurs`).not.to.equal(text);
  return result;
}

/** A refusal of this class, at this path, by a rule, in one line. */
export function expectRefusal(
  input: string | Uint8Array,
  kind: new (...args: never[]) => MessageError,
  path: string,
  rule: RegExp,
): void {
  const error = refusalOf(input);
  expect(error).to.be.instanceOf(kind);
  expect(error.path).to.equal(path);
  expect(error.rule).to.match(rule);
  expect(error.message).to.equal(error.message.split("\n").join(" "));
}
