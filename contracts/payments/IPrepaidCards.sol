// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Hold} from "../ledger/IHoldLedger.sol";

/// @notice The terms on which a merchant sells a kind of card. Its id is the hash of the terms, so terms never change,
/// and each card names them whole.
/// @param merchant Account that is paid for what has been consumed, and nobody else.
/// @param unitPrice Minor units of one unit: a visit, a lesson, a month.
/// @param units How many units a card has; the card's price is `unitPrice × units`.
/// @param period Zero: units are released as the consumer confirms them. Otherwise seconds from one unit that time
///   releases to the next; all of them fall due before a card expires.
/// @param coolingOff Seconds from the purchase in which the consumer may have everything unused back, for any reason.
///   Seven days at least.
/// @param validity Seconds a card is good for, at least: it expires so long after the last moment of its purchase.
/// @param arbiter Decides disputes; neither the merchant nor the consumer.
/// @param arbitrationPeriod Seconds from a dispute's opening in which the arbiter may decide it.
/// @param awardLimit Most units that the arbiter may give to the merchant without the consumer's confirmation.
/// @param contractHash keccak256 of the text of the contract that merchant and consumer make.
struct CardTemplate {
    address merchant;
    uint64 unitPrice;
    uint32 units;
    uint32 period;
    uint32 coolingOff;
    uint32 validity;
    address arbiter;
    uint32 arbitrationPeriod;
    uint32 awardLimit;
    bytes32 contractHash;
}

/// @notice One card, as its consumer agrees to it.
/// @param consumer Owner of the money, before and after the purchase.
/// @param notAfter Unix seconds, inclusive: last moment of the purchase, a day away at most.
/// @param salt Tells two cards of one consumer on equal terms apart.
struct PrepaidCard {
    CardTemplate template;
    address consumer;
    uint48 notAfter;
    bytes32 salt;
}

/// @notice What a consumer signs when it has consumed.
/// @param card Id of the card.
/// @param used Units released before: a confirmation counts once, and in its turn.
/// @param units Units consumed now.
/// @param notAfter Unix seconds, inclusive.
struct UnitConfirmation {
    bytes32 card;
    uint32 used;
    uint32 units;
    uint48 notAfter;
}

/// @notice Registered by its merchant, admitted by the merchant's institution, closed for good.
enum TemplateStatus {
    None,
    Registered,
    Open,
    Closed
}

/// @notice How far a card has come. Consumed and Refunded are for ever.
enum CardStatus {
    None,
    Active,
    Disputed,
    Consumed,
    Refunded
}

/// @notice Why a consumer got back what was unused.
enum RefundCause {
    Insolvency,
    Expiry,
    DisputeLapsed,
    CoolingOff,
    MerchantConsent,
    Ruling
}

/// @notice What is known of a card beside its terms.
/// @param used Units released to the merchant.
/// @param bought Unix seconds.
/// @param disputed Unix seconds at which the dispute was opened; zero: never.
struct CardState {
    CardStatus status;
    uint32 used;
    uint48 bought;
    uint48 disputed;
}

