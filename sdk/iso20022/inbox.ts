import { DuplicateIdError } from "./errors.js";
import { MESSAGES, type Message } from "./message.js";
import type { Agent } from "./parts.js";

/**
 * Remembers which messages and payments have come in, so that none is processed twice: the message identification of a
 * sender, and every UETR. What is remembered has to outlive the process; keep it where the payments are kept.
 */
export class Inbox {
  readonly #seen = new Map<string, string>();

  /**
   * Notes a message's identifications, all of them or none.
   * @param name how a later duplicate is told about this one, such as a file's name.
   * @throws DuplicateIdError when one of them has been noted before.
   */
  take(message: Message, name: string): void {
    const marks = marksOf(message);
    for (const { key, path, id } of marks) {
      const first = this.#seen.get(key);
      if (first !== undefined) throw new DuplicateIdError(path, id, first);
    }
    for (const { key } of marks) this.#seen.set(key, name);
  }
}

interface Mark {
  readonly key: string;
  readonly path: string;
  readonly id: string;
}

/** The identification of a message: that of its header, or of its transaction where it has none. */
export function messageId(message: Message): string {
  return identified(message).id;
}

function identified(message: Message): { readonly id: string; readonly element: string } {
  switch (message.type) {
    case "sese.023":
      return { id: message.body.TxId, element: "TxId" };
    case "sese.025":
      return { id: message.body.TxIdDtls.AcctOwnrTxId, element: "TxIdDtls/AcctOwnrTxId" };
    case "camt.050":
      return { id: message.body.MsgHdr.MsgId, element: "MsgHdr/MsgId" };
    default:
      return { id: message.body.GrpHdr.MsgId, element: "GrpHdr/MsgId" };
  }
}

function marksOf(message: Message): Mark[] {
  const root = `/Document/${MESSAGES[message.type].root}`;
  const { id, element } = identified(message);
  const marks: Mark[] = [{ key: `${message.type} ${senderOf(message)} ${id}`, path: `${root}/${element}`, id }];
  if (message.type === "pacs.008" || message.type === "pacs.009") {
    (message.body.CdtTrfTxInf ?? []).forEach(({ PmtId: { UETR } }, index) => {
      if (UETR === undefined) return;
      marks.push({ key: `UETR ${UETR}`, path: `${root}/CdtTrfTxInf[${index + 1}]/PmtId/UETR`, id: UETR });
    });
  }
  return marks;
}

/** Who sent it, as far as it says: identifications are unique for each sender. */
function senderOf(message: Message): string {
  const from = message.header?.value.Fr;
  if (from !== undefined && "FIId" in from) return agentName(from.FIId);
  if (message.type === "pacs.008" || message.type === "pacs.009" || message.type === "pacs.004") {
    const { InstgAgt } = message.body.GrpHdr;
    if (InstgAgt !== undefined) return agentName(InstgAgt);
  }
  if (message.type === "sese.023") {
    const { SfkpgAcct, BlckChainAdrOrWllt } = message.body.QtyAndAcctDtls;
    return SfkpgAcct?.Id ?? BlckChainAdrOrWllt?.Id ?? "";
  }
  return "";
}

function agentName({ FinInstnId: { BICFI, LEI, ClrSysMmbId } }: Agent): string {
  return BICFI ?? LEI ?? ClrSysMmbId?.MmbId ?? "";
}
