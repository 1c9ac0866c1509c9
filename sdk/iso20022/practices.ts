import { RuleError } from "./errors.js";
import type { Message } from "./message.js";
import type { Agent } from "./parts.js";

/** Market practices with rules beyond the standard: SWIFT's cross-border CBPR+, the Fedwire Funds Service, or none. */
export type Practice = "CBPR+" | "Fedwire" | "none";

/** The largest amount of one Fedwire transfer: one cent under ten billion dollars. */
const FEDWIRE_LIMIT = 999_999_999_999n;

/** What a message says it follows: in its header, or by the envelope it came in. */
export function practiceOf({ header, envelope }: Message): Practice {
  if (header?.value.BizSvc?.startsWith("swift.cbprplus.") === true) return "CBPR+";
  const registered = header?.value.MktPrctc?.Id.startsWith("frb.fedwire") === true;
  const enveloped = envelope?.[0]?.namespace.startsWith("urn:fedwirefunds:") === true;
  return registered || enveloped ? "Fedwire" : "none";
}

/**
 * Refuses a credit transfer that breaks the rules that its practice adds. Not the practices' whole rule books: what
 * decides whether a payment can be told apart and settled.
 * @throws RuleError naming element and rule.
 */
export function refuseAgainstPractice(message: Message, path: string): void {
  const found = practiceOf(message);
  if (found === "none" || (message.type !== "pacs.008" && message.type !== "pacs.009")) return;
  const { GrpHdr, CdtTrfTxInf = [] } = message.body;
  if (GrpHdr.NbOfTxs !== 1) throw new RuleError(`${path}/GrpHdr/NbOfTxs`, `${found} allows one transaction a message`);
  for (const { PmtId, InstgAgt, InstdAgt, IntrBkSttlmAmt, IntrBkSttlmDt } of CdtTrfTxInf) {
    const here = `${path}/CdtTrfTxInf`;
    if (PmtId.UETR === undefined) throw new RuleError(`${here}/PmtId/UETR`, `${found} asks for a UETR`);
    if (IntrBkSttlmDt === undefined) {
      throw new RuleError(`${here}/IntrBkSttlmDt`, `${found} asks for the settlement date of the transaction`);
    }
    refuseAgent(found, InstgAgt, `${here}/InstgAgt`);
    refuseAgent(found, InstdAgt, `${here}/InstdAgt`);
    if (found === "Fedwire") {
      if (IntrBkSttlmAmt.currency !== "USD")
        throw new RuleError(`${here}/IntrBkSttlmAmt`, "Fedwire settles US dollars");
      if (IntrBkSttlmAmt.minor > FEDWIRE_LIMIT) {
        throw new RuleError(`${here}/IntrBkSttlmAmt`, "a Fedwire transfer is under 10,000,000,000.00");
      }
    }
  }
  if (found === "CBPR+") {
    if (!/[+-]\d{2}:\d{2}$/.test(GrpHdr.CreDtTm)) {
      throw new RuleError(`${path}/GrpHdr/CreDtTm`, "CBPR+ asks for the offset from UTC");
    }
    if (GrpHdr.SttlmInf.SttlmMtd === "CLRG")
      throw new RuleError(`${path}/GrpHdr/SttlmInf/SttlmMtd`, "CBPR+ does not clear");
  }
}

/** Banks are named by BIC in CBPR+, by their nine-digit routing number in Fedwire. */
function refuseAgent(practice: Practice, agent: Agent | undefined, path: string): void {
  if (agent === undefined) throw new RuleError(path, `${practice} asks for instructing and instructed agent`);
  const { BICFI, ClrSysMmbId } = agent.FinInstnId;
  if (practice === "CBPR+") {
    if (BICFI === undefined) throw new RuleError(`${path}/FinInstnId/BICFI`, "CBPR+ names agents by BIC");
    return;
  }
  const system = ClrSysMmbId?.ClrSysId;
  const isRouting = system !== undefined && "Cd" in system && system.Cd === "USABA";
  if (!isRouting || !isRoutingNumber(ClrSysMmbId?.MmbId ?? "")) {
    throw new RuleError(`${path}/FinInstnId/ClrSysMmbId`, "Fedwire names agents by USABA routing numbers that check");
  }
}

/** Nine digits, weighted 3, 7, 1 over and over, sum to a multiple of ten (American Bankers Association). */
function isRoutingNumber(text: string): boolean {
  if (!/^\d{9}$/.test(text)) return false;
  const weights = [3, 7, 1];
  return [...text].reduce((sum, digit, place) => sum + Number(digit) * (weights[place % 3] ?? 0), 0) % 10 === 0;
}