/// @title IPrepaidCards
/// @notice Prepaid cards whose money stays the consumer's until it is consumed: a merchant that closes owes nobody a
/// refund, because it never had the money.
/// @dev Immutable; one contract for one currency. It owns nothing. The price of a card is a hold in place on the
/// consumer's own account: payee the merchant, executor this contract, reference the card's id, so the ledger itself
/// lets the money go to that merchant or back to that consumer and nowhere else, whatever this contract does. Amounts
/// are minor units, times Unix seconds.
///
/// **Terms.** A merchant registers a template, the operating institution that keeps its wallet admits it; both may
/// close it, which ends sales and touches no card. The consumer signs the card with all its terms (EIP-712; the digest is
/// the card's id), or calls itself.
///
/// **Release.** Unit by unit, as the consumer confirms by a call or a signature; or by schedule, as time makes units
/// due, from the end of the cooling-off period on. Nothing else pays the merchant but an award of the arbiter, within
/// the limit of the template.
///
/// **Refund** of what is unused, always to the consumer and always whole: by the consumer within the cooling-off period,
/// disputed or not; with the merchant's consent at any time; and by anybody once the card has expired, the merchant is
/// insolvent, or a dispute was not decided in time.
///
/// **Dispute.** Opened by the consumer, once a card: nothing is released until the arbiter rules, which ends the card, or
/// the consumer withdraws, which lets it go on. An arbiter that is silent cannot keep the money: from the deadline on it
/// goes back.
///
/// **Insolvency.** One act of the central bank's officer, for good: no card of the merchant pays it another minor unit,
/// and anybody may free any of them. Each card reads that one state; nothing loops over cards.
///
/// The ledger's rules hold on each path: a purchase counts against the consumer's limits as a payment does (given back
/// with a refund on the same day, or in the same year), a merchant that is frozen, halted or full is not paid until it
/// can be, and a refund goes through whoever is frozen and while everything is halted.
///
/// Not protected: what a visit is worth; a consumer who consumes and does not confirm (ask for the confirmation
/// first; within the cooling-off period the refund prevails); what is due by schedule, or was signed, and is not
/// claimed before the dispute, the card's end or the insolvency; an arbiter whose award the merchant cannot receive
/// now must rule again within its period. While a dispute runs out, so does the card.
interface IPrepaidCards {
    /// @notice A merchant has offered terms.
    event TemplateRegistered(bytes32 indexed id, address indexed merchant, CardTemplate template);
    /// @notice The merchant's institution lets cards be sold on them.
    event TemplateAdmitted(bytes32 indexed id, uint16 indexed institution, address by);
    /// @notice No more cards are sold on them.
    event TemplateClosed(bytes32 indexed id, address indexed by);
    /// @notice A card was sold; its price is held on the consumer's account.
    event CardSold(
        bytes32 indexed id,
        address indexed consumer,
        address indexed merchant,
        bytes32 templateId,
        uint256 amount,
        uint256 expiry
    );
    /// @notice The merchant was paid for `units`; `used` units have been released in all.
    event UnitsReleased(bytes32 indexed id, address indexed merchant, uint256 units, uint256 amount, uint256 used);
    /// @notice Nothing is released until the arbiter has ruled, which it may before `deadline`.
    event CardDisputed(bytes32 indexed id, address indexed consumer, bytes32 evidence, uint256 deadline);
    /// @notice The consumer lets the card go on.
    event DisputeWithdrawn(bytes32 indexed id, address indexed consumer);
    /// @notice The arbiter has given `units` to the merchant and the rest to the consumer.
    event CardRuled(bytes32 indexed id, address indexed arbiter, uint256 units, bytes32 reason);
    /// @notice The consumer has back what was unused.
    event CardRefunded(bytes32 indexed id, address indexed consumer, uint256 amount, RefundCause cause);
    /// @notice A consumer took back a hold for a card that was not bought.
    event PurchaseWithdrawn(bytes32 indexed id, address indexed consumer, uint256 amount);
    /// @notice The merchant receives nothing more from any card.
    event MerchantDeclaredInsolvent(address indexed merchant, address indexed by, bytes32 legalBasis);

    /// @notice The terms contradict each other or the rules for all templates.
    error PrepaidTemplateInvalid(bytes32 id);
    /// @notice The template is not at the step that this needs.
    error PrepaidTemplateStatusInvalid(bytes32 id, TemplateStatus status);
    /// @notice Only those whom the template concerns may do this.
    error PrepaidTemplateCallerInvalid(bytes32 id, address caller);
    /// @notice The merchant's wallet is another institution's.
    error PrepaidMerchantNotSponsored(address merchant, uint16 sponsor, uint16 institution);
    /// @notice The merchant is insolvent.
    error PrepaidMerchantInsolvent(address merchant);
    /// @notice Somebody's insolvency has a legal basis.
    error PrepaidLegalBasisMissing(address merchant);
    /// @notice The card may not be bought any more, or not yet.
    error PrepaidSaleTimeInvalid(bytes32 id, uint256 notAfter, uint256 time);
    /// @notice The consumer would be the arbiter of its own card.
    error PrepaidArbiterPartial(bytes32 id, address arbiter);
    /// @notice The signature is not the consumer's over this card.
    error PrepaidConsentInvalid(bytes32 id, address consumer);
    /// @notice The card is not at the step that this needs.
    error PrepaidCardStatusInvalid(bytes32 id, CardStatus status);
    /// @notice Only `expected` may do this.
    error PrepaidCallerInvalid(bytes32 id, address caller, address expected);
    /// @notice The card's units are released the other way.
    error PrepaidReleaseInvalid(bytes32 id, uint256 period);
    /// @notice No units, or more than there are for this.
    error PrepaidUnitsInvalid(bytes32 id, uint256 units, uint256 limit);
    /// @notice The confirmation is for another turn.
    error PrepaidConfirmationStale(bytes32 id, uint256 confirmed, uint256 used);
    /// @notice The confirmation may not be used any more.
    error PrepaidConfirmationExpired(bytes32 id, uint256 notAfter, uint256 time);
    /// @notice The confirmation names another card, or the signature is not its consumer's.
    error PrepaidConfirmationInvalid(bytes32 id, address consumer);
    /// @notice Time has made nothing due since the last release.
    error PrepaidNothingDue(bytes32 id, uint256 used);
    /// @notice The card was disputed before.
    error PrepaidDisputeUsed(bytes32 id, uint256 disputed);
    /// @notice The arbiter's time is over.
    error PrepaidArbitrationOver(bytes32 id, uint256 deadline, uint256 time);
    /// @notice Nothing entitles the caller to end the card now.
    error PrepaidRefundNotDue(bytes32 id, address caller);

