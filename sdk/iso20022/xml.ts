import { XMLParser, XMLValidator } from "fast-xml-parser";
import { ForbiddenXmlError, MalformedXmlError, OversizedMessageError } from "./errors.js";

/** Files of this many bytes or more are refused unread. */
export const MAX_BYTES = 10_000_000;
/** More markup than any message that one transaction could settle. */
const MAX_TAGS = 500_000;
/** Levels of the deepest message are under 30. */
const MAX_LEVELS = 64;

const SCHEMA_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance";
const XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace";

/** An element without its place, as it is kept where its content is not interpreted. */
export interface XmlNode {
  readonly name: string;
  readonly namespace: string;
  /** Attributes without a prefix. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Empty when there are children. */
  readonly text: string;
  readonly children: readonly XmlNode[];
}

/** An element that was read, with its path from the root; equal siblings are numbered from 1. */
export interface XmlElement extends XmlNode {
  readonly path: string;
  readonly children: readonly XmlElement[];
}

/** What the parser gives in document order: one entry an element, text or CDATA section. */
type Entry = Readonly<Record<string, unknown>>;

const TEXT = "#text";
const CDATA = "#cdata";
const ATTRIBUTES = ":@";

// entities are resolved here and not by the parser, so that there is nothing to expand
const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  cdataPropName: CDATA,
  textNodeName: TEXT,
  maxNestedTags: MAX_LEVELS,
});

/**
 * Reads one XML document strictly: UTF-8, no document type, no entities beside the five of XML and character
 * references, no mixed content, namespaces resolved. Comments and processing instructions are skipped, attributes of
 * `xsi:` too.
 * @param input bytes, or text that was bytes.
 * @throws MessageError of the kinds {@link OversizedMessageError}, {@link MalformedXmlError}, {@link ForbiddenXmlError}.
 */
export function readXml(input: string | Uint8Array): XmlElement {
  const size = typeof input === "string" ? Buffer.byteLength(input) : input.byteLength;
  if (size >= MAX_BYTES) throw new OversizedMessageError(size, MAX_BYTES);
  const text = checkedText(input);
  const entries = parsed(text);
  const roots = entries.filter((entry) => nameOf(entry) !== TEXT);
  const [root] = roots;
  if (root === undefined || roots.length !== 1) {
    throw new MalformedXmlError("/", `a document has one root element and this one has ${roots.length}`);
  }
  return toElement(root, "", new Map([["xml", XML_NAMESPACE]]), 1);
}

