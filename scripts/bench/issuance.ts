import { id } from "ethers";
import { REQUEST_KIND, attestationTypedData } from "../../sdk/eip712/issuance.js";
import { domainOf, sign } from "../../sdk/eip712/typedData.js";
import { minor } from "../../sdk/money.js";
import { gasOf } from "./measure.js";
import type { Figures } from "./operations.js";
import { LATER, type Suite } from "./suite.js";

/** Issues twice to one institution and reports the second. */
export async function measureIssue(suite: Suite): Promise<Figures> {
  await issue(suite, id("first payment of reserves"));
  return { issue: await issue(suite, id("second payment of reserves")) };
}

async function issue({ desk, banks, operator, carrier }: Suite, rtgsRef: string): Promise<number> {
  const [{ number, account }] = banks;
  const amount = minor("1000.00");
  await desk.connect(account).requestIssue(amount, rtgsRef, LATER);
  const said = { kind: REQUEST_KIND.issue, institution: number, amount, rtgsRef, validUntil: LATER };
  const signature = await sign(operator, attestationTypedData(await domainOf(desk), said));
  return gasOf(desk.connect(carrier).issue(number, rtgsRef, LATER, signature));
}
