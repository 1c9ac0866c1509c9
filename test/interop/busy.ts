import { expect } from "chai";
import { MESSAGE_KIND, deadlineAttribute } from "../../sdk/interop/messages.js";
import type { Chain } from "../support/chain.js";
import { deployLanes, pass, send, type End, type Lanes, type SentMessage } from "./lanes.js";

/** One message that is too late, one in time, and one the other way. */
export async function deployBusy(chains: Readonly<Record<End, Chain>>): Promise<Busy> {
  const lanes = await deployLanes(chains);
  const time = await pass(lanes, 10n);
  const late = await send(lanes, "mainland", { attributes: [deadlineAttribute(time + 100n)] });
  const timely = await send(lanes, "mainland", { payload: "0x02" });
  const back = await send(lanes, "hongkong", { payload: "0x03" });
  await pass(lanes, 200n);
  return { lanes, late, timely, back };
}

/** Two ledgers with work for a relayer. */
export interface Busy {
  readonly lanes: Lanes;
  readonly late: SentMessage;
  readonly timely: SentMessage;
  readonly back: SentMessage;
}

/** What both parties have seen: everything once, in order, nothing else. */
export async function expectFinished({ lanes, late, timely, back }: Busy) {
  const { mainland, hongkong } = lanes;
  const ids = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id);
  expect(ids(await hongkong.party.got())).to.deep.equal([timely.id]);
  expect(ids(await mainland.party.got())).to.deep.equal([back.id]);
  expect([...(await mainland.party.heard())].map(({ id, kind }) => [id, Number(kind)])).to.deep.equal([
    [late.id, MESSAGE_KIND.rollback],
    [timely.id, MESSAGE_KIND.success],
  ]);
  expect(ids(await hongkong.party.heard())).to.deep.equal([back.id]);
}
