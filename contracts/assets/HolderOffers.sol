// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {AccountWord} from "../ledger/AccountWord.sol";
import {Hold, IHoldLedger} from "../ledger/IHoldLedger.sol";
import {IAssetRegistry} from "./IAssetRegistry.sol";
import {CouponCut, IBond} from "./IBond.sol";
import {EarlyDate} from "./IBondStructure.sol";
import {ICorporateActions} from "./ICorporateActions.sol";
import {IHolderOffers} from "./IHolderOffers.sol";
import {IStructuredBond} from "./IStructuredBond.sol";
import {Rounding} from "./Rounding.sol";

/// @title HolderOffers
/// @notice See {IHolderOffers}.
/// @dev Calls only bonds on the register and currencies that the register admitted to them, none of which calls back.
contract HolderOffers is IHolderOffers {
    /// @inheritdoc IHolderOffers
    uint256 public constant SETTLEMENT = 30 days;
    /// @inheritdoc IHolderOffers
    uint256 public constant MAX_PAGE = 200;

    IAssetRegistry private immutable REGISTER;

    mapping(bytes32 id => Offer) private _offers;
    mapping(bytes32 id => mapping(uint256 position => Election)) private _elections;
    mapping(bytes32 id => mapping(uint256 position => bool parked)) private _parked;
    mapping(bytes32 id => mapping(address holder => uint32 count)) private _serials;

    constructor(IAssetRegistry register_) {
        REGISTER = register_;
    }

    // ------------------------------------------------------------------ opening

    /// @inheritdoc IHolderOffers
    function openPut(IBond bond, uint256 number) external returns (bytes32 id) {
        REGISTER.requireToken(address(bond));
        bool structured = IERC165(address(bond)).supportsInterface(type(IStructuredBond).interfaceId);
        require(structured, OfferBondNotStructured(address(bond)));
        EarlyDate memory date = IStructuredBond(address(bond)).structure().putDate(number);
        id = putId(bond, number);
        require(
            block.timestamp >= date.from && block.timestamp < date.until,
            OfferTimeInvalid(id, date.from, date.until, block.timestamp)
        );
        Offer memory offer;
        offer.kind = Kind.Put;
        (offer.bond, offer.maxUnits) = (bond, uint64(bond.issueSize()));
        (offer.from, offer.until, offer.paymentTime) = (date.from, date.until, date.time);
        // a put that exists has a number that fits
        offer.number = uint16(number);
        _open(id, offer);
    }

    /// @inheritdoc IHolderOffers
    function openTender(
        IBond bond,
        bytes32 offerRef,
        uint64 maxUnits,
        uint64 price,
        uint48 until,
        uint48 paymentTime
    ) external returns (bytes32 id) {
        REGISTER.requireToken(address(bond));
        _requireAgent(bond);
        id = tenderId(bond, offerRef);
        require(
            maxUnits != 0 &&
                maxUnits <= bond.issueSize() &&
                price != 0 &&
                uint256(maxUnits) * price <= AccountWord.MAX_AMOUNT &&
                block.timestamp < until &&
                until <= paymentTime &&
                uint256(paymentTime) + SETTLEMENT <= type(uint48).max,
            OfferTermsInvalid(id)
        );
        Offer memory offer;
        offer.kind = Kind.Tender;
        (offer.bond, offer.maxUnits, offer.price) = (bond, maxUnits, price);
        (offer.from, offer.until, offer.paymentTime) = (uint48(block.timestamp), until, paymentTime);
        _open(id, offer);
    }

    // ---------------------------------------------------------------- elections

    /// @inheritdoc IHolderOffers
    function elect(
        bytes32 id,
        address holder,
        uint64 units,
        bytes calldata signature
    ) external returns (uint256 position) {
        Offer storage offer = _inPhase(id, Phase.Open);
        _requireTime(id, offer.from, offer.until);
        require(units != 0, OfferUnitsMissing(id, holder));
        IHoldLedger ledger = IHoldLedger(address(offer.bond));
        uint32 serial = _serials[id][holder];
        Hold memory terms = _holdOf(id, offer, Election({holder: holder, units: units, serial: serial}));

        _serials[id][holder] = serial + 1;
        // 2^24 elections would take longer than any window is open
        position = ++offer.count;
        offer.elected += units;
        _elections[id][position] = Election({holder: holder, units: units, serial: serial});
        emit OfferElected(id, holder, position, units);
        if (signature.length != 0) {
            ledger.placeHoldWithSignature(terms, signature);
            return position;
        }
        bytes32 holdId = ledger.holdId(terms);
        (uint256 held, ) = ledger.holdState(holdId);
        require(held == units, OfferHoldMissing(id, holdId));
    }

    /// @inheritdoc IHolderOffers
    function withdraw(bytes32 id, uint256 position) external {
        Offer storage offer = _offers[id];
        Election memory election = _electionOf(id, position);
        require(msg.sender == election.holder, ElectionCallerInvalid(id, msg.sender, election.holder));
        if (_parked[id][position]) {
            offer.unpaid -= uint64(_accepted(offer, election.units, position));
            delete _parked[id][position];
        } else {
            bool open = offer.phase == Phase.Open && block.timestamp < offer.until;
            require(open || offer.phase == Phase.Withdrawn, ElectionBinding(id, position));
            offer.elected -= election.units;
        }
        delete _elections[id][position];
        emit ElectionWithdrawn(id, election.holder, position, election.units);
        IHoldLedger(address(offer.bond)).releaseHold(_holdOf(id, offer, election));
    }

    /// @inheritdoc IHolderOffers
    function withdrawOffer(bytes32 id) external {
        Offer storage offer = _offers[id];
        Phase phase = offer.phase;
        require(
            phase == Phase.Open || phase == Phase.Measuring || phase == Phase.Payable,
            OfferPhaseInvalid(id, phase, Phase.Open)
        );
        uint256 maturity = _maturityOf(offer.bond);
        if (maturity >= offer.paymentTime) {
            bool own = offer.kind == Kind.Tender && phase == Phase.Open && block.timestamp < offer.until;
            require(own, OfferNotOvertaken(id, maturity, offer.paymentTime));
            _requireAgent(offer.bond);
        }
        offer.phase = Phase.Withdrawn;
        emit OfferWithdrawn(id);
    }

    // --------------------------------------------------------------- acceptance

    /// @inheritdoc IHolderOffers
    function close(bytes32 id, CouponCut calldata cut) external {
        Offer storage offer = _offers[id];
        if (offer.phase != Phase.Measuring) _inPhase(id, Phase.Open);
        _requireTime(id, offer.until, type(uint48).max);
        _requireStanding(id, offer);
        if (offer.kind == Kind.Put) offer.price = _putPrice(offer);
        else _requireAgent(offer.bond);

        (uint64 elected, uint64 most) = (offer.elected, offer.maxUnits);
        (offer.cutRemainder, offer.cutPosition) = (cut.remainder, cut.position);
        offer.cursor = 0;
        offer.unpaid = 0;
        emit OfferClosed(id, elected, elected < most ? elected : most, offer.price);
        if (elected > most) {
            offer.phase = Phase.Measuring;
        } else {
            offer.phase = Phase.Payable;
            offer.unpaid = elected;
            _settleIfDone(id, offer);
        }
    }

    /// @inheritdoc IHolderOffers
    function measure(bytes32 id, uint256 limit) external {
        Offer storage offer = _inPhase(id, Phase.Measuring);
        (uint256 from, uint256 to) = _page(offer, limit);
        uint256 sum = offer.unpaid;
        for (uint256 i = from; i < to; ++i) sum += _accepted(offer, _elections[id][i + 1].units, i + 1);
        // what is accepted of elections is at most what was elected, which fits 64 bits
        offer.unpaid = uint64(sum);
        offer.cursor = uint24(to);
        if (to != offer.count) return;
        require(sum == offer.maxUnits, OfferCutWrong(id, sum, offer.maxUnits));
        offer.cursor = 0;
        offer.phase = Phase.Payable;
        emit OfferMeasured(id, sum);
    }

    // --------------------------------------------------------------- settlement

    /// @inheritdoc IHolderOffers
    function settle(bytes32 id, Hold calldata funding, uint256 limit) external {
        Offer storage offer = _inPhase(id, Phase.Payable);
        _requireSettling(id, offer);
        IHoldLedger money = _requireFunding(id, offer, funding);

        (uint256 from, uint256 to) = _page(offer, limit);
        (uint256[] memory payments, uint256[] memory positions) = _payments(id, offer, from, to);
        offer.cursor = uint24(to);
        uint256[] memory skipped = payments;
        if (payments.length != 0) (, skipped) = money.captureHoldToMany(funding, payments);
        uint256 skips = 0;
        for (uint256 i = 0; i < payments.length; ++i) {
            if (skips < skipped.length && skipped[skips] == i) {
                ++skips;
                _park(id, positions[i]);
            } else {
                _deliver(id, offer, positions[i]);
            }
        }
        _settleIfDone(id, offer);
    }

    /// @inheritdoc IHolderOffers
    function claim(bytes32 id, Hold calldata funding, uint256 position) external {
        Offer storage offer = _offers[id];
        Election memory election = _electionOf(id, position);
        require(_parked[id][position], ElectionNotParked(id, position));
        _requireSettling(id, offer);
        _requireReference(id, offer, funding);
        uint256 amount = _accepted(offer, election.units, position) * offer.price;
        delete _parked[id][position];
        _deliver(id, offer, position);
        IHoldLedger(offer.bond.currency()).captureHold(funding, election.holder, amount);
    }

    /// @inheritdoc IHolderOffers
    function releaseFunding(bytes32 id, Hold calldata funding) external {
        Offer storage offer = _offers[id];
        bool over =
            offer.phase == Phase.Withdrawn ||
                (offer.phase == Phase.Settled && offer.unpaid == 0) ||
                (offer.phase != Phase.None && block.timestamp >= _settledBy(offer));
        uint256 unpaid = uint256(offer.unpaid) * offer.price;
        require(over, ICorporateActions.FundingInUse(address(offer.bond), unpaid));
        bytes32 required = _requireReference(id, offer, funding);
        uint256 released = IHoldLedger(offer.bond.currency()).releaseHold(funding);
        emit ICorporateActions.FundingReleased(address(offer.bond), funding.payer, required, released);
    }

    // -------------------------------------------------------------------- views

    /// @inheritdoc IHolderOffers
    function offerOf(bytes32 id) external view returns (Offer memory) {
        return _offers[id];
    }

    /// @inheritdoc IHolderOffers
    function electionOf(bytes32 id, uint256 position) external view returns (Election memory election, bool parked) {
        return (_elections[id][position], _parked[id][position]);
    }

    /// @inheritdoc IHolderOffers
    function acceptedOf(bytes32 id, uint256 position) external view returns (uint256) {
        return _accepted(_offers[id], _elections[id][position].units, position);
    }

    /// @inheritdoc IHolderOffers
    function electionHold(bytes32 id, address holder, uint256 units) external view returns (Hold memory terms) {
        Election memory election = Election({holder: holder, units: 0, serial: _serials[id][holder]});
        terms = _holdOf(id, _offers[id], election);
        terms.amount = units;
    }

    /// @inheritdoc IHolderOffers
    function fundingRef(bytes32 id) public pure returns (bytes32) {
        return keccak256(abi.encode("offer", id));
    }

    /// @inheritdoc IHolderOffers
    function putId(IBond bond, uint256 number) public pure returns (bytes32) {
        return keccak256(abi.encode("put", bond, number));
    }

    /// @inheritdoc IHolderOffers
    function tenderId(IBond bond, bytes32 offerRef) public pure returns (bytes32) {
        return keccak256(abi.encode("tender", bond, offerRef));
    }

    /// @inheritdoc IHolderOffers
    function assetRegistry() external view returns (address) {
        return address(REGISTER);
    }

    // ---------------------------------------------------------------- internals

    function _open(bytes32 id, Offer memory offer) private {
        require(_offers[id].phase == Phase.None, OfferKnown(id));
        uint256 maturity = _maturityOf(offer.bond);
        require(offer.paymentTime <= maturity, OfferOvertaken(id, maturity, offer.paymentTime));
        offer.phase = Phase.Open;
        _offers[id] = offer;
        emit OfferOpened(
            id,
            address(offer.bond),
            offer.kind,
            offer.maxUnits,
            offer.price,
            offer.until,
            offer.paymentTime
        );
    }

    /// @dev Elections of a page with something accepted, as entries for the currency; others are released.
    function _payments(
        bytes32 id,
        Offer storage offer,
        uint256 from,
        uint256 to
    ) private returns (uint256[] memory payments, uint256[] memory positions) {
        payments = new uint256[](to - from);
        positions = new uint256[](to - from);
        uint256 count = 0;
        for (uint256 position = from + 1; position <= to; ++position) {
            Election memory election = _elections[id][position];
            if (election.units == 0) continue;
            uint256 accepted = _accepted(offer, election.units, position);
            if (accepted == 0) {
                delete _elections[id][position];
                IHoldLedger(address(offer.bond)).releaseHold(_holdOf(id, offer, election));
                continue;
            }
            positions[count] = position;
            payments[count++] = (uint256(uint160(election.holder)) << 96) | (accepted * offer.price);
        }
        assembly ("memory-safe") {
            // fewer elections are paid than the page has, so the arrays only shrink
            mstore(payments, count)
            mstore(positions, count)
        }
    }

    function _park(bytes32 id, uint256 position) private {
        _parked[id][position] = true;
        Election memory election = _elections[id][position];
        emit ElectionParked(id, election.holder, position, _accepted(_offers[id], election.units, position));
    }

    /// @dev Brings the accepted units of an election to the issuer and releases the others.
    function _deliver(bytes32 id, Offer storage offer, uint256 position) private {
        Election memory election = _elections[id][position];
        uint256 accepted = _accepted(offer, election.units, position);
        delete _elections[id][position];
        offer.unpaid -= uint64(accepted);
        emit ElectionPaid(id, election.holder, position, accepted, accepted * offer.price);
        Hold memory terms = _holdOf(id, offer, election);
        IHoldLedger ledger = IHoldLedger(address(offer.bond));
        ledger.captureHold(terms, terms.payee, accepted);
        if (accepted != election.units) ledger.releaseHold(terms);
    }

    function _settleIfDone(bytes32 id, Offer storage offer) private {
        if (offer.cursor != offer.count && offer.elected != 0) return;
        offer.phase = Phase.Settled;
        emit OfferSettled(id, offer.unpaid);
    }

    function _putPrice(Offer storage offer) private view returns (uint64) {
        // a bond's terms keep what it pays for the whole issue on a put day within 64 bits
        return uint64(IStructuredBond(address(offer.bond)).structure().putAmount(offer.number));
    }

    function _page(Offer storage offer, uint256 limit) private view returns (uint256 from, uint256 to) {
        require(limit <= MAX_PAGE, OfferPageTooLarge(limit, MAX_PAGE));
        from = offer.cursor;
        to = from + limit;
        if (to > offer.count) to = offer.count;
    }

    /// @dev Units × most / elected, by largest remainder; all of them where no more was elected than is taken.
    function _accepted(Offer storage offer, uint256 units, uint256 position) private view returns (uint256) {
        (uint256 elected, uint256 most) = (offer.elected, offer.maxUnits);
        if (elected <= most) return units;
        return Rounding.share(units * most, elected, position, offer.cutRemainder, offer.cutPosition);
    }

    function _holdOf(bytes32 id, Offer storage offer, Election memory election) private view returns (Hold memory) {
        return
            Hold({
                payer: election.holder,
                payee: offer.bond.issuer(),
                executor: address(this),
                amount: election.units,
                expiry: _settledBy(offer),
                businessRef: keccak256(abi.encode("election", id, election.serial))
            });
    }

    function _requireFunding(
        bytes32 id,
        Offer storage offer,
        Hold calldata funding
    ) private view returns (IHoldLedger money) {
        _requireReference(id, offer, funding);
        money = IHoldLedger(offer.bond.currency());
        (uint256 available, ) = money.holdState(money.holdId(funding));
        uint256 unpaid = uint256(offer.unpaid) * offer.price;
        require(available >= unpaid, ICorporateActions.FundingInsufficient(address(offer.bond), available, unpaid));
    }

    function _requireReference(
        bytes32 id,
        Offer storage offer,
        Hold calldata funding
    ) private view returns (bytes32 required) {
        required = fundingRef(id);
        require(
            funding.businessRef == required,
            ICorporateActions.FundingReferenceInvalid(address(offer.bond), funding.businessRef, required)
        );
    }

    function _requireSettling(bytes32 id, Offer storage offer) private view {
        _requireStanding(id, offer);
        _requireTime(id, offer.paymentTime, _settledBy(offer));
    }

    function _requireStanding(bytes32 id, Offer storage offer) private view {
        uint256 maturity = _maturityOf(offer.bond);
        require(offer.paymentTime <= maturity, OfferOvertaken(id, maturity, offer.paymentTime));
    }

    function _requireTime(bytes32 id, uint256 from, uint256 until) private view {
        require(block.timestamp >= from && block.timestamp < until, OfferTimeInvalid(id, from, until, block.timestamp));
    }

    function _requireAgent(IBond bond) private view {
        require(
            msg.sender == bond.issuer() || msg.sender == bond.payingAgent(),
            ICorporateActions.CorporateActionCallerInvalid(address(bond), msg.sender)
        );
    }

    function _inPhase(bytes32 id, Phase required) private view returns (Offer storage offer) {
        offer = _offers[id];
        require(offer.phase == required, OfferPhaseInvalid(id, offer.phase, required));
    }

    function _electionOf(bytes32 id, uint256 position) private view returns (Election memory election) {
        election = _elections[id][position];
        require(election.units != 0, ElectionUnknown(id, position));
    }

    function _maturityOf(IBond bond) private view returns (uint256 maturity) {
        (, maturity) = bond.lifetime();
    }

    function _settledBy(Offer storage offer) private view returns (uint256) {
        return offer.paymentTime + SETTLEMENT;
    }
}
