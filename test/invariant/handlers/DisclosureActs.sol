// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {DisclosureRequest} from "../../../contracts/payments/IDisclosure.sol";
import {CustomerStage} from "../support/CustomerStage.sol";
import {VM} from "../support/Vm.sol";
import {Telling} from "./Telling.sol";

/// @dev Requests for disclosure, with the rules written a second time. Hours pass with every act.
abstract contract DisclosureActs is CustomerStage, Telling {
    /// @dev A request by the book; times are Unix seconds, zero: not taken. `answers` counts.
    struct Asked {
        DisclosureRequest terms;
        uint256 customer;
        uint256 requested;
        uint256 approved;
        uint256 ended;
        uint256 answers;
    }

    uint256 internal constant STEP = 9 hours;
    /// @dev How long a freeze or a lost mandate lasts: two acts or so.
    uint256 internal constant TROUBLE = 20 hours;
    uint256 private constant RECENT = 3;
    uint256 private constant OPEN = 3;

    Asked[] private _asked;
    /// @dev What is picked when there is nothing to pick.
    Asked private _nobodys;
    /// @dev Until when the court has no mandate, Unix seconds; zero: it has one.
    uint256 private _lapsed;

    modifier then_() {
        VM.warp(_clock);
        _restore();
        _calm();
        _;
        _clock += STEP;
    }

    // -------------------------------------------------------------------- acts

    function ask(uint256 c, uint256 mode, uint256 time) external then_ {
        _ask(_mix(c), _mix(mode), _mix(time));
    }

    function approveRequest(uint256 r, uint256 who) external then_ {
        (bool found, Asked storage asked) = _pickAsked(_mix(r), 1);
        if (!found) return _ask(_mix(r), _mix(who), _mix(~r));
        who = _caller(_mix(who));
        bool allowed = _ours(who) && _inTime(asked) && _isAt(asked, 1) && _lapsed == 0;
        _do("approve", person(who), address(disclosure), abi.encodeCall(disclosure.approve, (asked.terms)), allowed);
        if (allowed) asked.approved = _clock;
    }

    function answer(uint256 r, uint256 who, uint256 what) external then_ {
        (bool found, Asked storage asked) = _pickAsked(_mix(r), 2);
        if (!found) return _ask(_mix(r), _mix(who), _mix(what));
        (who, what) = (_caller(_mix(who)), _mix(what) % 8);
        uint256 opened = what == 0 ? 1 - asked.customer : asked.customer;
        bytes32 sealedHash = what == 1 ? bytes32(0) : BASIS;
        bool allowed = _ours(who) && _inTime(asked) && _isAt(asked, 2) && _lapsed == 0 && what > 1;
        bytes memory data = abi.encodeCall(disclosure.answer, (asked.terms, leaves(opened), sealedHash));
        _do("answer", person(who), address(disclosure), data, allowed);
        if (!allowed) return;
        asked.ended = _clock;
        ++asked.answers;
    }

    function refuse(uint256 r, uint256 who) external then_ {
        // answers are what most requests are for
        if (_mix(who) % 4 != 0) return;
        (bool found, Asked storage asked) = _pickAsked(_mix(r), OPEN);
        if (!found) return _ask(_mix(r), _mix(who), _mix(~r));
        who = _caller(_mix(~who));
        bool allowed = _ours(who) && _inTime(asked) && _isAt(asked, OPEN);
        _do(
            "refuse",
            person(who),
            address(disclosure),
            abi.encodeCall(disclosure.refuse, (asked.terms, BASIS)),
            allowed
        );
        if (allowed) asked.ended = _clock;
    }

    function withdraw(uint256 r, uint256 who) external then_ {
        if (_mix(who) % 4 != 0) return;
        (bool found, Asked storage asked) = _pickAsked(_mix(r), OPEN);
        if (!found) return _ask(_mix(r), _mix(who), _mix(~r));
        who = _mix(~who) % 4 == 0 ? BANK : COURT;
        bool allowed = who == COURT && _isAt(asked, OPEN);
        _do("withdraw", person(who), address(disclosure), abi.encodeCall(disclosure.withdraw, (asked.terms)), allowed);
        if (allowed) asked.ended = _clock;
    }

    function expire(uint256 r, uint256 who) external then_ {
        (bool found, Asked storage asked) = _pickAsked(_mix(r), OPEN);
        if (!found) return _ask(_mix(r), _mix(who), _mix(~r));
        // too early only now and then
        if (_inTime(asked) && _mix(who) % 16 != 0) return;
        bool allowed = !_inTime(asked) && _isAt(asked, OPEN);
        address by = person(_mix(who) % CAST);
        _do("expire", by, address(disclosure), abi.encodeCall(disclosure.expire, (asked.terms)), allowed);
        if (allowed) asked.ended = _clock;
    }

    /// @dev The court loses its mandate for a while.
    function lapse(uint256 chance) external then_ {
        if (_lapsed != 0 || _mix(chance) % 3 != 0) return;
        _lapsed = _clock + TROUBLE;
        IAccessManager(_authority).revokeRole(WARRANT, person(COURT));
    }

    // -------------------------------------------------------------- looking on

    function requests() external view returns (uint256) {
        return _asked.length;
    }

    function askedAt(uint256 r) external view returns (Asked memory) {
        return _asked[r];
    }

    // --------------------------------------------------------------- the rules

    function _ask(uint256 c, uint256 mode, uint256 time) private {
        (c, mode) = (c % CUSTOMERS, mode % 40);
        DisclosureRequest memory terms = DisclosureRequest({
            authority: person(mode == 0 ? BANK : COURT),
            institution: mode == 1 ? 2 : INSTITUTION,
            wallet: person(c),
            identity: identity(mode == 2 ? 1 - c : c),
            payment: 0,
            scope: mode == 3 ? 0 : uint8((time % 15) + 1),
            legalBasis: _newRef(),
            readerKey: BASIS,
            expiry: uint48(_clock + (mode == 4 ? 91 days : (time % 6) * (time % 6) * 1 days))
        });
        bool allowed = mode > 4 && _lapsed == 0;
        address by = terms.authority;
        _do("request", by, address(disclosure), abi.encodeCall(disclosure.request, (terms)), allowed);
        if (allowed) _asked.push(Asked(terms, c, _clock, 0, 0, 0));
    }

    /// @dev 1 requested, 2 approved, 3 either; ended requests are at no step.
    function _isAt(Asked storage asked, uint256 step) private view returns (bool) {
        return asked.ended == 0 && (step == OPEN || (asked.approved == 0 ? step == 1 : step == 2));
    }

    function _inTime(Asked storage asked) private view returns (bool) {
        return _clock <= asked.terms.expiry;
    }

    function _ours(uint256 who) private pure returns (bool) {
        return who == BANK || who == SECOND;
    }

    /// @dev Mostly the institution, sometimes the other one, the court, or the customer.
    function _caller(uint256 seed) private pure returns (uint256) {
        uint256 kind = seed % 16;
        if (kind == 0) return OTHER;
        if (kind == 1) return COURT;
        if (kind == 2) return 0;
        return kind % 2 == 0 ? BANK : SECOND;
    }

    /// @dev One of the latest that are at `step`; sometimes any, so that it is refused.
    function _pickAsked(uint256 seed, uint256 step) private view returns (bool found, Asked storage asked) {
        uint256 count = _asked.length;
        uint256 recent = count < RECENT ? count : RECENT;
        if (count != 0 && seed % 12 == 0) return (true, _asked[count - 1 - ((seed / 12) % recent)]);
        for (uint256 back = 0; back < count && back < 2 * RECENT; ++back) {
            if (_isAt(_asked[count - 1 - back], step)) return (true, _asked[count - 1 - back]);
        }
        return (false, _nobodys);
    }

    /// @dev A runner likes round numbers, whose remainders are all alike.
    function _mix(uint256 seed) internal view returns (uint256) {
        return uint256(keccak256(abi.encode(seed, _clock)));
    }

    /// @dev Ends what was only for a while.
    function _calm() internal virtual;

    function _restore() private {
        if (_lapsed == 0 || _clock <= _lapsed) return;
        _lapsed = 0;
        IAccessManager(_authority).grantRole(WARRANT, person(COURT), 0);
    }
}
