import { MessageError, StructureError, UnknownMessageError } from "./errors.js";
import { head001, type Header } from "./header.js";
import { camt050, camt054, pacs002, pacs004, pacs008, pacs009 } from "./payments.js";
import { practiceOf, refuseAgainstPractice, type Practice } from "./practices.js";
import { refuseInconsistency } from "./consistency.js";
import { sese023, sese025 } from "./securities.js";
import type { Shape, ValueOf } from "./shape.js";
import { readXml, writeXml, type XmlElement, type XmlNode } from "./xml.js";

/** Namespaces of messages and of the header begin with this. */
export const NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:";

const HEADER = "AppHdr";
const HEADER_VERSIONS = [1, 2, 3, 4];
/** What a header and a document travel in when the message came in nothing. */
const ENVELOPE = [{ name: "Envelope", namespace: "urn:swift:xsd:envelope" }] as const;
/** Levels of an envelope around header and document. */
const MAX_ENVELOPE = 4;

/** The messages that are read and written: element under Document, versions, content. */
export const MESSAGES = {
  "pacs.008": { root: "FIToFICstmrCdtTrf", versions: [8, 9, 10, 11, 12, 13, 14], shape: pacs008 },
  "pacs.009": { root: "FICdtTrf", versions: [8, 9, 10, 11, 12], shape: pacs009 },
  "pacs.002": { root: "FIToFIPmtStsRpt", versions: [10, 11, 12, 13, 14, 15], shape: pacs002 },
  "pacs.004": { root: "PmtRtr", versions: [9, 10, 11, 12, 13, 14], shape: pacs004 },
  "camt.050": { root: "LqdtyCdtTrf", versions: [5, 6, 7], shape: camt050 },
  "camt.054": { root: "BkToCstmrDbtCdtNtfctn", versions: [8, 9, 10, 11, 12, 13], shape: camt054 },
  "sese.023": { root: "SctiesSttlmTxInstr", versions: [9, 10, 11, 12], shape: sese023 },
  "sese.025": { root: "SctiesSttlmTxConf", versions: [9, 10, 11, 12], shape: sese025 },
} as const;

/** Name of a message without its version. */
export type MessageType = keyof typeof MESSAGES;

/** The content of each message. */
export type BodyOf<M extends MessageType> = ValueOf<(typeof MESSAGES)[M]["shape"]>;

/** A header with its version. */
export interface VersionedHeader {
  readonly version: number;
  readonly value: Header;
}

/** A message that was read, or is to be written. */
export interface MessageOf<M extends MessageType> {
  readonly type: M;
  readonly version: number;
  /** Absent when the message came as a bare document. */
  readonly header?: VersionedHeader;
  /** Elements around header and document, from outside; absent for a bare document. */
  readonly envelope?: readonly Pick<XmlNode, "name" | "namespace">[];
  readonly body: BodyOf<M>;
}

/** Any of the messages. */
export type Message = { [M in MessageType]: MessageOf<M> }[MessageType];

/** All message types, in the order of the catalogue. */
export const MESSAGE_TYPES = Object.keys(MESSAGES) as readonly MessageType[];

/** The message's definition, such as `pacs.008.001.08`. */
export function definitionOf({ type, version }: Pick<Message, "type" | "version">): string {
  return `${type}.001.${version.toString().padStart(2, "0")}`;
}

/**
 * Reads a message: a bare document, or a header and a document in an envelope of whatever kind. Everything is checked:
 * schema, identifiers, amounts, totals, unique identifications, header against document, and the rules of CBPR+ or
 * Fedwire where the message says that it follows them.
 * @param input the file's bytes, or its text.
 * @throws MessageError, one sentence, and nothing else.
 */
export function parseMessage(input: string | Uint8Array): Message {
  const root = readXml(input);
  const { document, header, envelope } = opened(root);
  const { type, version } = identified(document);
  const [content, second] = document.children;
  const { root: expected, shape } = MESSAGES[type];
  if (content?.name !== expected || content.namespace !== document.namespace) {
    throw new StructureError(content?.path ?? document.path, `a ${type} has the element ${expected}`);
  }
  if (second !== undefined) throw new StructureError(second.path, `a document has one element, ${expected}`);
  const body = (shape as Shape<unknown>).read(content, version);
  // type and body are of one entry of the catalogue, which the compiler cannot see
  const message = {
    type,
    version,
    ...(header === undefined ? {} : { header: readHeader(header) }),
    ...(envelope.length === 0 ? {} : { envelope }),
    body,
  } as Message;
  refuseInconsistency(message, content.path, definitionOf(message));
  refuseAgainstPractice(message, content.path);
  return message;
}

/**
 * Writes a message as a file. It is read back before it is given out, so that nothing leaves that would not be accepted.
 * @throws MessageError for what {@link parseMessage} would refuse.
 */
export function buildMessage(message: Message): string {
  const text = writeXml(nodeOfMessage(message));
  parseMessage(text);
  return text;
}

/**
 * What can be made out of a message that is refused, for the answer to it: its definition and its identification. Never
 * throws; what cannot be made out is absent.
 */
