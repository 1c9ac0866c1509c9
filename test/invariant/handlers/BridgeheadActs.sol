// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAbroadBridgehead} from "../../../contracts/interop/IAbroadBridgehead.sol";
import {BridgeheadPlace, Homecoming, IBridgehead, Passage} from "../../../contracts/interop/IBridgehead.sol";
import {LogProof} from "../../../contracts/interop/IForeignLedger.sol";
import {IHomeBridgehead} from "../../../contracts/interop/IHomeBridgehead.sol";
import {Hold, IHoldLedger} from "../../../contracts/ledger/IHoldLedger.sol";
import {BetweenLedgers, LEDGERS} from "../support/BetweenLedgers.sol";

/// @dev A currency that goes abroad and comes home: every step by anyone in any order, with proofs of what has happened
/// and of what has not. The story keeps the books: what is locked, minted, declined, released, burned and paid.
contract BridgeheadActs is BetweenLedgers {
    /// @dev How far a passage or a homecoming has come, as the story has seen it.
    struct Course {
        bool begun;
        bool minted;
        bool declined;
        bool released;
        bool paid;
    }

    error Deceived(string what);

    uint256 internal constant PASSAGES = 4;
    uint256 internal constant HOMECOMINGS = 8;
    uint256 internal constant HOME = 0;
    uint256 internal constant ABROAD = 1;
    uint256 internal constant CAP = 5_000;
    /// @dev Has no part in anything.
    address private constant CARRIER = address(0xCA2);
    uint256 private constant NEVER = type(uint48).max;

    address private immutable _teller = msg.sender;
    IHomeBridgehead internal _home;
    IAbroadBridgehead internal _abroad;
    Passage[PASSAGES] internal _passages;
    Homecoming[HOMECOMINGS] internal _homecomings;
    Course[PASSAGES] internal _gone;
    Course[HOMECOMINGS] internal _coming;
    uint256 internal _sentOut;
    uint256 internal _cameBack;

    constructor() BetweenLedgers("ECNY", "ECNY") {
        (address home, address abroad) = (_addressAhead(0), _addressAhead(1));
        _home = IHomeBridgehead(_deploy("HomeBridgehead", _arguments(HOME, abroad)));
        _abroad = IAbroadBridgehead(_deploy("AbroadBridgehead", _arguments(ABROAD, home)));
        for (uint256 which = 0; which < BANKS; ++which) _ledgers[HOME].money.issue(_bank(which), FUNDS, BASIS);
        _ledgers[ABROAD].money.appoint(abroad, 4, BASIS);
        _ledgers[ABROAD].money.dismiss(address(this), 4);
        _home.setCap(CAP);
        _abroad.setCap(CAP);
        BridgeheadPlace memory here = BridgeheadPlace(_ledgers[HOME].chainId, home);
        BridgeheadPlace memory there = BridgeheadPlace(_ledgers[ABROAD].chainId, abroad);
        for (uint256 p = 0; p < PASSAGES; ++p) {
            uint256 deadline = OPENING + (p + 1) * 8 hours;
            _passages[p] = Passage(here, there, _bank(p % 2), _bank((p / 2) % 2), 1_000 + p, deadline, bytes32(p));
        }
        for (uint256 h = 0; h < HOMECOMINGS; ++h) _homecomings[h] = _homecoming(h);
    }

    // -------------------------------------------------------------- looking on

    function ends() external view returns (IHomeBridgehead home, IAbroadBridgehead abroad) {
        return (_home, _abroad);
    }

    /// @dev Locked and on its way out, burned and on its way home, declined and not released yet.
    function inFlight() external view returns (uint256 amount) {
        for (uint256 p = 0; p < PASSAGES; ++p) {
            if (_gone[p].begun && !_gone[p].minted && !_gone[p].released) amount += _passages[p].amount;
        }
        for (uint256 h = 0; h < HOMECOMINGS; ++h) {
            if (_coming[h].begun && !_coming[h].paid) amount += _homecomings[h].amount;
        }
    }

    /// @dev What the holds of locked passages still hold in the currency itself.
    function heldForPassages() external view returns (uint256 amount) {
        for (uint256 p = 0; p < PASSAGES; ++p) {
            if (!_gone[p].begun) continue;
            (uint256 remaining, ) = _ledgers[HOME].money.holdState(_ledgers[HOME].money.holdId(_holdOf(p)));
            amount += remaining;
        }
    }

    /// @dev Everything that was ever locked, and what was released or paid of it.
    function flows() external view returns (uint256 sentOut, uint256 cameBack) {
        return (_sentOut, _cameBack);
    }

    function balances(uint256 side) external view returns (uint256 sum, uint256 supply) {
        for (uint256 which = 0; which < BANKS; ++which) sum += _ledgers[side].money.balanceOf(_bank(which));
        supply = _ledgers[side].money.totalSupply();
    }

    function decimals() external view returns (uint8 home, uint8 abroad) {
        return (_ledgers[HOME].money.decimals(), _ledgers[ABROAD].money.decimals());
    }

    // ----------------------------------------------------------------- outwards

    function placePassage(uint256 seed) public {
        Hold memory hold = _holdOf(seed % PASSAGES);
        bytes memory call = abi.encodeCall(IHoldLedger.placeHold, (hold));
        _act("placePassage", HOME, hold.payer, address(_ledgers[HOME].money), call);
    }

    function lock(uint256 seed) public {
        uint256 p = seed % PASSAGES;
        if (!_call("lock", HOME, abi.encodeCall(IHomeBridgehead.lock, (_passages[p])))) return;
        _gone[p].begun = true;
        _sentOut += _passages[p].amount;
        _tellLocked("locked", p, 2);
    }

    function mint(uint256 seed) public {
        uint256 p = seed % PASSAGES;
        bytes memory call = abi.encodeCall(IAbroadBridgehead.mint, (_passages[p], _proof("locked", p)));
        if (_call("mint", ABROAD, call)) _gone[p].minted = true;
    }

    function decline(uint256 seed) public {
        uint256 p = seed % PASSAGES;
        address by = seed % 8 < PASSAGES ? _passages[p].to : CARRIER;
        bytes memory call = abi.encodeCall(IAbroadBridgehead.decline, (_passages[p]));
        if (!_act("decline", ABROAD, by, address(_abroad), call)) return;
        _gone[p].declined = true;
        _tell(HOME, "declined", p, address(_abroad), IAbroadBridgehead.Declined.selector, _idOf(p), "");
    }

    function release(uint256 seed) public {
        uint256 p = seed % PASSAGES;
        bytes memory call = abi.encodeCall(IHomeBridgehead.release, (_passages[p], _proof("declined", p)));
        if (!_call("release", HOME, call)) return;
        _gone[p].released = true;
        _cameBack += _passages[p].amount;
    }

    function withdrawPassage(uint256 seed) external {
        Hold memory hold = _holdOf(seed % PASSAGES);
        _act("withdrawPassage", HOME, hold.payer, address(_home), abi.encodeCall(IBridgehead.withdraw, (hold)));
    }

    // ---------------------------------------------------------------- homewards

    function placeHomecoming(uint256 seed) public {
        uint256 h = seed % HOMECOMINGS;
        Homecoming memory homecoming = _homecomings[h];
        bytes32 id = _home.homecomingId(homecoming);
        Hold memory hold = Hold(homecoming.holder, address(0), address(_abroad), homecoming.amount, NEVER, id);
        bytes memory call = abi.encodeCall(IHoldLedger.placeHold, (hold));
        _act("placeHomecoming", ABROAD, hold.payer, address(_ledgers[ABROAD].money), call);
    }

    function burn(uint256 seed) public {
        uint256 h = seed % HOMECOMINGS;
        bytes memory call = abi.encodeCall(IAbroadBridgehead.burn, (_passages[h % PASSAGES], _homecomings[h]));
        if (!_call("burn", ABROAD, call)) return;
        _coming[h].begun = true;
        bytes32 id = _home.homecomingId(_homecomings[h]);
        _tell(HOME, "burned", h, address(_abroad), IAbroadBridgehead.Burned.selector, id, "");
    }

    function pay(uint256 seed) public {
        uint256 h = seed % HOMECOMINGS;
        Passage memory passage = _passages[h % PASSAGES];
        bytes memory call = abi.encodeCall(IHomeBridgehead.pay, (passage, _homecomings[h], _proof("burned", h)));
        if (!_call("pay", HOME, call)) return;
        _coming[h].paid = true;
        _cameBack += _homecomings[h].amount;
    }

    // ------------------------------------------------------------------- others

    function setCap(uint256 seed) external {
        IBridgehead bridgehead = seed % 2 == 0 ? IBridgehead(address(_home)) : IBridgehead(address(_abroad));
        bridgehead.setCap((seed / 2) % (2 * CAP));
        _note("setCap", true);
    }

    function stopOrResume(uint256 seed) external {
        IBridgehead bridgehead = seed % 2 == 0 ? IBridgehead(address(_home)) : IBridgehead(address(_abroad));
        if (seed % 4 < 2) bridgehead.stop();
        else bridgehead.resume();
        _note("stopOrResume", true);
    }

    /// @dev The same currency counted otherwise, another passage's lock, another homecoming's burn: never believed.
    function deceive(uint256 seed) external {
        (uint256 p, uint256 h) = (seed % PASSAGES, seed % HOMECOMINGS);
        if (_gone[p].begun && !_gone[p].minted) {
            _tellLocked("otherwise", p, uint8(3 + (seed % 16)));
            _expectRefused(ABROAD, abi.encodeCall(IAbroadBridgehead.mint, (_passages[p], _proof("otherwise", p))));
        }
        uint256 other = (p + 1) % PASSAGES;
        _expectRefused(ABROAD, abi.encodeCall(IAbroadBridgehead.mint, (_passages[p], _proof("locked", other))));
        bytes memory call = abi.encodeCall(
            IHomeBridgehead.pay,
            (_passages[h % PASSAGES], _homecomings[h], _proof("burned", (h + 1) % HOMECOMINGS))
        );
        _expectRefused(HOME, call);
    }

    /// @dev The steps that come next, so that stories get somewhere.
    function advance(uint256 seed) external {
        uint256 p = seed % PASSAGES;
        if (!_gone[p].begun) {
            placePassage(p);
            lock(p);
        } else if (!_gone[p].minted) {
            mint(p);
        } else {
            uint256 h = p + PASSAGES * ((seed / PASSAGES) % 2);
            placeHomecoming(h);
            burn(h);
            pay(h);
        }
    }

    /// @dev Everything under way arrives: what was not minted is declined and released, what was burned is paid.
    function finish() external {
        // an act like any other to whoever calls acts at random
        if (msg.sender != _teller) return;
        _clock += PASSAGES * 8 hours;
        LEDGERS.warp(_clock);
        for (uint256 p = 0; p < PASSAGES; ++p) {
            decline(PASSAGES + p);
            release(p);
        }
        _calm(HOME);
        for (uint256 h = 0; h < HOMECOMINGS; ++h) pay(h);
    }

    // --------------------------------------------------------------- internals

    function _call(string memory name, uint256 side, bytes memory call) private returns (bool) {
        return _act(name, side, CARRIER, side == HOME ? address(_home) : address(_abroad), call);
    }

    function _expectRefused(uint256 side, bytes memory call) private {
        require(!_call("deceive", side, call), Deceived(side == HOME ? "home" : "abroad"));
    }

    function _tellLocked(string memory what, uint256 p, uint8 decimals_) private {
        bytes memory data = abi.encode(_passages[p].amount, decimals_, keccak256("CNY"), bytes32(0));
        _tell(ABROAD, what, p, address(_home), IHomeBridgehead.Locked.selector, _idOf(p), data);
    }

    function _tell(
        uint256 side,
        string memory what,
        uint256 which,
        address emitter,
        bytes32 topic,
        bytes32 id,
        bytes memory data
    ) private {
        _ledgers[side].foreign.tell(_name(what, which), emitter, topic, id, data);
    }

    function _proof(string memory what, uint256 which) private pure returns (LogProof memory) {
        return LogProof(_name(what, which), 0, 0, new bytes[](0));
    }

    function _name(string memory what, uint256 which) private pure returns (bytes32) {
        return keccak256(abi.encode(what, which));
    }

    function _idOf(uint256 p) private view returns (bytes32) {
        return _home.passageId(_passages[p]);
    }

    function _holdOf(uint256 p) private view returns (Hold memory) {
        Passage memory passage = _passages[p];
        return Hold(passage.payer, address(0), address(_home), passage.amount, NEVER, _idOf(p));
    }

    /// @dev The first half of them brings parts home to the bank that has not sent, the second half the whole to its sender.
    function _homecoming(uint256 h) private view returns (Homecoming memory) {
        Passage memory passage = _passages[h % PASSAGES];
        bool whole = h >= PASSAGES;
        address payee = whole ? passage.payer : _bank(1 - ((h % PASSAGES) % 2));
        uint256 amount = whole ? passage.amount : passage.amount / 3;
        return Homecoming(_idOf(h % PASSAGES), passage.to, payee, amount, bytes32(h));
    }

    function _arguments(uint256 side, address peer) private view returns (bytes memory) {
        Ledger storage here = _ledgers[side];
        return abi.encode(here.money, here.foreign, peer, here.authority);
    }
}
