// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {LendingStage} from "../support/LendingStage.sol";
import {VM} from "../support/Vm.sol";
import {Telling} from "./Telling.sol";

/// @dev What all acts of lending have in common: the day's price, what every dealer has by the book, and whom it lets speak.
abstract contract LendingActs is LendingStage, Telling {
    error Moved(address by, uint256 units);

    uint256 internal constant HAIRCUT = 5_000_000;
    uint256 internal constant CALL = 1 days;
    uint256 internal constant GRACE = 2 hours;
    uint256 internal constant MAX_AGE = 1;
    uint256 private constant STEP = 7 hours;

    /// @dev By the book: money, units, and how many of the units are pledged.
    uint256[DEALERS] public cash;
    uint256[DEALERS] public units;
    uint256[DEALERS] public pledged;
    /// @dev Whether the dealer lets repos, and pledges, speak for it.
    bool[DEALERS] internal _repoSpeaks;
    bool[DEALERS] internal _pledgeSpeaks;

    /// @dev The last fixing: minor units a unit, and its day.
    uint256 internal _price;
    uint256 internal _priced;

    modifier then_() {
        VM.warp(_clock);
        _;
        _clock += STEP;
    }

    constructor() {
        for (uint256 i = 0; i < DEALERS; ++i) {
            (cash[i], units[i], _repoSpeaks[i], _pledgeSpeaks[i]) = (CASH, UNITS, true, true);
        }
        _fix(100);
    }

    /// @dev From 70 to 109; a second price on a day is refused.
    function fix(uint256 seed) external then_ {
        if (_priced == _today()) _clock += 1 days;
        VM.warp(_clock);
        _fix(70 + (_mix(seed) % 40));
    }

    /// @dev A dealer ends its authorisation, or gives it again; mostly it speaks.
    function bar(uint256 who, uint256 which, uint256 on) external then_ {
        (who, which, on) = (_mix(who) % DEALERS, _mix(which), _mix(on));
        bool speaks = on % 4 != 0;
        if (which % 2 == 0) return _letSpeak(who, speaks);
        VM.prank(person(who));
        _engine.authorizeAgent(address(collateral), speaks);
        _pledgeSpeaks[who] = speaks;
    }

    /// @dev Past both contracts: nobody moves a unit that is pledged, and nobody moves another's.
    function raid(uint256 who, uint256 whose) external then_ {
        (who, whose) = (_mix(who), _mix(whose) % DEALERS);
        uint256 free = units[whose] - pledged[whose];
        (bool moved, ) = _as(person(whose), address(_bond), abi.encodeCall(IERC20.transfer, (address(this), free + 1)));
        require(!moved, Moved(person(whose), free + 1));
        address other = person(who % CAST);
        if (other == person(whose)) return;
        bytes memory data = abi.encodeCall(IERC20.transferFrom, (person(whose), other, 1));
        (moved, ) = _as(other, address(_bond), data);
        require(!moved, Moved(other, 1));
    }

    /// @dev Whether repos may speak for a dealer.
    function _letSpeak(uint256 who, bool speaks) internal {
        VM.prank(person(who));
        _engine.authorizeAgent(address(repo), speaks);
        _repoSpeaks[who] = speaks;
    }

    function _rules() internal view override returns (address) {
        return address(this);
    }

    function _today() internal view returns (uint256) {
        return (_clock + 8 hours) / 1 days;
    }

    function _isFresh() internal view returns (bool) {
        return _priced + MAX_AGE >= _today();
    }

    /// @dev Since the default, or the last one of an agent that has been silent for too long.
    function _isFinal(uint256 defaultDay) internal view returns (bool) {
        return _priced >= defaultDay || _today() > defaultDay + MAX_AGE;
    }

    function _coverOf(uint256 count) internal view returns (uint256) {
        return (count * _price * 95) / 100;
    }

    /// @dev Spreads what a runner draws, which likes small numbers.
    function _mix(uint256 seed) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed)));
    }

    function _fix(uint256 price) private {
        (_price, _priced) = (price, _today());
        _fixings.publish(address(_bond), uint24(_priced), uint64(price * SCALE));
    }
}