    /// @notice Offers terms; cards are sold once the merchant's institution has admitted them.
    /// @dev Caller: the merchant. Reverts with {PrepaidTemplateCallerInvalid}, {PrepaidMerchantInsolvent},
    /// {PrepaidTemplateStatusInvalid} (registered before) and {PrepaidTemplateInvalid}: no unit, price or arbiter, a price
    /// past 2^64 − 1, an arbiter that is the merchant, a cooling-off period shorter than {MINIMUM_COOLING_OFF} or not
    /// shorter than the validity, a schedule that does not end within the validity, no time for the arbiter, or an award
    /// limit above the units.
    /// @return id Hash of the terms.
    function registerTemplate(CardTemplate calldata template) external returns (bytes32 id);

    /// @notice Lets cards be sold on registered terms.
    /// @dev Caller: an account of the active operating institution that keeps the merchant's wallet. Reverts with the
    /// registry's InstitutionUnknown, InstitutionNotActive and InstitutionTierInvalid, {PrepaidTemplateStatusInvalid},
    /// {PrepaidMerchantNotSponsored}, {PrepaidMerchantInsolvent}.
    function admitTemplate(CardTemplate calldata template) external returns (bytes32 id);

    /// @notice Ends sales on these terms for good; cards that were sold go on.
    /// @dev Caller: the merchant, or an account of the institution that admitted them, whatever its standing. Reverts with
    /// {PrepaidTemplateStatusInvalid}, {PrepaidTemplateCallerInvalid}.
    function closeTemplate(CardTemplate calldata template) external returns (bytes32 id);

    /// @notice Sells a card: the consumer's price is held on its own account.
    /// @dev Caller: the consumer, or anyone with its signature. The hold is {holdOf}'s: it is in place already, or the
    /// consumer has signed it (`holdSignature`, in the currency's domain), or has given this contract an allowance
    /// (`holdSignature` empty). Reverts with {PrepaidCardStatusInvalid} (sold before), {PrepaidTemplateStatusInvalid},
    /// {PrepaidMerchantInsolvent}, {PrepaidSaleTimeInvalid}, {PrepaidArbiterPartial}, {PrepaidConsentInvalid}, with
    /// InstitutionNotActive if the institution that admitted the template is suspended, and with whatever the ledger
    /// refuses a hold for.
    /// @param consent The consumer's over the card (ECDSA or ERC-1271); not looked at when the consumer calls.
    function buy(
        PrepaidCard calldata card,
        bytes calldata consent,
        bytes calldata holdSignature
    ) external returns (bytes32 id);

    /// @notice Takes back a hold that was placed for a card which was not bought.
    /// @dev Caller: the consumer. Reverts with {PrepaidCardStatusInvalid}, {PrepaidCallerInvalid}, HoldNotActive.
    /// @return released Minor units given back.
    function withdrawPurchase(PrepaidCard calldata card) external returns (uint256 released);

    /// @notice Confirms that units were consumed, and pays the merchant for them.
    /// @dev Caller: the consumer. Reverts with {PrepaidCallerInvalid}, {PrepaidCardStatusInvalid},
    /// {PrepaidReleaseInvalid}, {PrepaidUnitsInvalid}, {PrepaidMerchantInsolvent}, HoldExpired, and with whatever refuses
    /// the merchant.
    function confirm(PrepaidCard calldata card, uint32 units) external;

