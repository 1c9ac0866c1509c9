import { expect } from "chai";
import { ErrorFragment, Interface } from "ethers";
import {
  ADMINISTRATION_ERRORS,
  CONTRACT_REASONS,
  DuplicateIdError,
  MalformedXmlError,
  REASON_CODES,
  RuleError,
  TotalError,
  UnknownMessageError,
  UnknownPartyError,
  ValueError,
  reasonOfRefusal,
  reasonOfRevert,
} from "../../../sdk/iso20022.js";
import * as types from "../../../types/ethers-contracts/index.js";

/** The contracts that a payment or settlement runs through. */
const CONTRACTS = {
  currency: types.ECNY__factory.abi,
  office: types.RetailOffice__factory.abi,
  engine: types.SettlementEngine__factory.abi,
  bond: types.Bond__factory.abi,
  bridgeCurrency: types.BridgeCurrency__factory.abi,
  bridgeOffice: types.BridgeOffice__factory.abi,
  bridgeGate: types.BridgeGate__factory.abi,
  bridgePayments: types.BridgePayments__factory.abi,
  connectDirectory: types.ConnectDirectory__factory.abi,
  paymentConnect: types.PaymentConnect__factory.abi,
  merchants: types.MerchantDirectory__factory.abi,
  purpose: types.PurposeBoundMoney__factory.abi,
  registry: types.InstitutionRegistry__factory.abi,
};

const errors = Object.values(CONTRACTS)
  .flatMap((abi) => new Interface(abi).fragments)
  .filter((fragment) => ErrorFragment.isFragment(fragment));
const names = [...new Set(errors.map(({ name }) => name))].sort();

const REFUSALS = [
  { error: new DuplicateIdError("/Document/A/GrpHdr/MsgId", "X", "a file"), code: "DU01" },
  { error: new DuplicateIdError("/Document/A/PmtId/UETR", "X", "a file"), code: "DUPL" },
  { error: new UnknownPartyError("/Document/A", "X", "account"), code: "AC01" },
  { error: new UnknownPartyError("/Document/A", "X", "institution"), code: "RC01" },
  { error: new UnknownPartyError("/Document/A", "X", "currency"), code: "AM03" },
  { error: new UnknownPartyError("/Document/A", "X", "security"), code: "AG03" },
  { error: new TotalError("/Document/A/GrpHdr/NbOfTxs", "1", "2"), code: "AM18" },
  { error: new TotalError("/Document/A/GrpHdr/CtrlSum", "1", "2"), code: "AM10" },
  { error: new ValueError("/Document/A/IntrBkSttlmAmt", "-1", "a rule"), code: "AM12" },
  { error: new ValueError("/Document/A/IntrBkSttlmDt", "x", "a rule"), code: "DT01" },
  { error: new ValueError("/Document/A/FinInstnId/BICFI", "x", "a rule"), code: "RC01" },
  { error: new ValueError("/Document/A/Id/IBAN", "x", "a rule"), code: "AC01" },
  { error: new ValueError("/Document/A/ChrgBr", "x", "a rule"), code: "FF01" },
  { error: new UnknownMessageError("/Document", "urn:x", "a rule"), code: "AG03" },
  { error: new MalformedXmlError("/", "a rule"), code: "FF01" },
  { error: new RuleError("/Document/A", "a rule"), code: "FF01" },
];

describe("ISO 20022, reasons", function () {
  it("sorts every error of the contracts into reasons and administration, once", function () {
    const sorted = [...Object.keys(CONTRACT_REASONS), ...ADMINISTRATION_ERRORS].sort();
    expect(
      names.filter((name) => !sorted.includes(name)),
      "errors without a reason",
    ).to.deep.equal([]);
    expect(
      sorted.filter((name) => !names.includes(name)),
      "reasons for no error",
    ).to.deep.equal([]);
    expect(new Set(sorted).size, "sorted twice").to.equal(sorted.length);
  });

  it("uses codes that it explains, and explains none that it does not use", function () {
    const used = new Set<string>(Object.values(CONTRACT_REASONS));
    for (const refusal of REFUSALS) used.add(reasonOfRefusal(refusal.error).code);
    used.add("NARR");
    expect([...used].sort()).to.deep.equal(Object.keys(REASON_CODES).sort());
  });

  for (const [name, code] of Object.entries(CONTRACT_REASONS)) {
    it(`answers ${name} with ${code} and its values`, function () {
      const fragment = errors.find((error) => error.name === name);
      if (fragment === undefined) throw new Error(`there is no error ${name}`);
      const abi = new Interface([fragment]);
      const values = fragment.inputs.map(({ type }, index) => valueOf(type, index));
      const { code: found, text } = reasonOfRevert(
        abi.encodeErrorResult(fragment, values),
        ...Object.values(CONTRACTS),
      );
      expect(found).to.equal(code);
      expect(text.startsWith(`${name}: `)).to.equal(true);
      fragment.inputs.forEach((input, index) => expect(text).to.contain(`${input.name} ${String(values[index])}`));
    });
  }

  it("tells an administration's error and a foreign one in words", function () {
    const abi = new Interface(CONTRACTS.office);
    const anonymous = abi.encodeErrorResult("WalletIdentityMissing", [`0x${"11".repeat(20)}`]);
    expect(reasonOfRevert(anonymous, CONTRACTS.currency, CONTRACTS.office)).to.deep.equal({
      code: "NARR",
      text: `WalletIdentityMissing: account 0x${"11".repeat(20)}`,
    });
    expect(reasonOfRevert("0xdeadbeef", CONTRACTS.currency)).to.deep.equal({
      code: "NARR",
      text: "an error that is not of the suite: 0xdeadbeef",
    });
  });

  for (const { error, code } of REFUSALS) {
    it(`answers ${error.name} at ${error.path} with ${code}`, function () {
      expect(reasonOfRefusal(error)).to.deep.equal({ code, text: error.message });
    });
  }
});

function valueOf(type: string, index: number): unknown {
  if (type === "address") return `0x${(index + 1).toString().repeat(40)}`;
  if (type === "bool") return true;
  if (type === "string") return "text";
  const bytes = /^bytes(\d+)$/.exec(type)?.[1];
  return bytes === undefined ? BigInt(index + 1) : `0x${"0a".repeat(Number(bytes))}`;
}
