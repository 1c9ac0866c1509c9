import { agent, id35, party } from "./parts.js";
import { choice, many, one, opaque, optional, sequence, type ValueOf } from "./shape.js";
import { code, dateTime, indicator, text } from "./types.js";

const sides = choice({ OrgId: one(party), FIId: one(agent) });

const message = {
  CharSet: optional(text(35)),
  Fr: one(sides),
  To: one(sides),
  BizMsgIdr: one(id35),
  MsgDefIdr: one(text(35)),
  BizSvc: optional(text(35)),
  MktPrctc: optional(sequence({ Regy: one(text(350)), Id: one(text(2048)) }), 2),
  CreDt: one(dateTime),
  BizPrcgDt: optional(dateTime, 2),
  CpyDplct: optional(code("CODU", "COPY", "DUPL")),
  PssblDplct: optional(indicator),
  Prty: optional(text(35)),
  Sgntr: optional(opaque),
};

/** head.001, BusinessApplicationHeader. A signature in it is kept and not verified. */
export const head001 = sequence({ ...message, Rltd: many(opaque) });

/** The business application header of a message. */
export type Header = ValueOf<typeof head001>;
