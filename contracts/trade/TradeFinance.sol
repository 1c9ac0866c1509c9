// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Calendar} from "../currency/Calendar.sol";
import {Hold} from "../ledger/IHoldLedger.sol";
import {Signatures} from "../ledger/Signatures.sol";
import {IInstitutionRegistry} from "../registry/IInstitutionRegistry.sol";
import {ISettlementEngine, Instruction, Leg, SettlementItem} from "../settlement/ISettlementEngine.sol";
import {Claim, IReceivableRegistry} from "./IReceivableRegistry.sol";
import {FinanceState, FinanceStatus, FinanceTerms, FinanceTotals, ITradeFinance, Waterfall} from "./ITradeFinance.sol";

/// @title TradeFinance
/// @notice See {ITradeFinance}.
contract TradeFinance is ITradeFinance, EIP712, ReentrancyGuardTransient {
    bytes32 private constant TERMS_TYPEHASH = keccak256(
        "FinanceTerms(bytes32 key,uint256 claim,address exporter,address bankAccount,uint64 face,uint64 principal,"
        "uint64 fee,uint32 rate,uint32 overdueRate,uint48 maturity,bool recourse,bytes32 salt)"
    );
    bytes32 private constant ROLL_OVER_TYPEHASH = keccak256(
        "RollOver(bytes32 finance,uint48 previous,uint48 maturity)"
    );
    /// @dev Actual/360 in millionths.
    uint256 private constant INTEREST_SCALE = 360e6;
    uint256 private constant MAX_RATE = 1e6;

    /// @inheritdoc ITradeFinance
    uint256 public constant RESERVATION = 7 days;
    /// @inheritdoc ITradeFinance
    uint256 public constant RELEASE_PERIOD = 7 days;

    /// @inheritdoc ITradeFinance
    address public immutable RECEIVABLES;
    /// @inheritdoc ITradeFinance
    address public immutable ENGINE;
    IInstitutionRegistry private immutable INSTITUTIONS;

    mapping(bytes32 id => FinanceState) private _finances;
    mapping(address currency => mapping(uint16 bank => mapping(FinanceStatus status => FinanceTotals))) private _totals;
    /// @dev Counts payments to claims without pledge, for their references.
    uint256 private _unpledgedPayments;

    constructor(IReceivableRegistry receivables, ISettlementEngine engine) EIP712("TradeFinance", "1") {
        require(
            address(receivables).code.length != 0 && address(engine).code.length != 0,
            FinanceSetupInvalid(address(receivables), address(engine))
        );
        (RECEIVABLES, ENGINE) = (address(receivables), address(engine));
        INSTITUTIONS = IInstitutionRegistry(receivables.INSTITUTIONS());
    }

    // ------------------------------------------------------- up to the pay-out

    /// @inheritdoc ITradeFinance
    function applyFor(FinanceTerms calldata terms, bytes calldata signature) external returns (bytes32 id) {
        id = financeId(terms);
        FinanceState storage state = _finances[id];
        require(state.status == FinanceStatus.None, FinanceStatusInvalid(id, state.status));
        address exporter = terms.exporter;
        require(
            msg.sender == exporter || Signatures.isValid(exporter, id, signature),
            FinanceSignatureInvalid(id, exporter)
        );
        require(
            terms.face != 0 &&
                terms.principal != 0 &&
                terms.rate <= terms.overdueRate &&
                terms.overdueRate <= MAX_RATE &&
                exporter != terms.bankAccount &&
                _registry().claimOf(terms.claim).key == terms.key,
            FinanceTermsInvalid(id)
        );
        _requireFuture(id, terms.maturity);
        uint16 bank = INSTITUTIONS.requireActive(terms.bankAccount);

        (state.bank, state.maturity, state.fee) = (bank, terms.maturity, terms.fee);
        _move(state, terms.key, FinanceStatus.Applied, terms.principal);
        emit FinanceApplied(id, terms.key, bank, terms);
    }

    /// @inheritdoc ITradeFinance
    function approve(FinanceTerms calldata terms) external returns (uint256 claim) {
        (bytes32 id, FinanceState storage state) = _at(terms, FinanceStatus.Applied);
        _requireActiveBank(id, state);
        state.since = uint48(block.timestamp);
        _move(state, terms.key, FinanceStatus.Approved, state.principal);
        claim = _registry().pledge(
            terms.claim,
            terms.exporter,
            id,
            state.bank,
            terms.face,
            terms.principal,
            terms.recourse
        );
        state.claim = claim;
        emit FinanceApproved(id, state.bank, claim);
    }

    /// @inheritdoc ITradeFinance
    function cancel(FinanceTerms calldata terms) external {
        bytes32 id = financeId(terms);
        FinanceState storage state = _finances[id];
        FinanceStatus status = state.status;
        require(status == FinanceStatus.Applied || status == FinanceStatus.Approved, FinanceStatusInvalid(id, status));
        bool reserved = status == FinanceStatus.Approved;
        bool lapsed = reserved && block.timestamp > state.since + RESERVATION;
        if (!lapsed && msg.sender != terms.exporter) _requireBank(id, state);
        _move(state, terms.key, FinanceStatus.Cancelled, state.principal);
        emit FinanceCancelled(id, msg.sender);
        if (reserved) _registry().release(state.claim, state.principal);
    }

    /// @inheritdoc ITradeFinance
    function disburse(FinanceTerms calldata terms) external nonReentrant returns (bytes32 instructionId) {
        (bytes32 id, FinanceState storage state) = _at(terms, FinanceStatus.Approved);
        _requireActiveBank(id, state);
        uint256 until = state.since + RESERVATION;
        require(block.timestamp <= until, FinanceReservationLapsed(id, until, block.timestamp));
        _requireFuture(id, terms.maturity);
        _registry().requireFinanceable(terms.key);

        state.accruedDay = _today();
        _move(state, terms.key, FinanceStatus.Disbursed, state.principal);
        Leg memory leg = Leg(_currencyOf(terms.key), terms.bankAccount, terms.exporter, terms.principal);
        instructionId = _settle(id, leg);
        emit FinanceDisbursed(id, terms.principal, instructionId);
    }

    // ------------------------------------------------------------- repayment

    /// @inheritdoc ITradeFinance
    function collect(FinanceTerms calldata terms, uint64 amount) external nonReentrant returns (Waterfall memory paid) {
        bytes32 id = financeId(terms);
        FinanceState storage state = _finances[id];
        require(state.status == FinanceStatus.Repaid || _isLive(state.status), FinanceStatusInvalid(id, state.status));
        Claim memory claim = _registry().claimOf(state.claim);
        require(amount != 0 && amount <= claim.amount, FinanceAmountInvalid(id, amount, claim.amount));

        address currency = _currencyOf(terms.key);
        paid = _pay(id, state, terms, currency, msg.sender, amount);
        if (paid.remainder != 0 && !_tryPay(id, state, Leg(currency, msg.sender, claim.owner, paid.remainder))) {
            (paid.remainder, paid.parked) = (0, paid.remainder);
        }
        emit ProceedsCollected(id, msg.sender, paid);
        _registry().reduce(state.claim, paid.principal, amount - paid.parked);
    }

    /// @inheritdoc ITradeFinance
    function collectUnpledged(uint256 claim, uint64 amount) external nonReentrant {
        Claim memory entry = _registry().claimOf(claim);
        require(entry.finance == 0, FinanceClaimPledged(claim, entry.finance));
        require(amount != 0, FinanceAmountInvalid(0, 0, entry.amount));
        emit ClaimCollected(claim, msg.sender, amount);
        _registry().reduce(claim, 0, amount);
        if (msg.sender == entry.owner) return;
        Leg memory leg = Leg(_currencyOf(entry.key), msg.sender, entry.owner, amount);
        _settle(keccak256(abi.encode(claim, ++_unpledgedPayments)), leg);
    }

    /// @inheritdoc ITradeFinance
    function repay(FinanceTerms calldata terms, uint64 amount) external nonReentrant returns (Waterfall memory paid) {
        (bytes32 id, FinanceState storage state) = _live(terms);
        paid = _repay(id, state, terms, msg.sender, amount);
        emit FinanceRepaid(id, msg.sender, paid);
    }

    /// @inheritdoc ITradeFinance
    function takeRecourse(
        FinanceTerms calldata terms,
        uint64 amount
    ) external nonReentrant returns (Waterfall memory paid) {
        (bytes32 id, FinanceState storage state) = _at(terms, FinanceStatus.Overdue);
        require(terms.recourse, FinanceWithoutRecourse(id));
        _requireBank(id, state);
        paid = _repay(id, state, terms, terms.exporter, amount);
        emit RecourseTaken(id, terms.exporter, paid);
    }

    // ------------------------------------------------------------------- time

    /// @inheritdoc ITradeFinance
    function reportOverdue(FinanceTerms calldata terms) external {
        (bytes32 id, FinanceState storage state) = _at(terms, FinanceStatus.Disbursed);
        require(block.timestamp > state.maturity, FinanceNotOverdue(id, state.maturity, block.timestamp));
        _move(state, terms.key, FinanceStatus.Overdue, state.principal);
        emit FinanceOverdue(id, state.principal);
    }

    /// @inheritdoc ITradeFinance
    function rollOver(FinanceTerms calldata terms, uint48 maturity, bytes calldata signature) external {
        (bytes32 id, FinanceState storage state) = _live(terms);
        _requireActiveBank(id, state);
        uint48 previous = state.maturity;
        require(maturity > previous, FinanceMaturityInvalid(id, maturity, previous));
        _requireFuture(id, maturity);
        require(
            Signatures.isValid(terms.exporter, rollOverId(id, previous, maturity), signature),
            FinanceSignatureInvalid(id, terms.exporter)
        );
        // what has been overdue so far stays so
        state.accrued = _accrued(state, terms);
        state.accruedDay = _today();
        state.maturity = maturity;
        _move(state, terms.key, FinanceStatus.Disbursed, state.principal);
        emit FinanceRolledOver(id, previous, maturity);
    }

    // -------------------------------------------------------------------- end

    /// @inheritdoc ITradeFinance
    function release(FinanceTerms calldata terms) external {
        (bytes32 id, FinanceState storage state) = _at(terms, FinanceStatus.Repaid);
        if (block.timestamp < state.since + RELEASE_PERIOD) _requireBank(id, state);
        _move(state, terms.key, FinanceStatus.Released, 0);
        emit FinanceReleased(id, msg.sender);
        _registry().release(state.claim, 0);
    }

    /// @inheritdoc ITradeFinance
    function writeOff(FinanceTerms calldata terms, bytes32 basis) external {
        (bytes32 id, FinanceState storage state) = _at(terms, FinanceStatus.Overdue);
        _requireBank(id, state);
        uint64 principal = state.principal;
        _move(state, terms.key, FinanceStatus.WrittenOff, principal);
        emit FinanceWrittenOff(id, principal, basis);
        _registry().forfeit(state.claim, terms.bankAccount, principal);
    }

    // ------------------------------------------------------------------ views

    /// @inheritdoc ITradeFinance
    function financeId(FinanceTerms calldata terms) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(TERMS_TYPEHASH, terms)));
    }

    /// @inheritdoc ITradeFinance
    function rollOverId(bytes32 id, uint48 previous, uint48 maturity) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(ROLL_OVER_TYPEHASH, id, previous, maturity)));
    }

    /// @inheritdoc ITradeFinance
    function financeOf(bytes32 id) external view returns (FinanceState memory) {
        return _finances[id];
    }

    /// @inheritdoc ITradeFinance
    function dueOf(FinanceTerms calldata terms) external view returns (Waterfall memory due) {
        FinanceState storage state = _finances[financeId(terms)];
        if (!_isLive(state.status)) return due;
        due.fee = state.fee;
        due.interest = uint64(_accrued(state, terms) / INTEREST_SCALE);
        due.principal = state.principal;
    }

    /// @inheritdoc ITradeFinance
    function totalsOf(
        address currency,
        uint16 bank,
        FinanceStatus status
    ) external view returns (FinanceTotals memory) {
        return _totals[currency][bank][status];
    }

    // ----------------------------------------------------- internals: payments

    /// @dev Own money: up to what is due, and nothing of the claim's face.
    function _repay(
        bytes32 id,
        FinanceState storage state,
        FinanceTerms calldata terms,
        address payer,
        uint64 amount
    ) private returns (Waterfall memory paid) {
        paid = _pay(id, state, terms, _currencyOf(terms.key), payer, amount);
        uint64 excess = paid.remainder;
        require(amount != 0 && excess == 0, FinanceAmountInvalid(id, amount, amount - excess));
        _registry().reduce(state.claim, paid.principal, 0);
    }

    /// @dev Divides the amount and pays the bank its part; the rest is the caller's to place.
    function _pay(
        bytes32 id,
        FinanceState storage state,
        FinanceTerms calldata terms,
        address currency,
        address payer,
        uint64 amount
    ) private returns (Waterfall memory paid) {
        uint256 accrued = _accrued(state, terms);
        paid.fee = uint64(Math.min(amount, state.fee));
        paid.interest = uint64(Math.min(amount - paid.fee, accrued / INTEREST_SCALE));
        paid.principal = uint64(Math.min(amount - paid.fee - paid.interest, state.principal));
        uint64 toBank = paid.fee + paid.interest + paid.principal;
        paid.remainder = amount - toBank;
        if (toBank == 0) return paid;

        state.fee -= paid.fee;
        state.accrued = uint128(accrued - paid.interest * INTEREST_SCALE);
        state.accruedDay = _today();
        state.received += toBank;
        uint64 left = state.principal - paid.principal;
        if (left == 0) state.since = uint48(block.timestamp);
        _move(state, terms.key, left == 0 ? FinanceStatus.Repaid : state.status, left);
        if (payer != terms.bankAccount) {
            _settle(_nextRef(id, state), Leg(currency, payer, terms.bankAccount, toBank));
        }
    }

    /// @dev Whether the owner has its part: an owner that cannot be paid must not undo the bank's.
    function _tryPay(bytes32 id, FinanceState storage state, Leg memory leg) private returns (bool) {
        if (leg.from == leg.to) return true;
        SettlementItem[] memory items = new SettlementItem[](1);
        items[0].instruction = _instruction(_nextRef(id, state), leg);
        return ISettlementEngine(ENGINE).trySettleMany(items)[0];
    }

    function _settle(bytes32 businessRef, Leg memory leg) private returns (bytes32) {
        return ISettlementEngine(ENGINE).settle(_instruction(businessRef, leg), new bytes[](0), new Hold[](0));
    }

    function _instruction(bytes32 businessRef, Leg memory leg) private pure returns (Instruction memory instruction) {
        instruction.businessRef = businessRef;
        instruction.notAfter = type(uint48).max;
        instruction.legs = new Leg[](1);
        instruction.legs[0] = leg;
    }

    /// @dev A reference of an initiator ends once.
    function _nextRef(bytes32 id, FinanceState storage state) private returns (bytes32) {
        return keccak256(abi.encode(id, ++state.payments));
    }

    // ----------------------------------------------------- internals: interest

    /// @dev Not paid yet, in parts of {INTEREST_SCALE}: 2^64 of principal × 10^6 × 2^16 days are below 2^100.
    function _accrued(FinanceState storage state, FinanceTerms calldata terms) private view returns (uint128) {
        (uint256 from, uint256 today) = (state.accruedDay, _today());
        uint256 dueDay = Math.min(Math.max(Calendar.dayOf(state.maturity), from), today);
        uint256 rated = (dueDay - from) * terms.rate + (today - dueDay) * terms.overdueRate;
        return state.accrued + uint128(state.principal * rated);
    }

    function _today() private view returns (uint16) {
        return uint16(Calendar.dayOf(block.timestamp));
    }

    // ------------------------------------------------------- internals: states

    /// @dev The one place where a status or an outstanding principal changes: supervision's totals change with them.
    function _move(FinanceState storage state, bytes32 key, FinanceStatus next, uint64 principal) private {
        FinanceStatus status = state.status;
        mapping(FinanceStatus => FinanceTotals) storage totals = _totals[_currencyOf(key)][state.bank];
        if (status != FinanceStatus.None) {
            --totals[status].count;
            totals[status].principal -= state.principal;
        }
        ++totals[next].count;
        totals[next].principal += principal;
        (state.status, state.principal) = (next, principal);
    }

    function _at(
        FinanceTerms calldata terms,
        FinanceStatus expected
    ) private view returns (bytes32 id, FinanceState storage state) {
        id = financeId(terms);
        state = _finances[id];
        require(state.status == expected, FinanceStatusInvalid(id, state.status));
    }

    function _live(FinanceTerms calldata terms) private view returns (bytes32 id, FinanceState storage state) {
        id = financeId(terms);
        state = _finances[id];
        require(_isLive(state.status), FinanceStatusInvalid(id, state.status));
    }

    function _isLive(FinanceStatus status) private pure returns (bool) {
        return status == FinanceStatus.Disbursed || status == FinanceStatus.Overdue;
    }

    // ------------------------------------------------------- internals: checks

    /// @dev Winding up is the bank's whatever its standing; new business is for active ones.
    function _requireBank(bytes32 id, FinanceState storage state) private view {
        require(INSTITUTIONS.institutionOf(msg.sender) == state.bank, FinanceCallerInvalid(id, msg.sender, state.bank));
    }

    function _requireActiveBank(bytes32 id, FinanceState storage state) private view {
        _requireBank(id, state);
        INSTITUTIONS.requireActive(msg.sender);
    }

    function _requireFuture(bytes32 id, uint48 maturity) private view {
        require(maturity > block.timestamp, FinanceMaturityInvalid(id, maturity, block.timestamp));
    }

    function _registry() private view returns (IReceivableRegistry) {
        return IReceivableRegistry(RECEIVABLES);
    }

    function _currencyOf(bytes32 key) private view returns (address) {
        return _registry().receivableOf(key).currency;
    }
}
