/** Messages of ISO 20022 in and out of the suite. See `docs/iso20022.md`. */
export * from "./iso20022/errors.js";
export { ISO_4217, currencyDecimals } from "./iso20022/currencies.js";
export type { Header } from "./iso20022/header.js";
export { Inbox, messageId } from "./iso20022/inbox.js";
export {
  MESSAGES,
  MESSAGE_TYPES,
  buildMessage,
  definitionOf,
  parseMessage,
  peek,
  practice,
} from "./iso20022/message.js";
export type { BodyOf, Message, MessageOf, MessageType, VersionedHeader } from "./iso20022/message.js";
export * from "./iso20022/orders.js";
export type { Account, AccountId, Agent, PaymentIdentification } from "./iso20022/parts.js";
export type { Practice } from "./iso20022/practices.js";
export * from "./iso20022/reasons.js";
export * from "./iso20022/references.js";
export * from "./iso20022/reports.js";
export type { Amount } from "./iso20022/types.js";
export { MAX_BYTES } from "./iso20022/xml.js";
export type { XmlNode } from "./iso20022/xml.js";
