import { UserError } from "../errors.js";

/**
 * Why a message is refused, in one sentence that names the place and the rule. Nothing that reads a message throws
 * anything else.
 */
export abstract class MessageError extends UserError {
  /**
   * @param path the element, from the root: `/Document/FIToFICstmrCdtTrf/CdtTrfTxInf[2]/IntrBkSttlmAmt`.
   * @param rule what the standard or the suite asks for there.
   * @param next what the sender should do.
   */
  constructor(
    readonly path: string,
    readonly rule: string,
    next: string,
  ) {
    super(`${path}: ${rule}; ${next}.`);
  }
}

/** The text is not well-formed XML 1.0 in UTF-8. */
export class MalformedXmlError extends MessageError {
  override readonly name = "MalformedXmlError";

  constructor(path: string, rule: string) {
    super(path, rule, "send well-formed XML 1.0 in UTF-8");
  }
}

/** The text declares a document type, uses an entity of its own, or has more elements or levels than any message. */
export class ForbiddenXmlError extends MessageError {
  override readonly name = "ForbiddenXmlError";

  constructor(path: string, rule: string) {
    super(path, rule, "send the message without it");
  }
}

/** The text is larger than any message may be; it is not looked at. */
export class OversizedMessageError extends MessageError {
  override readonly name = "OversizedMessageError";

  constructor(
    readonly bytes: number,
    readonly limit: number,
  ) {
    super("/", `the file has ${bytes} bytes and has to stay under ${limit}`, "split it into several messages");
  }
}

/** The namespace is no message, or no version of one, that is read here. */
export class UnknownMessageError extends MessageError {
  override readonly name = "UnknownMessageError";

  constructor(
    path: string,
    readonly namespace: string,
    rule: string,
  ) {
    super(path, rule, "send a message and a version of docs/iso20022.md");
  }
}

/** An element or attribute is missing, unknown, repeated or out of order. */
export class StructureError extends MessageError {
  override readonly name = "StructureError";

  constructor(path: string, rule: string) {
    super(path, rule, "follow the schema of the message's version");
  }
}

/** A value is not of its type. */
export class ValueError extends MessageError {
  override readonly name = "ValueError";

  constructor(
    path: string,
    readonly value: string,
    rule: string,
  ) {
    super(path, `"${shortened(value)}" is refused: ${rule}`, "correct the value");
  }
}

/** A number of transactions or a control sum is not what the message contains. */
export class TotalError extends MessageError {
  override readonly name = "TotalError";

  constructor(
    path: string,
    readonly stated: string,
    readonly found: string,
  ) {
    super(path, `the message states ${stated} and contains ${found}`, "correct the total or the transactions");
  }
}

/** An identification that has to be unique was used before. */
export class DuplicateIdError extends MessageError {
  override readonly name = "DuplicateIdError";

  constructor(
    path: string,
    readonly id: string,
    /** Where it was used first: a path, or the name of a message. */
    readonly first: string,
  ) {
    super(path, `"${shortened(id)}" was used before, in ${first}`, "give a new one, or ask for the first one's status");
  }
}

/** A rule that several elements have together, of the standard or of a market practice. */
export class RuleError extends MessageError {
  override readonly name = "RuleError";

  constructor(path: string, rule: string) {
    super(path, rule, "correct the message");
  }
}

/** An account or institution that the suite does not know. */
export class UnknownPartyError extends MessageError {
  override readonly name = "UnknownPartyError";

  constructor(
    path: string,
    /** As the message identifies it. */
    readonly party: string,
    readonly what: "account" | "institution" | "currency" | "security",
  ) {
    super(path, `the ${what} ${shortened(party)} is not known here`, "check its identification");
  }
}

/** Values are quoted in sentences; a megabyte of it is not. */
function shortened(text: string): string {
  const clean = text.replace(/\s+/g, " ");
  return clean.length <= 60 ? clean : `${clean.slice(0, 57)}…`;
}