export function peek(input: string | Uint8Array): { readonly messageId?: string; readonly definition?: string } {
  try {
    const { document } = opened(readXml(input));
    const definition = /:xsd:([a-z]{4}\.\d{3}\.\d{3}\.\d{2})$/.exec(document.namespace)?.[1];
    const body = document.children[0]?.children ?? [];
    const header = body.find(({ name }) => ["GrpHdr", "MsgHdr"].includes(name))?.children ?? [];
    const named = header.find(({ name }) => name === "MsgId") ?? body.find(({ name }) => name === "TxId");
    const messageId = named !== undefined && /^[!-~]{1,35}$/.test(named.text) ? named.text : undefined;
    return { ...(messageId === undefined ? {} : { messageId }), ...(definition === undefined ? {} : { definition }) };
  } catch (error) {
    if (error instanceof MessageError) return {};
    throw error;
  }
}

/** The market practice that a message says it follows. */
export function practice(message: Message): Practice {
  return practiceOf(message);
}

function nodeOfMessage({ type, version, header, envelope, body }: Message): XmlNode {
  const { root, shape } = MESSAGES[type];
  const namespace = `${NAMESPACE}${definitionOf({ type, version })}`;
  const content = node(root, (shape as Shape<unknown>).write(body, version), namespace);
  const document = node("Document", { attributes: {}, text: "", children: [content] }, namespace);
  if (header === undefined && envelope === undefined) return document;
  const parts = header === undefined ? [document] : [nodeOfHeader(header), document];
  const around = envelope ?? ENVELOPE;
  return around.reduceRight<readonly XmlNode[]>(
    (children, { name, namespace: outer }) => [{ name, namespace: outer, attributes: {}, text: "", children }],
    parts,
  )[0] as XmlNode;
}

function nodeOfHeader({ version, value }: VersionedHeader): XmlNode {
  return node(HEADER, head001.write(value, version), `${NAMESPACE}head.001.001.${version.toString().padStart(2, "0")}`);
}

/** A written element in the message's namespace; what is kept uninterpreted has its own already. */
function node(name: string, written: Pick<XmlNode, "attributes" | "text" | "children">, namespace: string): XmlNode {
  const children = written.children.map((child) =>
    child.namespace === "" ? node(child.name, child, namespace) : child,
  );
  return { ...written, name, namespace, children };
}

interface Opened {
  readonly document: XmlElement;
  readonly header: XmlElement | undefined;
  readonly envelope: readonly Pick<XmlNode, "name" | "namespace">[];
}

/** Finds document and header, side by side, in the elements around them. */
function opened(root: XmlElement): Opened {
  const envelope: Pick<XmlNode, "name" | "namespace">[] = [];
  let here = root;
  for (let level = 0; level <= MAX_ENVELOPE; ++level) {
    if (here.name === "Document") return { document: here, header: undefined, envelope };
    if (here.namespace.startsWith(NAMESPACE)) {
      throw new StructureError(here.path, "a message is a Document, alone or after its AppHdr in an envelope");
    }
    const { name, namespace } = here;
    envelope.push({ name, namespace });
    const [first, second, third] = here.children;
    if (first === undefined) break;
    if (first.name === HEADER) {
      if (second?.name !== "Document") throw new StructureError(first.path, "the header is followed by a Document");
      if (third !== undefined) throw new StructureError(third.path, "an envelope has one header and one document");
      return { document: second, header: first, envelope };
    }
    if (second !== undefined) throw new StructureError(second.path, "an envelope has one header and one document");
    here = first;
  }
  throw new StructureError(root.path, "there is no Document of ISO 20022 in it");
}

/** Type and version that a document's namespace names. */
function identified({ namespace, path }: XmlElement): { readonly type: MessageType; readonly version: number } {
  const match = /^urn:iso:std:iso:20022:tech:xsd:([a-z]{4}\.\d{3})\.(\d{3})\.(\d{2})$/.exec(namespace);
  if (match === null) {
    throw new UnknownMessageError(path, namespace, `the namespace "${namespace.slice(0, 80)}" is none of ISO 20022`);
  }
  const [, name = "", variant = "", digits = ""] = match;
  const type = MESSAGE_TYPES.find((each) => each === name);
  if (type === undefined || variant !== "001") {
    throw new UnknownMessageError(path, namespace, `the message ${name}.${variant} is not read here`);
  }
  const versions: readonly number[] = MESSAGES[type].versions;
  const version = Number(digits);
  if (!versions.includes(version)) {
    const [oldest, newest] = [versions[0], versions.at(-1)];
    throw new UnknownMessageError(
      path,
      namespace,
      `version ${version} of ${type} is not read, versions ${oldest} to ${newest} are`,
    );
  }
  return { type, version };
}

function readHeader(element: XmlElement): VersionedHeader {
  const digits = /^urn:iso:std:iso:20022:tech:xsd:head\.001\.001\.(\d{2})$/.exec(element.namespace)?.[1];
  const version = Number(digits);
  if (digits === undefined || !HEADER_VERSIONS.includes(version)) {
    throw new UnknownMessageError(
      element.path,
      element.namespace,
      `the namespace "${element.namespace.slice(0, 80)}" is no version of head.001 that is read`,
    );
  }
  return { version, value: head001.read(element, version) };
}
