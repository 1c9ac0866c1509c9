// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {LogProof} from "../../../contracts/interop/IForeignLedger.sol";
import {ExchangeLeg, ExchangeTerms, ILedgerExchange} from "../../../contracts/interop/ILedgerExchange.sol";
import {IDigitalCurrency} from "../../../contracts/currency/IDigitalCurrency.sol";
import {Hold, IHoldLedger} from "../../../contracts/ledger/IHoldLedger.sol";
import {BetweenLedgers, LEDGERS} from "../support/BetweenLedgers.sol";

/// @dev Payment versus payment between two ledgers, either of which decides for some: every step by anyone in any order,
/// with proofs of what has happened and of what has not.
contract LedgerExchangeActs is BetweenLedgers {
    uint256 internal constant COUNT = 4;
    /// @dev Has no part in anything.
    address private constant CARRIER = address(0xCA2);

    /// @dev All there is to see of an exchange.
    struct View {
        ExchangeTerms terms;
        bytes32 id;
        Hold decider;
        Hold follower;
        uint256 deciderAt;
        uint256 followerAt;
        ILedgerExchange.Decision decision;
        ILedgerExchange.Standing standing;
        uint256 deciderLeft;
        uint256 followerLeft;
    }

    error Stuck(uint256 exchange, string what);

    address private immutable _teller = msg.sender;
    ILedgerExchange[2] internal _exchanges;
    ExchangeTerms[COUNT] internal _terms;

    constructor() BetweenLedgers("ECNY", "EHKD") {
        address[2] memory expected = [_addressAhead(0), _addressAhead(1)];
        for (uint256 side = 0; side < 2; ++side) {
            Ledger storage here = _ledgers[side];
            bytes memory args = abi.encode(
                here.foreign,
                expected[1 - side],
                here.authority,
                _ledgers[1 - side].authority
            );
            _exchanges[side] = ILedgerExchange(_deploy("LedgerExchange", args));
            for (uint256 which = 0; which < BANKS; ++which) here.money.issue(_bank(which), FUNDS, BASIS);
        }
        for (uint256 e = 0; e < COUNT; ++e) {
            uint256 d = e % 2;
            _terms[e] = ExchangeTerms(
                _leg(d, 0, 1_000 + e),
                _leg(1 - d, 1, 2_000 + e),
                OPENING + (e + 1) * 8 hours,
                bytes32(e)
            );
        }
    }

    // -------------------------------------------------------------- looking on

    function exchangeCount() external pure returns (uint256) {
        return COUNT;
    }

    /// @dev Terms with their id and holds, and what both ledgers have on record.
    function exchange(uint256 which) external returns (View memory seen) {
        uint256 e = which % COUNT;
        seen.terms = _terms[e];
        seen.id = _exchanges[0].exchangeId(seen.terms);
        (seen.decider, seen.follower) = _exchanges[0].holdsOf(seen.terms);
        (seen.deciderAt, seen.followerAt) = (_deciderOf(e), _followerOf(e));
        seen.decision = _exchanges[seen.deciderAt].decisionOf(seen.id);
        seen.standing = _standing(e);
        seen.deciderLeft = _left(seen.deciderAt, seen.decider);
        seen.followerLeft = _left(seen.followerAt, seen.follower);
    }

    function money(uint256 side) external view returns (IDigitalCurrency) {
        return _ledgers[side].money;
    }

    function bank(uint256 which) external pure returns (address) {
        return _bank(which);
    }

    // --------------------------------------------------------------------- acts

    function placeFollower(uint256 seed) public {
        uint256 e = seed % COUNT;
        (, Hold memory hold) = _exchanges[0].holdsOf(_terms[e]);
        _place("placeFollower", _followerOf(e), hold);
    }

    function placeDecider(uint256 seed) public {
        uint256 e = seed % COUNT;
        (Hold memory hold, ) = _exchanges[0].holdsOf(_terms[e]);
        _place("placeDecider", _deciderOf(e), hold);
    }

    function arm(uint256 seed) public {
        uint256 e = seed % COUNT;
        if (_call("arm", _followerOf(e), abi.encodeCall(ILedgerExchange.arm, (_terms[e])))) _tellArmed(e);
    }

    function decide(uint256 seed) public {
        uint256 e = seed % COUNT;
        bytes memory call = abi.encodeCall(ILedgerExchange.decide, (_terms[e], _proof("armed", e)));
        if (_call("decide", _deciderOf(e), call)) _tellDecided(e, true);
    }

    /// @dev By the decider's giver or by anyone.
    function callOff(uint256 seed) public {
        uint256 e = seed % COUNT;
        address by = seed % 8 < COUNT ? _bank(0) : CARRIER;
        bytes memory call = abi.encodeCall(ILedgerExchange.callOff, (_terms[e]));
        if (_act("callOff", _deciderOf(e), by, address(_exchanges[_deciderOf(e)]), call)) _tellDecided(e, false);
    }

    function follow(uint256 seed) public {
        uint256 e = seed % COUNT;
        _call("follow", _followerOf(e), abi.encodeCall(ILedgerExchange.follow, (_terms[e], _proof("decided", e))));
    }

    function complete(uint256 seed) public {
        uint256 e = seed % COUNT;
        _call("complete", _followerOf(e), abi.encodeCall(ILedgerExchange.complete, (_terms[e])));
    }

    function withdraw(uint256 seed) external {
        uint256 e = seed % COUNT;
        (Hold memory decider, Hold memory follower) = _exchanges[0].holdsOf(_terms[e]);
        bool ofDecider = (seed / COUNT) % 4 == 0;
        _withdraw(ofDecider ? _deciderOf(e) : _followerOf(e), ofDecider ? decider : follower);
    }

    /// @dev Anyone tries to end a hold by time.
    function releaseByTime(uint256 seed) external {
        uint256 e = seed % COUNT;
        (Hold memory decider, Hold memory follower) = _exchanges[0].holdsOf(_terms[e]);
        bool ofDecider = (seed / COUNT) % 2 == 0;
        _free(ofDecider ? _deciderOf(e) : _followerOf(e), ofDecider ? decider : follower);
    }

    /// @dev Proofs of another exchange, and of the same event on the wrong ledger.
    function deceive(uint256 seed) external {
        uint256 e = seed % COUNT;
        uint256 other = (e + 2) % COUNT;
        _call("deceive", _deciderOf(e), abi.encodeCall(ILedgerExchange.decide, (_terms[e], _proof("armed", other))));
        _call("deceive", _followerOf(e), abi.encodeCall(ILedgerExchange.follow, (_terms[e], _proof("decided", other))));
        _call("deceive", _deciderOf(e), abi.encodeCall(ILedgerExchange.follow, (_terms[e], _proof("decided", e))));
    }

    /// @dev The steps that come next, so that stories get somewhere.
    function advance(uint256 seed) external {
        uint256 e = seed % COUNT;
        if (_standing(e) == ILedgerExchange.Standing.None) {
            placeFollower(e);
            arm(e);
            placeDecider(e);
        } else {
            decide(e);
            follow(e);
        }
    }

    /// @dev Everybody but the disturbed takes the steps that help: deadlines pass, exchanges are called off, proofs are
    /// carried. What is still held then belongs to a payee that cannot be paid; without the disturbance it is paid.
    function finish() external {
        // an act like any other to whoever calls acts at random
        if (msg.sender != _teller) return;
        _clock += COUNT * 1 days;
        LEDGERS.warp(_clock);
        for (uint256 e = 0; e < COUNT; ++e) {
            callOff(COUNT + e);
            follow(e);
            (Hold memory decider, Hold memory follower) = _exchanges[0].holdsOf(_terms[e]);
            _free(_deciderOf(e), decider);
            _withdraw(_followerOf(e), follower);
            require(_left(_deciderOf(e), decider) == 0, Stuck(e, "decider's hold"));
            bool awaited = _standing(e) == ILedgerExchange.Standing.Captured;
            require(awaited || _left(_followerOf(e), follower) == 0, Stuck(e, "follower's hold"));
        }
        _calm(0);
        _calm(1);
        for (uint256 e = 0; e < COUNT; ++e) {
            (, Hold memory follower) = _exchanges[0].holdsOf(_terms[e]);
            if (_left(_followerOf(e), follower) != 0) complete(e);
            require(_left(_followerOf(e), follower) == 0, Stuck(e, "payment put off"));
        }
    }

    // --------------------------------------------------------------- internals

    function _place(string memory name, uint256 side, Hold memory hold) private {
        _act(name, side, hold.payer, address(_ledgers[side].money), abi.encodeCall(IHoldLedger.placeHold, (hold)));
    }

    function _call(string memory name, uint256 side, bytes memory call) private returns (bool) {
        return _act(name, side, CARRIER, address(_exchanges[side]), call);
    }

    function _withdraw(uint256 side, Hold memory hold) private {
        bytes memory call = abi.encodeCall(ILedgerExchange.withdraw, (address(_ledgers[side].money), hold));
        _act("withdraw", side, hold.payer, address(_exchanges[side]), call);
    }

    function _free(uint256 side, Hold memory hold) private {
        bytes memory call = abi.encodeCall(IHoldLedger.releaseHold, (hold));
        _act("releaseByTime", side, CARRIER, address(_ledgers[side].money), call);
    }

    function _tellArmed(uint256 e) private {
        (uint256 here, uint256 there) = (_followerOf(e), _deciderOf(e));
        bytes32 id = _exchanges[0].exchangeId(_terms[e]);
        bytes32 topic = ILedgerExchange.Armed.selector;
        _ledgers[there].foreign.tell(_name("armed", e), address(_exchanges[here]), topic, id, "");
    }

    function _tellDecided(uint256 e, bool captured) private {
        (uint256 here, uint256 there) = (_deciderOf(e), _followerOf(e));
        bytes32 id = _exchanges[0].exchangeId(_terms[e]);
        bytes32 topic = ILedgerExchange.Decided.selector;
        bytes memory data = abi.encode(captured);
        _ledgers[there].foreign.tell(_name("decided", e), address(_exchanges[here]), topic, id, data);
    }

    function _proof(string memory what, uint256 e) private pure returns (LogProof memory) {
        return LogProof(_name(what, e), 0, 0, new bytes[](0));
    }

    function _name(string memory what, uint256 e) private pure returns (bytes32) {
        return keccak256(abi.encode(what, e));
    }

    function _standing(uint256 e) private returns (ILedgerExchange.Standing) {
        LEDGERS.chainId(_ledgers[_followerOf(e)].chainId);
        return _exchanges[_followerOf(e)].standingOf(_terms[e]);
    }

    function _left(uint256 side, Hold memory hold) private view returns (uint256 remaining) {
        (remaining, ) = _ledgers[side].money.holdState(_ledgers[side].money.holdId(hold));
    }

    function _leg(uint256 side, uint256 giver, uint256 amount) private view returns (ExchangeLeg memory) {
        Ledger storage here = _ledgers[side];
        address token = address(here.money);
        return ExchangeLeg(here.chainId, address(_exchanges[side]), token, _bank(giver), _bank(1 - giver), amount);
    }

    function _deciderOf(uint256 e) private pure returns (uint256) {
        return e % 2;
    }

    function _followerOf(uint256 e) private pure returns (uint256) {
        return 1 - (e % 2);
    }
}
