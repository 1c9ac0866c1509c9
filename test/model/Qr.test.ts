import { describeCampaign } from "./campaign.js";
import { QR_CHECKS } from "./qr/checks.js";
import { QR_PLANS } from "./qr/plans.js";
import { QR_RULES } from "./qr/state.js";
import { QrTale, openQrWorld } from "./qr/world.js";

describeCampaign({
  title: "Reference model of payments by QR code",
  open: openQrWorld,
  begin: (world, rules, state, tally) => new QrTale(world, rules, state, tally),
  rules: QR_RULES,
  plans: QR_PLANS,
  checkAll: async (told) => {
    for (const { holds } of QR_CHECKS) await holds(told);
  },
  alterations: [
    { what: "a reversed payment that is completed", altered: { endsOnce: false } },
    { what: "refunds beyond the payment", altered: { refundsAreCapped: false } },
    { what: "a refund that counts twice", altered: { refundsCountOnce: false } },
    { what: "a batch that one institution has not consented to", altered: { everyLineConsents: false } },
    { what: "answers at any time", altered: { answersAreInTime: false } },
    { what: "a batch that leaves a correction out", altered: { correctionsBind: false } },
    { what: "a correction in the wrong direction", altered: { correctionsGoBack: false } },
  ],
  refusals: [
    ...["QrCallerInvalid", "QrStatusInvalid", "QrDeadlineInvalid", "QrParticipantUnknown", "QrRouteIsClosed"],
    ...["QrPaymentExpired", "QrReversalNotDue", "QrRefundOutOfSequence", "QrRefundInvalid"],
    ...["QrWindowOutOfSequence", "QrReturnsOutstanding", "QrWindowStatusInvalid", "QrConsentMissing"],
    ...["ERC20InsufficientBalance", "QrDebtorRequired", "QrInclusionInvalid", "QrDisputePeriodOver"],
    ...["QrDisputeStatusInvalid", "QrAnswerPeriodOver", "QrAnswerInvalid", "QrAnswerPending", "QrNotTwice"],
  ],
  attempts: [],
  usual: { stories: 50 },
});