/** Well-formed text, with line ends as XML reads them, or the reason why it is none. */
function checkedText(input: string | Uint8Array): string {
  const raw = typeof input === "string" ? input : decoded(input);
  const text = raw.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  const foreign = /[^\t\n\x20-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u.exec(text);
  if (foreign !== null) {
    throw new MalformedXmlError("/", `the character U+${hex(foreign[0].codePointAt(0) ?? 0)} is none of XML 1.0`);
  }
  const declaration = /^<\?xml\s([^?]*)\?>/.exec(text)?.[1] ?? "";
  const encoding = /encoding\s*=\s*["']([^"']*)["']/.exec(declaration)?.[1];
  if (encoding !== undefined && encoding.toUpperCase() !== "UTF-8") {
    throw new MalformedXmlError("/", `the encoding ${encoding.slice(0, 20)} is not UTF-8`);
  }
  const markup = /<!(?!--|\[CDATA\[)\s*(\w{0,10})/.exec(text);
  if (markup !== null) throw new ForbiddenXmlError("/", `a document type definition (<!${markup[1]}) is not allowed`);
  let tags = 0;
  for (let at = text.indexOf("<"); at !== -1; at = text.indexOf("<", at + 1)) ++tags;
  if (tags > MAX_TAGS) throw new ForbiddenXmlError("/", `${tags} tags are more than the ${MAX_TAGS} that are read`);
  return text;
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new MalformedXmlError("/", "the bytes are not UTF-8");
  }
}

function parsed(text: string): readonly Entry[] {
  let entries: unknown;
  try {
    const verdict = XMLValidator.validate(text);
    if (verdict !== true) {
      const { msg, line } = verdict.err;
      throw new MalformedXmlError(
        "/",
        `line ${line} is not well-formed (${msg.replace(/[.;\s]+$/, "").slice(0, 100)})`,
      );
    }
    entries = parser.parse(text);
  } catch (error) {
    if (error instanceof MalformedXmlError) throw error;
    // the parser has errors of its own for what it finds dangerous: reserved names, too many levels
    const reason = error instanceof Error ? error.message.replace(/[.;\s]+$/, "").slice(0, 100) : "no reason given";
    throw new ForbiddenXmlError("/", `the XML parser refuses it (${reason})`);
  }
  return entriesOf(entries);
}

function isEntry(value: unknown): value is Entry {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function entriesOf(value: unknown): readonly Entry[] {
  return Array.isArray(value) ? value.filter(isEntry) : [];
}

function nameOf(entry: Entry): string {
  return Object.keys(entry).find((key) => key !== ATTRIBUTES) ?? TEXT;
}

function toElement(entry: Entry, parent: string, scope: ReadonlyMap<string, string>, level: number): XmlElement {
  const qualified = nameOf(entry);
  const here = `${parent}/${localOf(qualified)}`;
  if (level > MAX_LEVELS) throw new ForbiddenXmlError(here, `more than ${MAX_LEVELS} levels are not read`);
  const given = attributesOf(entry[ATTRIBUTES]);
  const inner = new Map(scope);
  for (const [key, value] of Object.entries(given)) {
    if (key === "xmlns") inner.set("", unescaped(value, here));
    if (key.startsWith("xmlns:")) inner.set(key.slice(6), unescaped(value, here));
  }
  const namespaceOf = (name: string): string => {
    const prefix = name.includes(":") ? name.slice(0, name.indexOf(":")) : "";
    const namespace = inner.get(prefix);
    if (namespace === undefined && prefix !== "") {
      throw new MalformedXmlError(here, `the prefix ${prefix.slice(0, 30)} is bound to no namespace`);
    }
    return namespace ?? "";
  };
  const attributes: [string, string][] = [];
  for (const [key, value] of Object.entries(given)) {
    if (key === "xmlns" || key.startsWith("xmlns:")) continue;
    if (!key.includes(":")) attributes.push([key, unescaped(value.replace(/[\t\n]/g, " "), here)]);
    else if (namespaceOf(key) !== SCHEMA_INSTANCE) {
      throw new MalformedXmlError(here, `the attribute ${key.slice(0, 30)} of another namespace is not read`);
    }
  }
  const { text, children } = contentOf(entry[qualified], here, inner, level);
  return {
    path: here,
    name: localOf(qualified),
    namespace: namespaceOf(qualified),
    attributes: Object.fromEntries(attributes),
    text,
    children,
  };
}

function contentOf(content: unknown, here: string, scope: ReadonlyMap<string, string>, level: number) {
  const parts = entriesOf(content);
  const elements = parts.filter((part) => ![TEXT, CDATA].includes(nameOf(part)));
  const text = parts
    .map((part) => {
      const name = nameOf(part);
      if (name === TEXT) return unescaped(stringOf(part[TEXT]), here);
      if (name !== CDATA) return "";
      return entriesOf(part[CDATA])
        .map((each) => stringOf(each[TEXT]))
        .join("");
    })
    .join("");
  if (elements.length === 0) return { text, children: [] };
  if (text.trim() !== "") throw new MalformedXmlError(here, "text stands between elements");
  const counts = new Map<string, number>();
  for (const part of elements) counts.set(localOf(nameOf(part)), (counts.get(localOf(nameOf(part))) ?? 0) + 1);
  const places = new Map<string, number>();
  const children = elements.map((part) => {
    const child = toElement(part, here, scope, level + 1);
    const place = (places.get(child.name) ?? 0) + 1;
    places.set(child.name, place);
    return counts.get(child.name) === 1 ? child : moved(child, `${here}/${child.name}`, `[${place}]`);
  });
  return { text: "", children };
}

/** The element with its number among its siblings, in its own path and those below it. */
function moved(element: XmlElement, prefix: string, number: string): XmlElement {
  return {
    ...element,
    path: `${prefix}${number}${element.path.slice(prefix.length)}`,
    children: element.children.map((child) => moved(child, prefix, number)),
  };
}

function attributesOf(value: unknown): Readonly<Record<string, string>> {
  if (!isEntry(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, text]) => [key, stringOf(text)]));
}

function stringOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function localOf(qualified: string): string {
  return qualified.slice(qualified.indexOf(":") + 1);
}

const PREDEFINED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** Text with the five entities of XML and character references resolved, once. */
function unescaped(text: string, path: string): string {
  return text.replace(/&([^;&]{0,40});?/g, (whole, body: string) => {
    const named = Object.hasOwn(PREDEFINED, body) ? PREDEFINED[body] : undefined;
    if (whole.endsWith(";") && named !== undefined) return named;
    const reference = /^#(?:x([0-9A-Fa-f]{1,6})|(\d{1,7}))$/.exec(body);
    if (!whole.endsWith(";") || reference === null) {
      throw new ForbiddenXmlError(path, `"${whole.slice(0, 30)}" is no entity of XML itself`);
    }
    const code = reference[1] === undefined ? Number(reference[2]) : parseInt(reference[1], 16);
    if (!isXmlCharacter(code)) throw new MalformedXmlError(path, `${whole} is no character of XML 1.0`);
    return String.fromCodePoint(code);
  });
}

function isXmlCharacter(code: number): boolean {
  if (code === 9 || code === 10 || code === 13) return true;
  return (
    (code >= 0x20 && code <= 0xd7ff) || (code >= 0xe000 && code <= 0xfffd) || (code >= 0x10000 && code <= 0x10ffff)
  );
}

function hex(code: number): string {
  return code.toString(16).toUpperCase().padStart(4, "0");
}

/** A document of this root, indented by two blanks, in UTF-8 with its declaration. What {@link readXml} reads back. */
export function writeXml(root: XmlNode): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${written(root, "", "")}\n`;
}

function written(node: XmlNode, outer: string, indent: string): string {
  const declared = node.namespace === outer ? "" : ` xmlns="${escaped(node.namespace, true)}"`;
  const attributes = Object.entries(node.attributes).map(([key, value]) => ` ${key}="${escaped(value, true)}"`);
  const open = `${indent}<${node.name}${declared}${attributes.join("")}`;
  if (node.children.length === 0) {
    return node.text === "" ? `${open}/>` : `${open}>${escaped(node.text, false)}</${node.name}>`;
  }
  const children = node.children.map((child) => written(child, node.namespace, `${indent}  `));
  return `${open}>\n${children.join("\n")}\n${indent}</${node.name}>`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\r": "&#13;",
  "\t": "&#9;",
  "\n": "&#10;",
};

function escaped(text: string, attribute: boolean): string {
  return text.replace(attribute ? /[&<>"\r\t\n]/g : /[&<>\r]/g, (character) => ESCAPES[character] ?? character);
}

/** The element without its path. */
export function nodeOf({ name, namespace, attributes, text, children }: XmlElement): XmlNode {
  return { name, namespace, attributes, text, children: children.map(nodeOf) };
}
