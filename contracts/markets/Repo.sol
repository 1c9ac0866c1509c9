// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IAssetRegistry} from "../assets/IAssetRegistry.sol";
import {IBond} from "../assets/IBond.sol";
import {IStructuredBond} from "../assets/IStructuredBond.sol";
import {Rounding} from "../assets/Rounding.sol";
import {Calendar} from "../currency/Calendar.sol";
import {Hold} from "../ledger/IHoldLedger.sol";
import {ILedger} from "../ledger/ILedger.sol";
import {Signatures} from "../ledger/Signatures.sol";
import {ISettlementEngine, Instruction, InstructionStatus, Leg} from "../settlement/ISettlementEngine.sol";
import {IPriceFixings} from "./IPriceFixings.sol";
import {IRepo, RepoState, RepoStatus, RepoTerms} from "./IRepo.sol";

/// @title Repo
/// @notice See {IRepo}.
/// @dev Terms come with each call and are recognised by their digest. The state is read whole, brought up to the day, and
/// written before anything moves. Calls only the engine, bonds on the register and their money, none of which calls
/// back.
contract Repo is IRepo, EIP712 {
    bytes32 private constant TERMS_TYPEHASH = keccak256(
        "RepoTerms(address seller,address buyer,address bond,address currency,address valuationAgent,uint64 units,uint64 cash,uint64 threshold,uint32 haircut,uint32 rate,uint16 dayBasis,uint8 maxAge,uint48 opensAt,uint48 opensBy,uint48 closing,uint32 notice,uint32 callPeriod,uint32 grace,bytes32 businessRef)"
    );
    bytes32 private constant SUBSTITUTION_TYPEHASH = keccak256(
        "RepoSubstitution(bytes32 repo,uint32 sequence,address bond,uint64 units,uint48 notAfter)"
    );
    bytes32 private constant CLOSING_TYPEHASH = keccak256(
        "RepoClosing(bytes32 repo,uint32 sequence,uint48 closing,uint48 notAfter)"
    );
    uint256 private constant SCALE = 1e8;
    uint48 private constant NEVER = type(uint48).max;

    /// @inheritdoc IRepo
    address public immutable ENGINE;
    /// @inheritdoc IRepo
    address public immutable REGISTER;
    /// @inheritdoc IRepo
    address public immutable FIXINGS;
    uint256 private immutable PRICE_SCALE;

    mapping(bytes32 id => RepoState) private _states;

    constructor(ISettlementEngine engine, IAssetRegistry register, IPriceFixings fixings) EIP712("Repo", "1") {
        ENGINE = address(engine);
        REGISTER = address(register);
        FIXINGS = address(fixings);
        PRICE_SCALE = fixings.PRICE_SCALE();
    }

    // ------------------------------------------------------------------ opening

    /// @inheritdoc IRepo
    function open(
        RepoTerms calldata terms,
        bytes calldata sellerConsent,
        bytes calldata buyerConsent
    ) external returns (bytes32 id) {
        id = repoId(terms);
        _requireNew(id);
        _requireSound(id, terms);
        _requireTime(id, terms.opensAt, terms.opensBy);
        _requireConsents(id, terms, id, sellerConsent, buyerConsent);
        _requireSuitable(id, terms, terms.bond, terms.closing);

        RepoState memory state;
        (state.status, state.closing) = (RepoStatus.Open, terms.closing);
        (state.bond, state.units, state.principal) = (terms.bond, terms.units, terms.cash);
        state.accruedFrom = _today();
        state.nextCoupon = uint16(IBond(terms.bond).recordsPassed());
        _requireCovered(id, _freshExposure(terms, state));
        _save(id, state);
        emit RepoOpened(id, terms.seller, terms.buyer, terms);
        _settle(
            keccak256(abi.encode(id, "opening")),
            Leg(terms.bond, terms.seller, terms.buyer, terms.units),
            Leg(terms.currency, terms.buyer, terms.seller, terms.cash)
        );
    }

    /// @inheritdoc IRepo
    function withdraw(RepoTerms calldata terms) external returns (bytes32 id) {
        id = repoId(terms);
        _requireParty(id, terms);
        _requireNew(id);
        _states[id].status = RepoStatus.Withdrawn;
        emit RepoWithdrawn(id, msg.sender);
    }

    // ------------------------------------------------------------------- margin

    /// @inheritdoc IRepo
    function mark(RepoTerms calldata terms) external returns (int256 exposure) {
        (bytes32 id, RepoState memory state) = _running(terms);
        (uint256 price, uint256 day) = _fixing(terms, state.bond);
        exposure = _exposure(terms, state, price);
        emit RepoMarked(id, day, price, exposure);
        if (exposure > int256(uint256(terms.threshold)) && state.status == RepoStatus.Open) {
            state.status = RepoStatus.Called;
            state.callDeadline = uint48(block.timestamp + terms.callPeriod);
            emit RepoMarginCalled(id, terms.seller, uint256(exposure), state.callDeadline);
        }
        _save(id, state);
    }

    /// @inheritdoc IRepo
    function meetCall(RepoTerms calldata terms, uint64 units, uint64 cash) external {
        (bytes32 id, RepoState memory state) = _running(terms);
        require(msg.sender == terms.seller, RepoCallerInvalid(id, msg.sender));
        require(state.status == RepoStatus.Called, RepoStatusInvalid(id, state.status));
        (uint256 price, ) = IPriceFixings(FIXINGS).lastFixing(terms.valuationAgent, state.bond);
        _requireMargin(id, cash, _exposure(terms, state, price), state.principal);

        bytes32 businessRef = _nextRef(id, state);
        state.principal -= cash;
        state.units += units;
        state.status = RepoStatus.Open;
        _requireCovered(id, _exposure(terms, state, price));
        _save(id, state);
        emit RepoMarginMet(id, terms.seller, units, cash);
        _settle(
            businessRef,
            Leg(state.bond, terms.seller, terms.buyer, units),
            Leg(terms.currency, terms.seller, terms.buyer, cash)
        );
    }

    // ------------------------------------------------------------------ changes

    /// @inheritdoc IRepo
    function substitute(
        RepoTerms calldata terms,
        address bond,
        uint64 units,
        uint48 notAfter,
        bytes calldata sellerConsent,
        bytes calldata buyerConsent
    ) external {
        (bytes32 id, RepoState memory state) = _running(terms);
        require(state.status == RepoStatus.Open, RepoStatusInvalid(id, state.status));
        require(units != 0, RepoUnitsInvalid(id, units));
        _requireTime(id, 0, notAfter);
        _requireConsents(
            id,
            terms,
            substitutionId(id, state.sequence, bond, units, notAfter),
            sellerConsent,
            buyerConsent
        );
        _requireSuitable(id, terms, bond, state.closing);
        _substitute(id, terms, state, bond, units);
    }

    /// @inheritdoc IRepo
    function giveNotice(RepoTerms calldata terms) external {
        (bytes32 id, RepoState memory state) = _running(terms);
        _requireParty(id, terms);
        require(terms.notice != 0, RepoNoticeExcluded(id));
        uint256 closing = block.timestamp + terms.notice;
        require(closing < state.closing, RepoClosingInvalid(id, closing, state.closing));
        // earlier than a moment that fits
        _setClosing(id, state, uint48(closing));
    }

    /// @inheritdoc IRepo
    function agreeClosing(
        RepoTerms calldata terms,
        uint48 closing,
        uint48 notAfter,
        bytes calldata sellerConsent,
        bytes calldata buyerConsent
    ) external {
        (bytes32 id, RepoState memory state) = _running(terms);
        _requireTime(id, 0, notAfter);
        bytes32 said = closingId(id, state.sequence++, closing, notAfter);
        _requireConsents(id, terms, said, sellerConsent, buyerConsent);
        require(closing >= block.timestamp && closing != state.closing, RepoClosingInvalid(id, closing, state.closing));
        _requireSuitable(id, terms, state.bond, closing);
        _setClosing(id, state, closing);
    }

    /// @inheritdoc IRepo
    function payIncome(RepoTerms calldata terms) external returns (uint256 amount) {
        (bytes32 id, RepoState memory state) = _running(terms);
        amount = state.income;
        require(amount != 0 && block.timestamp >= state.incomeDue, RepoIncomeNotDue(id, amount, state.incomeDue));
        bytes32 businessRef = _nextRef(id, state);
        state.income = 0;
        _save(id, state);
        emit RepoIncomePaid(id, terms.seller, amount);
        _settle(businessRef, Leg(terms.currency, terms.buyer, terms.seller, amount));
    }

    // ------------------------------------------------------------------ closing

    /// @inheritdoc IRepo
    function close(RepoTerms calldata terms) external returns (int256 paid) {
        (bytes32 id, RepoState memory state) = _running(terms);
        _requireTime(id, state.closing, NEVER);
        paid = _claim(terms, state);
        state.status = RepoStatus.Closed;
        _save(id, state);
        emit RepoClosed(id, state.bond, state.units, paid);
        Leg memory back = Leg(state.bond, terms.buyer, terms.seller, state.units);
        if (paid == 0) _settle(closingRef(id), back);
        else _settle(closingRef(id), _cashLeg(terms, paid), back);
    }

    /// @inheritdoc IRepo
    function declareDefault(RepoTerms calldata terms) external {
        (bytes32 id, RepoState memory state) = _running(terms);
        _requireParty(id, terms);
        address party = msg.sender == terms.seller ? terms.buyer : terms.seller;
        require(_hasDefaulted(id, terms, state, party), RepoDefaultNotEstablished(id, party));
        state.status = RepoStatus.Defaulted;
        state.defaultDay = state.accruedFrom;
        _save(id, state);
        emit RepoDefaulted(id, party, state.defaultDay);
    }

    /// @inheritdoc IRepo
    function closeOut(RepoTerms calldata terms) external {
        bytes32 id = repoId(terms);
        RepoState memory state = _load(id);
        require(state.status == RepoStatus.Defaulted, RepoStatusInvalid(id, state.status));
        (uint256 price, uint256 day) = IPriceFixings(FIXINGS).lastFixing(terms.valuationAgent, state.bond);
        require(
            day >= state.defaultDay || _today() > uint256(state.defaultDay) + terms.maxAge,
            RepoFixingPending(id, day, state.defaultDay)
        );
        _addIncome(id, state);
        int256 claim = _claim(terms, state);
        uint256 value = (state.units * price) / PRICE_SCALE;
        emit RepoClosedOut(id, day, value, claim);
        _closeOut(id, terms, state, claim - int256(value));
    }

    /// @inheritdoc IRepo
    function collect(RepoTerms calldata terms, uint128 amount, bytes32 businessRef) external {
        bytes32 id = repoId(terms);
        RepoState memory state = _load(id);
        require(state.status == RepoStatus.ClosedOut, RepoStatusInvalid(id, state.status));
        _requireParty(id, terms);
        require(amount != 0 && amount <= state.claim, RepoClaimExceeded(id, amount, state.claim));
        _states[id].claim = state.claim - amount;
        Leg memory leg = _cashLeg(terms, _signed(amount, state.sellerOwes));
        emit RepoClaimPaid(id, leg.from, leg.to, amount, state.claim - amount);
        _settle(businessRef, leg);
    }

    // -------------------------------------------------------------------- views

    /// @inheritdoc IRepo
    function repoId(RepoTerms calldata terms) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(TERMS_TYPEHASH, terms)));
    }

    /// @inheritdoc IRepo
    function substitutionId(
        bytes32 id,
        uint32 sequence,
        address bond,
        uint64 units,
        uint48 notAfter
    ) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(SUBSTITUTION_TYPEHASH, id, sequence, bond, units, notAfter)));
    }

    /// @inheritdoc IRepo
    function closingId(bytes32 id, uint32 sequence, uint48 closing, uint48 notAfter) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(CLOSING_TYPEHASH, id, sequence, closing, notAfter)));
    }

    /// @inheritdoc IRepo
    function stateOf(bytes32 id) external view returns (RepoState memory) {
        return _load(id);
    }

    /// @inheritdoc IRepo
    function positionOf(
        RepoTerms calldata terms
    ) external view returns (uint256 principal, uint256 interest, uint256 income) {
        RepoState memory state = _load(repoId(terms));
        bool running = state.status == RepoStatus.Open || state.status == RepoStatus.Called;
        if (running) _accrue(state);
        if (running || state.status == RepoStatus.Defaulted) _countIncome(state);
        return (state.principal, _interest(terms, state), state.income);
    }

    /// @inheritdoc IRepo
    function closingRef(bytes32 id) public pure returns (bytes32) {
        return keccak256(abi.encode(id, "closing"));
    }

    // ---------------------------------------------------------------- internals

    function _load(bytes32 id) private view returns (RepoState memory) {
        return _states[id];
    }

    function _save(bytes32 id, RepoState memory state) private {
        _states[id] = state;
    }

    /// @dev The state of a repo that runs, as of today: interest accrued and coupons counted.
    function _running(RepoTerms calldata terms) private returns (bytes32 id, RepoState memory state) {
        id = repoId(terms);
        state = _load(id);
        require(
            state.status == RepoStatus.Open || state.status == RepoStatus.Called,
            RepoStatusInvalid(id, state.status)
        );
        _accrue(state);
        _addIncome(id, state);
    }

    function _accrue(RepoState memory state) private view {
        uint24 today = _today();
        // 64 bits of principal over 24 bits of days
        state.accrued += uint96(state.principal) * (today - state.accruedFrom);
        state.accruedFrom = today;
    }

    function _addIncome(bytes32 id, RepoState memory state) private {
        uint256 before = state.income;
        _countIncome(state);
        if (state.income != before) emit RepoIncomeOwed(id, state.bond, state.income - before);
    }

    /// @dev Units change only after this, so what the buyer has now is what it had at each of these record dates. As many
    /// rounds as the bond has coupons, in the whole life of a repo.
    function _countIncome(RepoState memory state) private view {
        IBond bond = IBond(state.bond);
        uint256 passed = bond.recordsPassed();
        for (uint256 k = state.nextCoupon; k < passed; ++k) {
            (uint256 numerator, uint256 denominator) = bond.couponPerUnit(k);
            // a coupon of the whole issue fits 64 bits
            state.income += uint96((state.units * numerator) / denominator);
            state.incomeDue = bond.coupon(k).paymentTime;
        }
        state.nextCoupon = uint16(passed);
    }

    function _substitute(
        bytes32 id,
        RepoTerms calldata terms,
        RepoState memory state,
        address bond,
        uint64 units
    ) private {
        Leg memory back = Leg(state.bond, terms.buyer, terms.seller, state.units);
        bytes32 businessRef = _nextRef(id, state);
        (state.bond, state.units) = (bond, units);
        state.nextCoupon = uint16(IBond(bond).recordsPassed());
        _requireCovered(id, _freshExposure(terms, state));
        _save(id, state);
        emit RepoSubstituted(id, bond, units);
        _settle(businessRef, Leg(bond, terms.seller, terms.buyer, units), back);
    }

    function _setClosing(bytes32 id, RepoState memory state, uint48 closing) private {
        emit RepoClosingChanged(id, state.closing, closing);
        state.closing = closing;
        _save(id, state);
    }

    /// @dev Recorded first, as if it could not be collected.
    function _closeOut(bytes32 id, RepoTerms calldata terms, RepoState memory state, int256 net) private {
        state.status = RepoStatus.ClosedOut;
        state.sellerOwes = net > 0;
        Leg memory leg = _cashLeg(terms, net);
        // units and price have 64 bits each
        state.claim = uint128(leg.amount);
        _save(id, state);
        if (leg.amount == 0) return;
        try
            ISettlementEngine(ENGINE).settle(
                _instruction(keccak256(abi.encode(id, "close-out")), _one(leg)),
                new bytes[](0),
                new Hold[](0)
            )
        {
            _states[id].claim = 0;
            emit RepoClaimPaid(id, leg.from, leg.to, leg.amount, 0);
        } catch {
            emit RepoClaimRecorded(id, leg.from, leg.to, leg.amount);
        }
    }

    /// @dev Seller: the missed call, or cash that is not there. Buyer: bonds that are not there, or cash where coupons are more than
    /// the price.
    function _hasDefaulted(
        bytes32 id,
        RepoTerms calldata terms,
        RepoState memory state,
        address party
    ) private view returns (bool) {
        bool seller = party == terms.seller;
        if (seller && state.status == RepoStatus.Called && block.timestamp > state.callDeadline) return true;
        if (block.timestamp <= uint256(state.closing) + terms.grace) return false;
        int256 paid = _claim(terms, state);
        if (seller) return paid > 0 && !_performs(id, party, terms.currency, uint256(paid));
        return
            !_performs(id, party, state.bond, state.units) ||
            (paid < 0 && !_performs(id, party, terms.currency, uint256(-paid)));
    }

    function _performs(bytes32 id, address giver, address token, uint256 amount) private view returns (bool) {
        ISettlementEngine engine = ISettlementEngine(ENGINE);
        ILedger ledger = ILedger(token);
        return
            engine.isAgent(giver, address(this)) &&
            engine.statusOf(giver, closingRef(id)) == InstructionStatus.Open &&
            ledger.allowance(giver, ENGINE) >= amount &&
            ledger.spendableOf(giver) >= amount &&
            !ledger.isFrozen(giver);
    }

    /// @dev What the seller owes if it is positive.
    function _claim(RepoTerms calldata terms, RepoState memory state) private pure returns (int256) {
        return int256(state.principal + _interest(terms, state)) - int256(uint256(state.income));
    }

    function _interest(RepoTerms calldata terms, RepoState memory state) private pure returns (uint256) {
        // of no repo there are no terms to look at either
        if (state.accrued == 0) return 0;
        return Rounding.halfUp(uint256(state.accrued) * terms.rate, SCALE * terms.dayBasis);
    }

    function _freshExposure(RepoTerms calldata terms, RepoState memory state) private view returns (int256) {
        (uint256 price, ) = _fixing(terms, state.bond);
        return _exposure(terms, state, price);
    }

    function _exposure(RepoTerms calldata terms, RepoState memory state, uint256 price) private view returns (int256) {
        uint256 cover = (state.units * price * (SCALE - terms.haircut)) / (PRICE_SCALE * SCALE);
        return _claim(terms, state) - int256(cover);
    }

    function _fixing(RepoTerms calldata terms, address bond) private view returns (uint256 price, uint256 day) {
        return IPriceFixings(FIXINGS).requireFixing(terms.valuationAgent, bond, terms.maxAge);
    }

    /// @dev One reference for each change, so that none can stand in another's way.
    function _nextRef(bytes32 id, RepoState memory state) private pure returns (bytes32) {
        return keccak256(abi.encode(id, state.sequence++));
    }

    /// @dev From the seller if the amount is positive.
    function _cashLeg(RepoTerms calldata terms, int256 amount) private pure returns (Leg memory) {
        if (amount < 0) return Leg(terms.currency, terms.buyer, terms.seller, uint256(-amount));
        return Leg(terms.currency, terms.seller, terms.buyer, uint256(amount));
    }

    function _signed(uint256 amount, bool positive) private pure returns (int256) {
        return positive ? int256(amount) : -int256(amount);
    }

    /// @dev Legs that move nothing are no legs.
    function _settle(bytes32 businessRef, Leg memory first, Leg memory second) private {
        if (first.amount == 0 && second.amount == 0) return;
        if (first.amount == 0) return _settle(businessRef, second);
        if (second.amount == 0) return _settle(businessRef, first);
        Leg[] memory legs = new Leg[](2);
        (legs[0], legs[1]) = (first, second);
        _settle(businessRef, legs);
    }

    function _settle(bytes32 businessRef, Leg memory leg) private {
        _settle(businessRef, _one(leg));
    }

    function _settle(bytes32 businessRef, Leg[] memory legs) private {
        ISettlementEngine(ENGINE).settle(_instruction(businessRef, legs), new bytes[](0), new Hold[](0));
    }

    function _one(Leg memory leg) private pure returns (Leg[] memory legs) {
        legs = new Leg[](1);
        legs[0] = leg;
    }

    function _instruction(bytes32 businessRef, Leg[] memory legs) private pure returns (Instruction memory) {
        return Instruction({businessRef: businessRef, notBefore: 0, notAfter: NEVER, nettable: false, legs: legs});
    }

    function _today() private view returns (uint24) {
        return uint24(Calendar.dayOf(block.timestamp));
    }

    function _requireNew(bytes32 id) private view {
        RepoStatus status = _states[id].status;
        require(status == RepoStatus.None, RepoStatusInvalid(id, status));
    }

    function _requireParty(bytes32 id, RepoTerms calldata terms) private view {
        require(msg.sender == terms.seller || msg.sender == terms.buyer, RepoCallerInvalid(id, msg.sender));
    }

    function _requireSound(bytes32 id, RepoTerms calldata terms) private pure {
        bool parties = terms.seller != terms.buyer && terms.seller != address(0) && terms.buyer != address(0);
        bool amounts = terms.units != 0 && terms.cash != 0 && terms.haircut < SCALE;
        bool basis = terms.dayBasis == 360 || terms.dayBasis == 365;
        bool times = terms.opensAt <= terms.opensBy && terms.opensBy < terms.closing && terms.callPeriod != 0;
        require(parties && amounts && basis && times, RepoTermsInvalid(id));
    }

    function _requireSuitable(bytes32 id, RepoTerms calldata terms, address bond, uint256 closing) private view {
        IAssetRegistry(REGISTER).requireToken(bond);
        (, uint256 maturity) = IBond(bond).lifetime();
        require(
            IBond(bond).currency() == terms.currency &&
                closing + terms.grace < maturity &&
                !ILedger(bond).supportsInterface(type(IStructuredBond).interfaceId),
            RepoBondUnsuitable(id, bond)
        );
    }

    function _requireTime(bytes32 id, uint256 from, uint256 until) private view {
        require(block.timestamp >= from && block.timestamp <= until, RepoTimeInvalid(id, from, until, block.timestamp));
    }

    function _requireConsents(
        bytes32 id,
        RepoTerms calldata terms,
        bytes32 said,
        bytes calldata sellerConsent,
        bytes calldata buyerConsent
    ) private view {
        _requireConsent(id, terms.seller, said, sellerConsent);
        _requireConsent(id, terms.buyer, said, buyerConsent);
    }

    function _requireConsent(bytes32 id, address party, bytes32 said, bytes calldata consent) private view {
        require(msg.sender == party || Signatures.isValid(party, said, consent), RepoConsentInvalid(id, party));
    }

    function _requireCovered(bytes32 id, int256 exposure) private pure {
        require(exposure <= 0, RepoCoverInsufficient(id, exposure));
    }

    function _requireMargin(bytes32 id, uint256 cash, int256 exposure, uint256 principal) private pure {
        uint256 limit = exposure > 0 ? uint256(exposure) : 0;
        if (limit > principal) limit = principal;
        require(cash <= limit, RepoMarginExcessive(id, cash, limit));
    }
}
