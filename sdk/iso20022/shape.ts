import { StructureError } from "./errors.js";
import { nodeOf, type XmlElement, type XmlNode } from "./xml.js";

/** A part of the text of an element, or one of its attributes, that was taken out of the schema into a value. */
interface Written {
  readonly text: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** How an element's content is read into a value and written again. What `read` gives, `write` gives back. */
export interface Shape<T> {
  /** @throws MessageError that names the element and the rule. */
  read(element: XmlElement, version: number): T;
  write(value: T, version: number): Pick<XmlNode, "attributes" | "text" | "children">;
  /** For documentation and for generators of random values. */
  readonly kind: Kind;
}

/** What a shape is made of. */
export type Kind =
  | { readonly name: "leaf"; readonly leaf: string }
  | { readonly name: "sequence" | "choice"; readonly fields: Fields }
  | { readonly name: "opaque" };

/** An element of a sequence or choice: how often it may come, and in which versions of the message. */
export interface Field<T, Presence extends "one" | "optional" | "many" = "one" | "optional" | "many"> {
  readonly shape: Shape<T>;
  readonly presence: Presence;
  readonly min: number;
  readonly max: number;
  /** First version of the message that has the element. */
  readonly since: number;
}

/** Elements by name, in the order of the schema. */
export type Fields = Readonly<Record<string, Field<unknown>>>;

type Content<F> = F extends Field<infer T> ? T : never;
type Named<F extends Fields, P> = {
  [K in keyof F]: F[K] extends Field<unknown, infer Q> ? (Q extends P ? K : never) : never;
}[keyof F];

/** The value of a sequence of elements. */
export type SequenceOf<F extends Fields> = { readonly [K in Named<F, "one">]: Content<F[K]> } & {
  readonly [K in Named<F, "optional">]?: Content<F[K]>;
} & { readonly [K in Named<F, "many">]?: readonly Content<F[K]>[] };

/** The value of a choice: exactly one of the elements. */
export type ChoiceOf<F extends Fields> = { [K in keyof F]: { readonly [P in K]: Content<F[K]> } }[keyof F];

/** The value that a shape reads. */
export type ValueOf<S> = S extends Shape<infer T> ? T : never;

/** Exactly one. */
export function one<T>(shape: Shape<T>, since = 0): Field<T, "one"> {
  return { shape, presence: "one", min: 1, max: 1, since };
}

/** One or none. */
export function optional<T>(shape: Shape<T>, since = 0): Field<T, "optional"> {
  return { shape, presence: "optional", min: 0, max: 1, since };
}

/** A list; absent when empty. */
export function many<T>(shape: Shape<T>, { min = 0, max = Infinity, since = 0 } = {}): Field<T, "many"> {
  return { shape, presence: "many", min, max, since };
}

/**
 * A value in the text of an element, of which attributes may be part.
 * @param leaf name of the type, for documentation.
 */
export function leaf<T>(
  name: string,
  read: (element: XmlElement) => T,
  write: (value: T) => Written,
  attributes: readonly string[] = [],
): Shape<T> {
  return {
    kind: { name: "leaf", leaf: name },
    read(element) {
      const [child] = element.children;
      if (child !== undefined) throw new StructureError(child.path, `${element.name} has a value and no elements`);
      refuseAttributes(element, attributes);
      return read(element);
    },
    write: (value) => ({ attributes: {}, children: [], ...write(value) }),
  };
}

/** Content that the standard allows and nothing here interprets: kept as it is. */
export const opaque: Shape<XmlNode> = {
  kind: { name: "opaque" },
  read: (element) => ({ ...nodeOf(element), name: "" }),
  write: ({ attributes, text, children }) => ({ attributes, text, children }),
};

/** Elements in the order of the schema. */
export function sequence<F extends Fields>(fields: F): Shape<SequenceOf<F>> {
  const order = Object.keys(fields);
  return {
    kind: { name: "sequence", fields },
    read(element, version) {
      refuseText(element);
      refuseAttributes(element, []);
      refuseDisorder(element, fields, order, version);
      const value = Object.entries(fields).flatMap(([name, { shape, presence, min, max }]) => {
        const found = element.children.filter((child) => child.name === name);
        if (found.length === 0) {
          if (min === 0) return [];
          throw new StructureError(`${element.path}/${name}`, "the element is missing");
        }
        const excess = found[max];
        if (excess !== undefined) throw new StructureError(excess.path, `the element may come ${max} times at most`);
        const values = found.map((child) => shape.read(child, version));
        return [[name, presence === "many" ? values : values[0]]];
      });
      return Object.fromEntries(value) as SequenceOf<F>;
    },
    write: (value, version) => ({ attributes: {}, text: "", children: childrenOf(fields, value, version) }),
  };
}

/** Exactly one of the elements. */
export function choice<F extends Fields>(fields: F): Shape<ChoiceOf<F>> {
  const order = Object.keys(fields);
  return {
    kind: { name: "choice", fields },
    read(element, version) {
      refuseText(element);
      refuseAttributes(element, []);
      const [found, second] = element.children;
      if (found === undefined) {
        throw new StructureError(element.path, `one of ${order.join(", ")} is missing`);
      }
      if (second !== undefined) throw new StructureError(second.path, `${element.name} has one of ${order.join(", ")}`);
      refuseDisorder(element, fields, order, version);
      return { [found.name]: fields[found.name]?.shape.read(found, version) } as ChoiceOf<F>;
    },
    write: (value, version) => ({ attributes: {}, text: "", children: childrenOf(fields, value, version) }),
  };
}

/** The same content under a rule that its elements have together. */
export function ruled<T>(shape: Shape<T>, rule: (value: T, element: XmlElement) => void): Shape<T> {
  return {
    ...shape,
    read(element, version) {
      const value = shape.read(element, version);
      rule(value, element);
      return value;
    },
  };
}

function childrenOf(fields: Fields, value: object, version: number): XmlNode[] {
  const given = new Map<string, unknown>(Object.entries(value));
  return Object.entries(fields).flatMap(([name, { shape, presence, since }]) => {
    const content = given.get(name);
    if (content === undefined) return [];
    if (version < since) {
      throw new StructureError(name, `the element is not in version ${version}, it came with version ${since}`);
    }
    const contents: readonly unknown[] = presence === "many" && Array.isArray(content) ? content : [content];
    return contents.map((each) => {
      const namespace = isOpaque(shape) && isNode(each) ? each.namespace : "";
      return { name, namespace, ...shape.write(each, version) };
    });
  });
}

function isOpaque(shape: Shape<unknown>): boolean {
  return shape.kind.name === "opaque";
}

function isNode(value: unknown): value is XmlNode {
  return typeof value === "object" && value !== null && "namespace" in value;
}

function refuseText(element: XmlElement): void {
  if (element.text.trim() !== "") throw new StructureError(element.path, "the element has elements and no text");
}

function refuseAttributes(element: XmlElement, allowed: readonly string[]): void {
  const foreign = Object.keys(element.attributes).find((name) => !allowed.includes(name));
  if (foreign !== undefined) throw new StructureError(element.path, `the attribute ${foreign} is unknown here`);
}

function refuseDisorder(element: XmlElement, fields: Fields, order: readonly string[], version: number): void {
  let reached = 0;
  for (const child of element.children) {
    const field = Object.hasOwn(fields, child.name) ? fields[child.name] : undefined;
    if (field === undefined) throw new StructureError(child.path, `${element.name} has no such element`);
    if (version < field.since) {
      throw new StructureError(child.path, `the element came with version ${field.since}, this is version ${version}`);
    }
    if (child.namespace !== element.namespace) {
      throw new StructureError(child.path, `the namespace "${child.namespace}" is not the one of ${element.name}`);
    }
    const place = order.indexOf(child.name);
    if (place < reached) {
      throw new StructureError(child.path, `the element comes before ${order[reached] ?? ""} in the schema`);
    }
    reached = place;
  }
}
