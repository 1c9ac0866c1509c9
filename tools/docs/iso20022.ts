import { readFileSync, writeFileSync } from "node:fs";
import {
  CONTRACT_REASONS,
  MESSAGES,
  MESSAGE_TYPES,
  REASON_CODES,
  type MessageType,
  type ReasonCode,
} from "../../sdk/iso20022.js";

const PAGE = "docs/iso20022.md";

/** What each message is to the suite. */
const MEANING: Readonly<Record<MessageType, readonly [string, string]>> = {
  "pacs.008": ["in", "each transaction: a payment from wallet to wallet (`transferWithReference`)"],
  "pacs.009": ["in", "each transaction: an instruction between institutions' accounts, settled by the engine"],
  "pacs.002": ["out", "the status of every payment, or the rejection of a file"],
  "pacs.004": ["in, out", "a payment back from the one who was paid, under the original's reference"],
  "camt.050": ["in", "an instruction between institutions' accounts; answered by a pacs.002"],
  "camt.054": ["out", "debits and credits of an account, read from the chain's events alone"],
  "sese.023": ["in", "one side of a delivery; two sides that match become one instruction"],
  "sese.025": ["out", "the confirmation of a settled delivery to each side"],
};

function messages(): string {
  const rows = MESSAGE_TYPES.map((type) => {
    const { root, versions } = MESSAGES[type];
    const [direction, meaning] = MEANING[type];
    const digits = versions.map((version) => version.toString().padStart(2, "0"));
    return `| ${type} | ${root} | ${digits[0] ?? ""}–${digits.at(-1) ?? ""} | ${direction} | ${meaning} |`;
  });
  return `| message | element | versions | direction | in the suite |\n| --- | --- | --- | --- | --- |\n${rows.join("\n")}`;
}

function reasons(): string {
  const codes = Object.keys(REASON_CODES) as readonly ReasonCode[];
  const rows = codes.map((code) => {
    const names = Object.keys(CONTRACT_REASONS).filter((name) => CONTRACT_REASONS[name] === code);
    return `| ${code} | ${REASON_CODES[code]} | ${names.map((name) => `\`${name}\``).join(", ")} |`;
  });
  return `| code | meaning here | contract errors |\n| --- | --- | --- |\n${rows.join("\n")}`;
}

/** `npm run docs:iso20022`: the tables of messages and of reason codes, from the code that uses them. */
function main(): void {
  let text = readFileSync(PAGE, "utf8");
  for (const [name, table] of [
    ["messages", messages()],
    ["reasons", reasons()],
  ] as const) {
    const [begin, end] = [`<!-- ${name}: written by npm run docs:iso20022 -->`, `<!-- ${name}: end -->`];
    const [from, until] = [text.indexOf(begin), text.indexOf(end)];
    if (from === -1 || until < from) {
      console.error(`${PAGE} has no place for the table of ${name}: put it between "${begin}" and "${end}"`);
      process.exitCode = 1;
      return;
    }
    text = `${text.slice(0, from)}${begin}\n\n${table}\n\n${text.slice(until)}`;
  }
  writeFileSync(PAGE, text);
}

main();
