import type { Arbitrary } from "fast-check";
import type { Plan } from "../story.js";
import * as holds from "./holds.js";
import * as issuance from "./issuance.js";
import * as offices from "./offices.js";
import * as payments from "./payments.js";
import * as settlement from "./settlement.js";

/** Everything that can happen in a story; what is named more often comes more often. */
export const PLANS: readonly Arbitrary<Plan>[] = [
  payments.transfer,
  payments.transfer,
  payments.transfer,
  payments.payOut,
  payments.approve,
  payments.transferFrom,
  payments.payBySignature,
  payments.payBySignature,
  holds.placeAnyHold,
  holds.placeAnyHold,
  holds.placeAnyHold,
  holds.captureAnyHold,
  holds.captureAnyHold,
  holds.releaseAnyHold,
  holds.releaseAnyHold,
  offices.passTime,
  offices.passTime,
  offices.freeze,
  offices.freezeAmount,
  offices.force,
  offices.haltClass,
  offices.haltAll,
  offices.suspend,
  offices.changeWallet,
  offices.usurpSupply,
  issuance.askIssue,
  issuance.askIssue,
  issuance.completeIssue,
  issuance.completeIssue,
  issuance.endIssue,
  issuance.askRedemption,
  issuance.completeRedemption,
  issuance.endRedemption,
  issuance.setQuota,
  settlement.propose,
  settlement.propose,
  settlement.proposeRing,
  settlement.proposeRing,
  settlement.affirm,
  settlement.cover,
  settlement.cover,
  settlement.settleGross,
  settlement.settleGross,
  settlement.settleGross,
  settlement.settleNetted,
  settlement.settleNetted,
  settlement.cancelAny,
  settlement.uncover,
];
