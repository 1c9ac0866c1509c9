// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {IDigitalCurrency} from "../../../contracts/currency/IDigitalCurrency.sol";
import {
    ComplianceVerdict,
    CorridorOrder,
    CorridorQuote,
    IBilateralCorridor,
    UseCase,
    UseCaseLimits
} from "../../../contracts/interop/IBilateralCorridor.sol";
import {LogProof} from "../../../contracts/interop/IForeignLedger.sol";
import {ExchangeLeg, ExchangeTerms, ILedgerExchange} from "../../../contracts/interop/ILedgerExchange.sol";
import {Hold, IHoldLedger} from "../../../contracts/ledger/IHoldLedger.sol";
import {ISettlementEngine} from "../../../contracts/settlement/ISettlementEngine.sol";
import {BetweenLedgers, LEDGERS} from "../support/BetweenLedgers.sol";

interface EtchVm {
    function etch(address where, bytes calldata code) external;
}

EtchVm constant ETCHING = EtchVm(address(uint160(uint256(keccak256("hevm cheat code")))));

/// @dev Signs whatever it is asked for: whether signatures are looked at is for the tests of the corridor to show.
contract Signing is IERC1271 {
    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) {
        return IERC1271.isValidSignature.selector;
    }
}

/// @dev Payments through a corridor in both directions, every step by anyone in any order, and a plain account of what
/// each side has bound itself to, collected and paid out. Bank 0 is the agent of ledger 0, bank 1 that of ledger 1; on each
/// ledger the other bank is payer and payee. This contract is both compliance offices.
contract BilateralActs is BetweenLedgers, IERC1271 {
    uint256 internal constant COUNT = 6;
    /// @dev Payments that many apart, in one direction, have one quote.
    uint256 internal constant QUOTES = 4;
    uint256 private constant RATE = 915_000_000_000;
    uint256 private constant WINDOW = 12 hours;
    UseCaseLimits private _limits = UseCaseLimits(1_400, 2_400, 2_900);
    address private constant CARRIER = address(0xCA2);

    /// @dev What one side has bound itself to.
    struct Bound {
        bool counted;
        uint256 day;
        uint256 window;
    }

    /// @dev One payment by the account.
    struct Entry {
        bool accepted;
        bool[2] approved;
        bool captured;
        bool followed;
        Bound[2] bound;
    }

    struct Count {
        uint256 window;
        uint256 collected;
        uint256 disbursed;
    }

    IBilateralCorridor[2] internal _corridors;
    ISettlementEngine internal _engine;
    ExchangeTerms[COUNT] internal _terms;
    CorridorOrder[COUNT] internal _orders;
    CorridorQuote[COUNT] internal _quotes;
    Entry[COUNT] internal _entries;
    Count[2] internal _counts;
    uint256[2] internal _suspended;
    /// @dev Net of all settlements from bank 0 to bank 1 on ledger 0.
    int256 internal _net;
    uint256 internal _boundWhileSuspended;

    constructor() BetweenLedgers("ECNY", "EHKD") {
        _engine = ISettlementEngine(_deploy("SettlementEngine", ""));
        bytes memory code = address(new Signing()).code;
        address[2] memory expected = [_addressAhead(0), _addressAhead(1)];
        for (uint256 side = 0; side < 2; ++side) {
            LEDGERS.chainId(_ledgers[side].chainId);
            _corridors[side] = IBilateralCorridor(_deploy("BilateralCorridor", _setup(side, expected[1 - side])));
            for (uint256 which = 0; which < BANKS; ++which) {
                _ledgers[side].money.issue(_bank(which), FUNDS, BASIS);
                ETCHING.etch(_bank(which), code);
            }
            for (uint256 u = 0; u < 3; ++u) _corridors[side].setLimits(UseCase(u), _limits);
        }
        for (uint256 which = 0; which < BANKS; ++which) {
            LEDGERS.prank(_bank(which));
            _ledgers[0].money.approve(address(_engine), type(uint256).max);
            LEDGERS.prank(_bank(which));
            _engine.authorizeAgent(address(_corridors[0]), true);
        }
        for (uint256 e = 0; e < COUNT; ++e) _plan(e);
    }

    // -------------------------------------------------------------- looking on

    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) {
        return IERC1271.isValidSignature.selector;
    }

    function paymentCount() external pure returns (uint256) {
        return COUNT;
    }

    function quoteOf(uint256 e) external pure returns (uint256) {
        return e % QUOTES;
    }

    function entry(uint256 e) external view returns (Entry memory) {
        return _entries[e];
    }

    function terms(uint256 e) external view returns (ExchangeTerms memory) {
        return _terms[e];
    }

    function useCaseOf(uint256 e) external view returns (UseCase) {
        return _orders[e].useCase;
    }

    function count(uint256 side) external view returns (Count memory) {
        return _counts[side];
    }

    function corridor(uint256 side) external view returns (IBilateralCorridor) {
        return _corridors[side];
    }

    function money(uint256 side) external view returns (IDigitalCurrency) {
        return _ledgers[side].money;
    }

    function bank(uint256 which) external pure returns (address) {
        return _bank(which);
    }

    function limits() external view returns (UseCaseLimits memory) {
        return _limits;
    }

    function net() external view returns (int256) {
        return _net;
    }

    function boundWhileSuspended() external view returns (uint256) {
        return _boundWhileSuspended;
    }

    /// @dev What is decided on the payer's ledger and how the payee's stands, with what is left of both holds.
    function seen(
        uint256 which
    )
        external
        returns (
            ILedgerExchange.Decision decision,
            ILedgerExchange.Standing standing,
            uint256 deciderLeft,
            uint256 followerLeft
        )
    {
        uint256 e = which % COUNT;
        (Hold memory decider, Hold memory follower) = _holds(e);
        decision = _corridors[_payerAt(e)].decisionOf(_id(e));
        LEDGERS.chainId(_ledgers[_payeeAt(e)].chainId);
        standing = _corridors[_payeeAt(e)].standingOf(_terms[e]);
        deciderLeft = _left(_payerAt(e), decider);
        followerLeft = _left(_payeeAt(e), follower);
    }

    function today() public view returns (uint256) {
        return (_clock + 8 hours) / 1 days;
    }

    // --------------------------------------------------------------------- acts

    function placeDecider(uint256 seed) public {
        (Hold memory hold, ) = _holds(seed % COUNT);
        _place("placeDecider", _payerAt(seed % COUNT), hold);
    }

    function placeFollower(uint256 seed) public {
        (, Hold memory hold) = _holds(seed % COUNT);
        _place("placeFollower", _payeeAt(seed % COUNT), hold);
    }

    function accept(uint256 seed) public {
        uint256 e = seed % COUNT;
        bytes memory call = abi.encodeCall(IBilateralCorridor.accept, (_terms[e], _orders[e], _quotes[e], ""));
        if (_call("accept", _payerAt(e), call)) _entries[e].accepted = true;
    }

    /// @dev One in eight verdicts is a refusal.
    function judge(uint256 seed) public {
        uint256 e = seed % COUNT;
        uint256 side = (seed / COUNT) % 2;
        bool approved = (seed / COUNT / 2) % 8 != 7;
        ComplianceVerdict memory verdict = ComplianceVerdict(_id(e), approved, BASIS, type(uint48).max);
        bytes memory call = abi.encodeCall(
            IBilateralCorridor.recordVerdict,
            (_terms[e], _orders[e], verdict, address(this), "")
        );
        if (_call("judge", side, call)) _entries[e].approved[side] = approved;
    }

    function arm(uint256 seed) public {
        uint256 e = seed % COUNT;
        uint256 side = _payeeAt(e);
        if (!_call("arm", side, abi.encodeCall(ILedgerExchange.arm, (_terms[e])))) return;
        _bind(side, e);
        _tell("armed", e, side, ILedgerExchange.Armed.selector, "");
    }

    function decide(uint256 seed) public {
        uint256 e = seed % COUNT;
        uint256 side = _payerAt(e);
        bytes memory call = abi.encodeCall(ILedgerExchange.decide, (_terms[e], _proof("armed", e)));
        if (!_call("decide", side, call)) return;
        _bind(side, e);
        _entries[e].captured = true;
        _counts[side].collected += _terms[e].decider.amount;
        _tell("decided", e, side, ILedgerExchange.Decided.selector, abi.encode(true));
    }

    function callOff(uint256 seed) public {
        uint256 e = seed % COUNT;
        bytes memory call = abi.encodeCall(ILedgerExchange.callOff, (_terms[e]));
        if (!_call("callOff", _payerAt(e), call)) return;
        _tell("decided", e, _payerAt(e), ILedgerExchange.Decided.selector, abi.encode(false));
    }

    function follow(uint256 seed) public {
        uint256 e = seed % COUNT;
        uint256 side = _payeeAt(e);
        bytes memory call = abi.encodeCall(ILedgerExchange.follow, (_terms[e], _proof("decided", e)));
        if (!_call("follow", side, call)) return;
        _entries[e].followed = true;
        if (_entries[e].captured) _counts[side].disbursed += _terms[e].follower.amount;
        else _entries[e].bound[side].counted = false;
    }

    function complete(uint256 seed) public {
        uint256 e = seed % COUNT;
        _call("complete", _payeeAt(e), abi.encodeCall(ILedgerExchange.complete, (_terms[e])));
    }

    function suspend(uint256 seed) external {
        (uint256 side, uint256 useCases) = (seed % 2, (seed / 2) % 8);
        bytes memory call = abi.encodeCall(IBilateralCorridor.suspend, (useCases));
        if (_act("suspend", side, address(this), address(_corridors[side]), call)) _suspended[side] |= useCases;
    }

    function reopen(uint256 seed) external {
        (uint256 side, uint256 useCases) = (seed % 2, (seed / 2) % 8);
        bytes memory call = abi.encodeCall(IBilateralCorridor.resume, (useCases));
        if (_act("reopen", side, address(this), address(_corridors[side]), call)) _suspended[side] &= ~useCases;
    }

    function settle() public {
        Count storage own = _counts[0];
        if (!_call("settle", 0, abi.encodeCall(IBilateralCorridor.settleWindow, ()))) return;
        _net += int256(own.collected) - int256(own.disbursed);
        bytes memory data = abi.encode(own.collected, own.disbursed, uint256(0), bytes32(0));
        bytes32 topic = IBilateralCorridor.WindowSettled.selector;
        _ledgers[1].foreign.tell(
            _name("settled", own.window),
            address(_corridors[0]),
            topic,
            bytes32(own.window),
            data
        );
        _counts[0] = Count(own.window + 1, 0, 0);
    }

    /// @dev Of this window or, one in four, of another.
    function report(uint256 seed) public {
        uint256 window = _counts[1].window + (seed % 4 == 3 ? 1 : 0);
        LogProof memory proof = _proof("settled", window);
        if (!_call("report", 1, abi.encodeCall(IBilateralCorridor.reportWindow, (proof)))) return;
        _counts[1] = Count(_counts[1].window + 1, 0, 0);
    }

    /// @dev The steps that come next, so that stories get somewhere.
    function advance(uint256 seed) external {
        uint256 e = seed % COUNT;
        if (!_entries[e].accepted) {
            placeDecider(e);
            accept(e);
            judge(e);
            judge(e + COUNT);
        } else if (!_entries[e].bound[_payeeAt(e)].counted) {
            placeFollower(e);
            arm(e);
        } else {
            decide(e);
            follow(e);
        }
    }

    // --------------------------------------------------------------- internals

    function _bind(uint256 side, uint256 e) private {
        _entries[e].bound[side] = Bound(true, today(), _counts[side].window);
        if (_suspended[side] & (1 << uint256(_orders[e].useCase)) != 0) ++_boundWhileSuspended;
    }

    function _plan(uint256 e) private {
        (uint256 here, uint256 there) = (_payerAt(e), _payeeAt(e));
        uint256 q = e % QUOTES;
        uint256 amount = 1_000 + 100 * q;
        uint256 deadline = OPENING + (q + 2) * 8 hours;
        _quotes[e] = CorridorQuote({
            payer: _bank(1 - here),
            base: address(_ledgers[there].money),
            counter: address(_ledgers[here].money),
            rate: uint104(RATE),
            minimum: 1,
            maximum: 10_000,
            notAfter: uint48(deadline),
            nonce: q
        });
        LEDGERS.chainId(_ledgers[here].chainId);
        bytes32 quoteId = _corridors[here].quoteId(_quotes[e]);
        _orders[e] = CorridorOrder(quoteId, UseCase(q % 2), "GDDS", bytes32(e));
        uint256 price = (amount * RATE + 1e12 - 1) / 1e12;
        _terms[e] = ExchangeTerms(
            _leg(here, _bank(1 - here), _bank(here), price),
            _leg(there, _bank(there), _bank(1 - there), amount),
            deadline,
            _corridors[here].orderHash(_orders[e])
        );
    }

    function _setup(uint256 side, address peer) private view returns (bytes memory) {
        (address own, address other) = (_ledgers[side].authority, _ledgers[1 - side].authority);
        address engine = side == 0 ? address(_engine) : address(0);
        return
            abi.encode(
                _ledgers[side].foreign,
                peer,
                own,
                other,
                _ledgers[side].money,
                _ledgers[1 - side].money,
                _bank(side),
                _bank(1 - side),
                engine,
                WINDOW
            );
    }

    function _place(string memory name, uint256 side, Hold memory hold) private {
        _act(name, side, hold.payer, address(_ledgers[side].money), abi.encodeCall(IHoldLedger.placeHold, (hold)));
    }

    function _call(string memory name, uint256 side, bytes memory call) private returns (bool) {
        return _act(name, side, CARRIER, address(_corridors[side]), call);
    }

    function _tell(string memory what, uint256 e, uint256 side, bytes32 topic, bytes memory data) private {
        _ledgers[1 - side].foreign.tell(_name(what, e), address(_corridors[side]), topic, _id(e), data);
    }

    function _proof(string memory what, uint256 which) private pure returns (LogProof memory) {
        return LogProof(_name(what, which), 0, 0, new bytes[](0));
    }

    function _name(string memory what, uint256 which) private pure returns (bytes32) {
        return keccak256(abi.encode(what, which));
    }

    function _id(uint256 e) private view returns (bytes32) {
        return _corridors[0].exchangeId(_terms[e]);
    }

    function _holds(uint256 e) private view returns (Hold memory decider, Hold memory follower) {
        return _corridors[0].holdsOf(_terms[e]);
    }

    function _left(uint256 side, Hold memory hold) private view returns (uint256 remaining) {
        (remaining, ) = _ledgers[side].money.holdState(_ledgers[side].money.holdId(hold));
    }

    function _leg(
        uint256 side,
        address giver,
        address taker,
        uint256 amount
    ) private view returns (ExchangeLeg memory) {
        Ledger storage here = _ledgers[side];
        return ExchangeLeg(here.chainId, address(_corridors[side]), address(here.money), giver, taker, amount);
    }

    function _payerAt(uint256 e) internal pure returns (uint256) {
        return e % 2;
    }

    function _payeeAt(uint256 e) internal pure returns (uint256) {
        return 1 - (e % 2);
    }
}
