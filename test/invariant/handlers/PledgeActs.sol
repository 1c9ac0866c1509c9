// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EligibleAsset, PledgeStatus, PledgeTerms, Selection} from "../../../contracts/markets/ICollateral.sol";
import {RepoActs} from "./RepoActs.sol";

/// @dev Pledges among the same dealers, over the same units. The stranger is everybody's triparty agent.
abstract contract PledgeActs is RepoActs {
    /// @dev A pledge by the book, its positions in the order of the register's list.
    struct Pledge {
        PledgeTerms terms;
        bytes32 id;
        PledgeStatus status;
        uint256 pledgor;
        uint256 pledgee;
        uint256 outstanding;
        uint256 deadline;
        uint256 defaultDay;
        uint256 taken;
        uint256[] positions;
    }

    uint256 private constant MOST = 16;
    uint256 private constant RECENT = 5;

    Pledge[] internal _pledges;

    function pledges() external view returns (uint256) {
        return _pledges.length;
    }

    function pledgeAt(uint256 p) external view returns (Pledge memory) {
        return _pledges[p];
    }

    // -------------------------------------------------------------------- acts

    function pledge(uint256 who, uint256 size, uint256 part, uint256 mode) external then_ {
        _pledge(_mix(who), _mix(size), _mix(part), _mix(mode));
    }

    function rearrange(uint256 seed, uint256 more, uint256 mode) external then_ {
        (more, mode) = (_mix(more), _mix(mode));
        (bool found, uint256 p) = _choose(_mix(seed), mode % 3 == 0 ? PledgeStatus.Active : PledgeStatus.Called);
        if (!found) return _pledge(seed, more, mode, 7);
        _rearrange(_pledges[p], 1 + (more % 400), mode % 2 == 0, mode % 16 != 1);
    }

    function markPledge(uint256 seed) external then_ {
        (bool found, uint256 p) = _choose(_mix(seed), PledgeStatus.Active);
        if (!found) return _pledge(seed, _mix(seed), seed >> 8, 7);
        Pledge storage kept = _pledges[p];
        bool allowed = _active(kept) && _isFresh();
        bytes memory data = abi.encodeCall(collateral.mark, (kept.terms, _schedule()));
        _do("markPledge", person(STRANGER), address(collateral), data, allowed);
        if (!allowed || kept.status == PledgeStatus.Called || _coverOf(_sum(kept)) >= kept.outstanding) return;
        (kept.status, kept.deadline) = (PledgeStatus.Called, _clock + CALL);
    }

    /// @dev Paid through the engine, or acknowledged.
    function pay(uint256 seed, uint256 amount, uint256 mode) external then_ {
        (amount, mode) = (_mix(amount), _mix(mode));
        (bool found, uint256 p) = _choose(_mix(seed), mode % 2 == 0 ? PledgeStatus.Active : PledgeStatus.Called);
        if (!found) return _pledge(seed, amount, mode, 7);
        Pledge storage kept = _pledges[p];
        amount = _some(amount, kept.outstanding);
        bool told = mode % 3 == 0;
        bool allowed = _active(kept) && amount != 0 && amount <= kept.outstanding && mode % 16 != 5;
        if (!told) allowed = allowed && amount <= cash[kept.pledgor] && _pledgeSpeaks[kept.pledgor];
        bytes memory data = abi.encodeCall(collateral.pay, (kept.terms, uint64(amount), _newRef()));
        if (told) data = abi.encodeCall(collateral.acknowledge, (kept.terms, uint64(amount)));
        if (amount >= 2 ** 64) return;
        address caller = person(mode % 16 == 5 ? STRANGER : (told ? kept.pledgee : kept.pledgor));
        _do(told ? "acknowledge" : "pay", caller, address(collateral), data, allowed);
        if (!allowed) return;
        if (!told) _moveCash(kept.pledgor, kept.pledgee, amount);
        kept.outstanding -= amount;
        if (kept.outstanding == 0) _end(kept, PledgeStatus.Discharged);
    }

    function declarePledge(uint256 seed, uint256 mode) external then_ {
        mode = _mix(mode);
        (bool found, uint256 p) = _choose(_mix(seed), mode % 2 == 0 ? PledgeStatus.Active : PledgeStatus.Called);
        if (!found) return _pledge(seed, mode, seed >> 8, 7);
        Pledge storage kept = _pledges[p];
        bool missed = kept.status == PledgeStatus.Called && _clock > kept.deadline;
        bool over = _clock > uint256(kept.terms.due) + GRACE;
        bool allowed = _active(kept) && (missed || over) && mode % 16 != 3;
        address caller = person(mode % 16 == 3 ? kept.pledgor : kept.pledgee);
        bytes memory data = abi.encodeCall(collateral.declareDefault, (kept.terms));
        _do("declarePledge", caller, address(collateral), data, allowed);
        if (allowed) (kept.status, kept.defaultDay) = (PledgeStatus.Defaulted, _today());
    }

    function enforce(uint256 seed, uint256 mode) external then_ {
        mode = _mix(mode);
        (bool found, uint256 p) = _choose(_mix(seed), PledgeStatus.Defaulted);
        if (!found) return _pledge(seed, mode, seed >> 8, 7);
        Pledge storage kept = _pledges[p];
        bool allowed = kept.status == PledgeStatus.Defaulted && _isFinal(kept.defaultDay) && mode % 8 != 3;
        address caller = person(mode % 8 == 3 ? STRANGER : kept.pledgee);
        _do("enforce", caller, address(collateral), abi.encodeCall(collateral.enforce, (kept.terms)), allowed);
        if (!allowed) return;
        for (uint256 i = 0; i < kept.positions.length && kept.outstanding != 0; ++i) {
            uint256 worth = kept.positions[i] * _price;
            uint256 taken = kept.positions[i];
            if (worth > kept.outstanding) taken = (kept.outstanding + _price - 1) / _price;
            kept.outstanding = worth < kept.outstanding ? kept.outstanding - worth : 0;
            kept.taken += taken;
        }
        _end(kept, PledgeStatus.Enforced);
        _moveUnits(kept.pledgor, kept.pledgee, kept.taken);
    }

    // --------------------------------------------------------------- internals

    function _pledge(uint256 who, uint256 size, uint256 part, uint256 mode) private {
        (uint256 first, uint256 second) = (1 + (size % 400), (size >> 32) % 400);
        uint256 cover = _coverOf(first + second);
        uint256 owed = part % 16 == 0 ? cover + 1 : (cover * (60 + (part % 41))) / 100;
        _pledgeTwo(
            who % DEALERS,
            ((who % DEALERS) + 1 + ((who >> 8) % 2)) % DEALERS,
            [first, second, owed],
            mode % 16 != 2
        );
    }

    /// @dev Two positions, for what is owed.
    function _pledgeTwo(uint256 pledgor, uint256 pledgee, uint256[3] memory said, bool signed) private {
        uint256 sum = said[0] + said[1];
        PledgeTerms memory terms = _termsOf(pledgor, pledgee, said[2]);
        bool allowed = signed && _isFresh() && said[2] != 0 && said[2] <= _coverOf(sum) && said[1] != 0;
        allowed = allowed && sum <= units[pledgor] - pledged[pledgor];
        _do(
            "pledge",
            person(STRANGER),
            address(collateral),
            _opening(terms, said, pledgor, signed ? pledgee : BANK),
            allowed
        );
        if (!allowed) return;
        pledged[pledgor] += sum;
        Pledge storage kept = _pledges.push();
        (kept.terms, kept.id, kept.status) = (terms, collateral.pledgeId(terms), PledgeStatus.Active);
        (kept.pledgor, kept.pledgee, kept.outstanding) = (pledgor, pledgee, said[2]);
        kept.positions.push(said[0]);
        kept.positions.push(said[1]);
    }

    function _opening(
        PledgeTerms memory terms,
        uint256[3] memory said,
        uint256 pledgor,
        uint256 signer
    ) private view returns (bytes memory) {
        bytes32 id = collateral.pledgeId(terms);
        Selection[] memory selected = new Selection[](2);
        for (uint256 i = 0; i < 2; ++i) selected[i] = Selection(address(_bond), uint64(said[i]));
        return
            abi.encodeCall(collateral.open, (terms, _schedule(), selected, _signed(pledgor, id), _signed(signer, id)));
    }

    /// @dev Frees the last position, or none, and pledges `added` units.
    function _rearrange(Pledge storage kept, uint256 added, bool frees, bool own) private {
        uint256 count = kept.positions.length;
        uint256 last = frees && count != 0 ? kept.positions[count - 1] : 0;
        bool allowed = _active(kept) && own && count + (last == 0 ? 1 : 0) <= MOST && _isFresh();
        allowed = allowed && _coverOf(_sum(kept) - last + added) >= kept.outstanding;
        allowed = allowed && added <= units[kept.pledgor] - pledged[kept.pledgor] + last;
        uint256[] memory freed = new uint256[](last == 0 ? 0 : 1);
        if (last != 0) freed[0] = count - 1;
        Selection[] memory selected = new Selection[](1);
        selected[0] = Selection(address(_bond), uint64(added));
        bytes memory data = abi.encodeCall(collateral.rearrange, (kept.terms, _schedule(), freed, selected));
        _do("rearrange", own ? person(STRANGER) : kept.terms.pledgee, address(collateral), data, allowed);
        if (!allowed) return;
        if (last != 0) kept.positions.pop();
        kept.positions.push(added);
        pledged[kept.pledgor] = pledged[kept.pledgor] - last + added;
        kept.status = PledgeStatus.Active;
    }

    function _termsOf(uint256 pledgor, uint256 pledgee, uint256 owed) private returns (PledgeTerms memory terms) {
        (terms.pledgor, terms.pledgee, terms.agent) = (person(pledgor), person(pledgee), person(STRANGER));
        (terms.currency, terms.valuationAgent) = (address(_money), address(this));
        (terms.schedule, terms.obligation) = (keccak256(abi.encode(_schedule())), uint64(owed));
        (terms.maxAge, terms.opensBy, terms.due) = (uint8(MAX_AGE), uint48(_clock), uint48(_clock + 6 days));
        (terms.callPeriod, terms.grace, terms.businessRef) = (uint32(CALL), uint32(GRACE), _newRef());
    }

    function _schedule() private view returns (EligibleAsset[] memory lines) {
        lines = new EligibleAsset[](1);
        lines[0] = EligibleAsset(address(_bond), uint32(HAIRCUT), uint32(SCALE));
    }

    function _end(Pledge storage kept, PledgeStatus status) private {
        pledged[kept.pledgor] -= _sum(kept);
        delete kept.positions;
        kept.status = status;
    }

    function _sum(Pledge storage kept) private view returns (uint256 sum) {
        for (uint256 i = 0; i < kept.positions.length; ++i) sum += kept.positions[i];
    }

    function _active(Pledge storage kept) private view returns (bool) {
        return kept.status == PledgeStatus.Active || kept.status == PledgeStatus.Called;
    }

    /// @dev One of the latest, mostly one at that step.
    function _choose(uint256 seed, PledgeStatus status) private view returns (bool found, uint256 p) {
        uint256 count = _pledges.length;
        if (count == 0) return (false, 0);
        uint256 recent = count < RECENT ? count : RECENT;
        for (uint256 i = 0; i < recent && seed % 8 != 0; ++i) {
            p = count - 1 - (((seed >> 8) + i) % recent);
            if (_pledges[p].status == status) return (true, p);
        }
        return (seed % 8 == 0, count - 1 - ((seed >> 8) % recent));
    }
}