    /// @notice The same with the consumer's signature.
    /// @dev Caller: anyone. Reverts like {confirm}, and with {PrepaidConfirmationInvalid}, {PrepaidConfirmationStale},
    /// {PrepaidConfirmationExpired}.
    /// @param signature The consumer's over the confirmation (EIP-712; ECDSA or ERC-1271).
    function confirmWithSignature(
        PrepaidCard calldata card,
        UnitConfirmation calldata confirmation,
        bytes calldata signature
    ) external;

    /// @notice Pays the merchant for the units that the schedule has made due.
    /// @dev Caller: anyone. Reverts with {PrepaidCardStatusInvalid}, {PrepaidReleaseInvalid}, {PrepaidNothingDue},
    /// {PrepaidMerchantInsolvent}, HoldExpired, and with whatever refuses the merchant.
    function releaseDue(PrepaidCard calldata card) external;

    /// @notice Freezes the card until the arbiter has ruled.
    /// @dev Caller: the consumer, once a card. Reverts with {PrepaidCallerInvalid}, {PrepaidCardStatusInvalid},
    /// {PrepaidDisputeUsed}.
    /// @param evidence Hash of what the consumer submits to the arbiter.
    function dispute(PrepaidCard calldata card, bytes32 evidence) external;

    /// @notice Lets a disputed card go on; it cannot be disputed again.
    /// @dev Caller: the consumer, until the refund. Reverts with {PrepaidCallerInvalid}, {PrepaidCardStatusInvalid}.
    function withdrawDispute(PrepaidCard calldata card) external;

    /// @notice Ends a disputed card: `units` are paid, the rest goes back.
    /// @dev Caller: the template's arbiter, before the deadline. The award is at most the template's `awardLimit`, what
    /// is left, and by schedule what was due when the dispute was opened. Reverts with {PrepaidCallerInvalid},
    /// {PrepaidCardStatusInvalid}, {PrepaidArbitrationOver}, {PrepaidUnitsInvalid}; and, if anything is awarded, with
    /// {PrepaidMerchantInsolvent}, HoldExpired, and with whatever refuses the merchant.
    /// @param reason Hash of the reasons given.
    function rule(PrepaidCard calldata card, uint32 units, bytes32 reason) external;

    /// @notice Ends a card and gives the consumer back all that is unused.
    /// @dev Caller: anyone once the merchant is insolvent, the card has expired, or a dispute was not decided in time; the
    /// consumer within the cooling-off period; the merchant at any time. Works while halted and whoever is frozen.
    /// Reverts with {PrepaidCardStatusInvalid}, {PrepaidRefundNotDue}.
    /// @return amount Minor units given back.
    function refund(PrepaidCard calldata card) external returns (uint256 amount);

    /// @notice Stops every release to the merchant and frees every refund of its cards, for good.
    /// @dev Restricted (the central bank's halting officer: a stop waits for no delay). Reverts with
    /// {PrepaidLegalBasisMissing}. Declaring it again changes nothing.
    /// @param legalBasis Hash of the court's or the regulator's decision.
    function declareInsolvent(address merchant, bytes32 legalBasis) external;

    /// @notice Id of terms: their EIP-712 struct hash.
    function templateId(CardTemplate calldata template) external pure returns (bytes32);

    /// @notice Id of a card: its EIP-712 digest in this contract's domain, which its consumer signs.
    function cardId(PrepaidCard calldata card) external view returns (bytes32);

    /// @notice The hold that a card's price is.
    function holdOf(PrepaidCard calldata card) external view returns (Hold memory);

    /// @notice How far terms have come, and the institution that admitted them; 0 for none.
    function templateStateOf(bytes32 id) external view returns (TemplateStatus status, uint16 institution);

    /// @notice How far a card has come.
    function cardStateOf(bytes32 id) external view returns (CardState memory);

    /// @notice Whether the merchant was declared insolvent.
    function isInsolvent(address merchant) external view returns (bool);

    /// @notice The currency that cards are paid in.
    function CURRENCY() external view returns (address);

    /// @notice Shortest cooling-off period of a template, seconds.
    function MINIMUM_COOLING_OFF() external view returns (uint256);

    /// @notice How long before the last moment of its purchase a card may be bought, seconds.
    function SALE_WINDOW() external view returns (uint256);
}
