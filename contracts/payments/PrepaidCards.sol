// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IDigitalCurrency} from "../currency/IDigitalCurrency.sol";
import {Hold} from "../ledger/IHoldLedger.sol";
import {Signatures} from "../ledger/Signatures.sol";
import {IInstitutionRegistry} from "../registry/IInstitutionRegistry.sol";
import {
    CardState,
    CardStatus,
    CardTemplate,
    IPrepaidCards,
    PrepaidCard,
    RefundCause,
    TemplateStatus,
    UnitConfirmation
} from "./IPrepaidCards.sol";

/// @title PrepaidCards
/// @notice See {IPrepaidCards}.
/// @dev A card's state is one storage word; its terms come with each call and are recognised by their hash.
contract PrepaidCards is IPrepaidCards, AccessManaged, EIP712 {
    struct Offer {
        TemplateStatus status;
        uint16 institution;
    }

    bytes32 private constant TEMPLATE_TYPEHASH = keccak256(
        "CardTemplate(address merchant,uint64 unitPrice,uint32 units,uint32 period,uint32 coolingOff,uint32 validity,address arbiter,uint32 arbitrationPeriod,uint32 awardLimit,bytes32 contractHash)"
    );
    bytes32 private constant CARD_TYPEHASH = keccak256(
        "PrepaidCard(CardTemplate template,address consumer,uint48 notAfter,bytes32 salt)"
        "CardTemplate(address merchant,uint64 unitPrice,uint32 units,uint32 period,uint32 coolingOff,uint32 validity,address arbiter,uint32 arbitrationPeriod,uint32 awardLimit,bytes32 contractHash)"
    );
    bytes32 private constant CONFIRMATION_TYPEHASH = keccak256(
        "UnitConfirmation(bytes32 card,uint32 used,uint32 units,uint48 notAfter)"
    );

    /// @inheritdoc IPrepaidCards
    uint256 public constant MINIMUM_COOLING_OFF = 7 days;
    /// @inheritdoc IPrepaidCards
    uint256 public constant SALE_WINDOW = 1 days;

    /// @inheritdoc IPrepaidCards
    address public immutable CURRENCY;
    IDigitalCurrency private immutable MONEY;
    IInstitutionRegistry private immutable REGISTRY;

    mapping(bytes32 id => Offer) private _offers;
    mapping(bytes32 id => CardState) private _cards;
    mapping(address merchant => bool) private _insolvent;

    /// @param currency_ Its authority is this contract's, too.
    constructor(IDigitalCurrency currency_) AccessManaged(currency_.authority()) EIP712("PrepaidCards", "1") {
        CURRENCY = address(currency_);
        MONEY = currency_;
        REGISTRY = IInstitutionRegistry(currency_.registry());
    }

    // ---------------------------------------------------------------- templates

    /// @inheritdoc IPrepaidCards
    function registerTemplate(CardTemplate calldata template) external returns (bytes32 id) {
        id = templateId(template);
        require(msg.sender == template.merchant, PrepaidTemplateCallerInvalid(id, msg.sender));
        _requireSolvent(template.merchant);
        _requireOffer(id, TemplateStatus.None);
        require(_isSound(template), PrepaidTemplateInvalid(id));
        _offers[id].status = TemplateStatus.Registered;
        emit TemplateRegistered(id, template.merchant, template);
    }

    /// @inheritdoc IPrepaidCards
    function admitTemplate(CardTemplate calldata template) external returns (bytes32 id) {
        id = templateId(template);
        uint16 institution = REGISTRY.requireOperating(msg.sender);
        _requireOffer(id, TemplateStatus.Registered);
        (, uint16 sponsor, , ) = MONEY.walletOf(template.merchant);
        require(sponsor == institution, PrepaidMerchantNotSponsored(template.merchant, sponsor, institution));
        _requireSolvent(template.merchant);
        _offers[id] = Offer(TemplateStatus.Open, institution);
        emit TemplateAdmitted(id, institution, msg.sender);
    }

    /// @inheritdoc IPrepaidCards
    function closeTemplate(CardTemplate calldata template) external returns (bytes32 id) {
        id = templateId(template);
        Offer storage offer = _offers[id];
        (TemplateStatus status, uint16 institution) = (offer.status, offer.institution);
        require(
            status == TemplateStatus.Registered || status == TemplateStatus.Open,
            PrepaidTemplateStatusInvalid(id, status)
        );
        // 0 is nobody's institution, and everybody's who has none
        require(
            msg.sender == template.merchant || (institution != 0 && REGISTRY.institutionOf(msg.sender) == institution),
            PrepaidTemplateCallerInvalid(id, msg.sender)
        );
        offer.status = TemplateStatus.Closed;
        emit TemplateClosed(id, msg.sender);
    }

    // ----------------------------------------------------------------- purchase

    /// @inheritdoc IPrepaidCards
    function buy(
        PrepaidCard calldata card,
        bytes calldata consent,
        bytes calldata holdSignature
    ) external returns (bytes32 id) {
        id = cardId(card);
        address consumer = card.consumer;
        _requireUnsold(id);
        _requireSale(id, card);
        require(
            msg.sender == consumer || Signatures.isValid(consumer, id, consent),
            PrepaidConsentInvalid(id, consumer)
        );

        _cards[id] = CardState(CardStatus.Active, 0, uint48(block.timestamp), 0);
        Hold memory hold = _hold(id, card);
        emit CardSold(id, consumer, hold.payee, templateId(card.template), hold.amount, hold.expiry);
        _place(hold, holdSignature);
    }

    /// @inheritdoc IPrepaidCards
    function withdrawPurchase(PrepaidCard calldata card) external returns (uint256 released) {
        bytes32 id = cardId(card);
        _requireUnsold(id);
        _requireCaller(id, card.consumer);
        released = MONEY.releaseHold(_hold(id, card));
        emit PurchaseWithdrawn(id, msg.sender, released);
    }

    // ------------------------------------------------------------------ release

    /// @inheritdoc IPrepaidCards
    function confirm(PrepaidCard calldata card, uint32 units) external {
        bytes32 id = cardId(card);
        _requireCaller(id, card.consumer);
        _consume(id, card, units);
    }

    /// @inheritdoc IPrepaidCards
    function confirmWithSignature(
        PrepaidCard calldata card,
        UnitConfirmation calldata confirmation,
        bytes calldata signature
    ) external {
        bytes32 id = cardId(card);
        uint256 used = _cards[id].used;
        require(confirmation.used == used, PrepaidConfirmationStale(id, confirmation.used, used));
        require(
            block.timestamp <= confirmation.notAfter,
            PrepaidConfirmationExpired(id, confirmation.notAfter, block.timestamp)
        );
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(CONFIRMATION_TYPEHASH, confirmation)));
        require(
            confirmation.card == id && Signatures.isValid(card.consumer, digest, signature),
            PrepaidConfirmationInvalid(id, card.consumer)
        );
        _consume(id, card, confirmation.units);
    }

    /// @inheritdoc IPrepaidCards
    function releaseDue(PrepaidCard calldata card) external {
        bytes32 id = cardId(card);
        CardState memory state = _requireStatus(id, CardStatus.Active);
        require(card.template.period != 0, PrepaidReleaseInvalid(id, 0));
        uint256 due = _due(card.template, state, block.timestamp);
        require(due > state.used, PrepaidNothingDue(id, state.used));
        _release(id, card, state, due - state.used);
    }

    // ------------------------------------------------------------------ dispute

    /// @inheritdoc IPrepaidCards
    function dispute(PrepaidCard calldata card, bytes32 evidence) external {
        bytes32 id = cardId(card);
        _requireCaller(id, card.consumer);
        CardState memory state = _requireStatus(id, CardStatus.Active);
        // again and again, it would keep a merchant from what is due until the card has expired
        require(state.disputed == 0, PrepaidDisputeUsed(id, state.disputed));
        (state.status, state.disputed) = (CardStatus.Disputed, uint48(block.timestamp));
        _cards[id] = state;
        emit CardDisputed(id, msg.sender, evidence, _deadline(card.template, state));
    }

    /// @inheritdoc IPrepaidCards
    function withdrawDispute(PrepaidCard calldata card) external {
        bytes32 id = cardId(card);
        _requireCaller(id, card.consumer);
        _requireStatus(id, CardStatus.Disputed);
        _cards[id].status = CardStatus.Active;
        emit DisputeWithdrawn(id, msg.sender);
    }

    /// @inheritdoc IPrepaidCards
    function rule(PrepaidCard calldata card, uint32 units, bytes32 reason) external {
        bytes32 id = cardId(card);
        _requireCaller(id, card.template.arbiter);
        CardState memory state = _requireStatus(id, CardStatus.Disputed);
        uint256 deadline = _deadline(card.template, state);
        require(block.timestamp < deadline, PrepaidArbitrationOver(id, deadline, block.timestamp));
        uint256 limit = Math.min(card.template.awardLimit, _releasable(card.template, state, state.disputed));
        require(units <= limit, PrepaidUnitsInvalid(id, units, limit));

        emit CardRuled(id, msg.sender, units, reason);
        if (units != 0) _release(id, card, state, units);
        if (state.status != CardStatus.Consumed) _refund(id, card, state, RefundCause.Ruling);
    }

    // ------------------------------------------------------------------- refund

    /// @inheritdoc IPrepaidCards
    function refund(PrepaidCard calldata card) external returns (uint256 amount) {
        bytes32 id = cardId(card);
        CardState memory state = _cards[id];
        require(
            state.status == CardStatus.Active || state.status == CardStatus.Disputed,
            PrepaidCardStatusInvalid(id, state.status)
        );
        return _refund(id, card, state, _cause(id, card, state));
    }

    /// @inheritdoc IPrepaidCards
    function declareInsolvent(address merchant, bytes32 legalBasis) external restricted {
        require(legalBasis != 0, PrepaidLegalBasisMissing(merchant));
        if (_insolvent[merchant]) return;
        _insolvent[merchant] = true;
        emit MerchantDeclaredInsolvent(merchant, msg.sender, legalBasis);
    }

    // -------------------------------------------------------------------- views

    /// @inheritdoc IPrepaidCards
    function templateId(CardTemplate calldata template) public pure returns (bytes32) {
        return keccak256(abi.encode(TEMPLATE_TYPEHASH, template));
    }

    /// @inheritdoc IPrepaidCards
    function cardId(PrepaidCard calldata card) public view returns (bytes32) {
        return
            _hashTypedDataV4(
                keccak256(abi.encode(CARD_TYPEHASH, templateId(card.template), card.consumer, card.notAfter, card.salt))
            );
    }

    /// @inheritdoc IPrepaidCards
    function holdOf(PrepaidCard calldata card) external view returns (Hold memory) {
        return _hold(cardId(card), card);
    }

    /// @inheritdoc IPrepaidCards
    function templateStateOf(bytes32 id) external view returns (TemplateStatus status, uint16 institution) {
        return (_offers[id].status, _offers[id].institution);
    }

    /// @inheritdoc IPrepaidCards
    function cardStateOf(bytes32 id) external view returns (CardState memory) {
        return _cards[id];
    }

    /// @inheritdoc IPrepaidCards
    function isInsolvent(address merchant) external view returns (bool) {
        return _insolvent[merchant];
    }

    // ---------------------------------------------------------------- internals

    /// @dev Anyone who sees the consumer's signature may place its hold at the ledger first; that must not stop the sale.
    /// A hold in place is the card's: its reference is the card's id, and only this contract could have taken from it.
    function _place(Hold memory hold, bytes calldata holdSignature) private {
        (uint256 remaining, ) = MONEY.holdState(MONEY.holdId(hold));
        if (remaining != 0) return;
        if (holdSignature.length != 0) MONEY.placeHoldWithSignature(hold, holdSignature);
        else MONEY.placeHoldFrom(hold);
    }

    /// @dev Units that the consumer has confirmed.
    function _consume(bytes32 id, PrepaidCard calldata card, uint256 units) private {
        CardState memory state = _requireStatus(id, CardStatus.Active);
        require(card.template.period == 0, PrepaidReleaseInvalid(id, card.template.period));
        uint256 left = card.template.units - state.used;
        require(units != 0 && units <= left, PrepaidUnitsInvalid(id, units, left));
        _release(id, card, state, units);
    }

    /// @dev The one place that pays a merchant. The caller has checked that so many units are left.
    function _release(bytes32 id, PrepaidCard calldata card, CardState memory state, uint256 units) private {
        address merchant = card.template.merchant;
        _requireSolvent(merchant);
        state.used += uint32(units);
        if (state.used == card.template.units) state.status = CardStatus.Consumed;
        _cards[id] = state;
        uint256 amount = units * card.template.unitPrice;
        emit UnitsReleased(id, merchant, units, amount, state.used);
        MONEY.captureHold(_hold(id, card), merchant, amount);
    }

    /// @dev The one place that ends a card unconsumed.
    function _refund(
        bytes32 id,
        PrepaidCard calldata card,
        CardState memory state,
        RefundCause cause
    ) private returns (uint256 amount) {
        amount = uint256(card.template.units - state.used) * card.template.unitPrice;
        state.status = CardStatus.Refunded;
        _cards[id] = state;
        emit CardRefunded(id, card.consumer, amount, cause);
        Hold memory hold = _hold(id, card);
        (uint256 remaining, ) = MONEY.holdState(MONEY.holdId(hold));
        // after the expiry anyone may have given it back at the ledger itself
        if (remaining != 0) MONEY.releaseHold(hold);
    }

    function _cause(bytes32 id, PrepaidCard calldata card, CardState memory state) private view returns (RefundCause) {
        CardTemplate calldata template = card.template;
        if (_insolvent[template.merchant]) return RefundCause.Insolvency;
        if (block.timestamp >= _expiry(card)) return RefundCause.Expiry;
        if (state.status == CardStatus.Disputed && block.timestamp >= _deadline(template, state))
            return RefundCause.DisputeLapsed;
        if (msg.sender == card.consumer && block.timestamp < _coolingOffEnd(template, state))
            return RefundCause.CoolingOff;
        require(msg.sender == template.merchant, PrepaidRefundNotDue(id, msg.sender));
        return RefundCause.MerchantConsent;
    }

    function _hold(bytes32 id, PrepaidCard calldata card) private view returns (Hold memory) {
        uint256 amount = uint256(card.template.unitPrice) * card.template.units;
        return Hold(card.consumer, card.template.merchant, address(this), amount, _expiry(card), id);
    }

    function _expiry(PrepaidCard calldata card) private pure returns (uint256) {
        return uint256(card.notAfter) + card.template.validity;
    }

    function _deadline(CardTemplate calldata template, CardState memory state) private pure returns (uint256) {
        return uint256(state.disputed) + template.arbitrationPeriod;
    }

    function _coolingOffEnd(CardTemplate calldata template, CardState memory state) private pure returns (uint256) {
        return uint256(state.bought) + template.coolingOff;
    }

    /// @dev Units that the schedule has made due up to `time`, released or not.
    function _due(CardTemplate calldata template, CardState memory state, uint256 time) private pure returns (uint256) {
        if (time < _coolingOffEnd(template, state)) return 0;
        return Math.min((time - state.bought) / template.period, template.units);
    }

    /// @dev Units that could be released as of `time`, if the consumer confirmed them where that is needed. A schedule
    /// never has released more than was due earlier.
    function _releasable(
        CardTemplate calldata template,
        CardState memory state,
        uint256 time
    ) private pure returns (uint256) {
        return (template.period == 0 ? template.units : _due(template, state, time)) - state.used;
    }

    /// @dev What a template has to be, whoever offers it.
    function _isSound(CardTemplate calldata template) private pure returns (bool) {
        uint256 price = uint256(template.unitPrice) * template.units;
        return
            price != 0 &&
            price <= type(uint64).max &&
            template.arbiter != address(0) &&
            template.arbiter != template.merchant &&
            template.coolingOff >= MINIMUM_COOLING_OFF &&
            template.coolingOff < template.validity &&
            // a hold is captured strictly before it expires
            uint256(template.period) * template.units < template.validity &&
            template.arbitrationPeriod != 0 &&
            template.awardLimit <= template.units;
    }

    // ------------------------------------------------------------------- checks

    function _requireSale(bytes32 id, PrepaidCard calldata card) private view {
        CardTemplate calldata template = card.template;
        bytes32 offerId = templateId(template);
        _requireOffer(offerId, TemplateStatus.Open);
        _requireSolvent(template.merchant);
        REGISTRY.requireActiveNumber(_offers[offerId].institution);
        require(
            block.timestamp <= card.notAfter && card.notAfter <= block.timestamp + SALE_WINDOW,
            PrepaidSaleTimeInvalid(id, card.notAfter, block.timestamp)
        );
        require(card.consumer != template.arbiter, PrepaidArbiterPartial(id, template.arbiter));
    }

    function _requireOffer(bytes32 id, TemplateStatus needed) private view {
        TemplateStatus status = _offers[id].status;
        require(status == needed, PrepaidTemplateStatusInvalid(id, status));
    }

    function _requireSolvent(address merchant) private view {
        require(!_insolvent[merchant], PrepaidMerchantInsolvent(merchant));
    }

    function _requireUnsold(bytes32 id) private view {
        CardStatus status = _cards[id].status;
        require(status == CardStatus.None, PrepaidCardStatusInvalid(id, status));
    }

    function _requireStatus(bytes32 id, CardStatus needed) private view returns (CardState memory state) {
        state = _cards[id];
        require(state.status == needed, PrepaidCardStatusInvalid(id, state.status));
    }

    function _requireCaller(bytes32 id, address expected) private view {
        require(msg.sender == expected, PrepaidCallerInvalid(id, msg.sender, expected));
    }
}
