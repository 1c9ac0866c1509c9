// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Hold, IHoldLedger} from "../../../contracts/ledger/IHoldLedger.sol";
import {PurposeBook} from "../support/PurposeBook.sol";
import {VM} from "../support/Vm.sol";

/// @dev Every act is decided by the book first. Some hours pass with every act; when a pair of campaigns is over, the next
/// one opens.
abstract contract PurposeActs is PurposeBook {
    error Taken(address by, uint256 campaign);

    modifier then_() {
        VM.warp(_clock);
        if (_campaigns.length == 0 || _isOver(_campaigns.length - 1)) _open();
        _;
        _clock += STEP;
    }

    // -------------------------------------------------------------------- acts

    function grant(uint256 who, uint256 amount, uint256 mode) external then_ {
        _grant(FIRST + (_mix(who) % WALLETS), _mix(amount), _mix(mode));
    }

    function claim(uint256 who, uint256 mode) external then_ {
        _claim(FIRST + (_mix(who) % WALLETS), _mix(mode));
    }

    /// @dev One voucher, or one of each campaign of the pair.
    function redeem(uint256 who, uint256 shop, uint256 price, uint256 mode) external then_ {
        (who, shop, price, mode) = (_mix(who), _mix(shop), _mix(price), _mix(mode));
        uint256 c = _campaigns.length - 2;
        Kept memory kept = _draft(who, shop % 4 == 0 ? 1 : 0, price);
        uint256 kinds = mode % 4;
        // mostly somebody who has something
        if (kinds % 2 == 0 && left[c][identityOf(kept.who)] == 0) _claim(kept.who, 7);
        if (kinds != 0 && left[c + 1][identityOf(kept.who)] == 0) _grant(kept.who, price, 7);
        if (kinds == 2) kept = _with(kept, c, c + 1);
        else kept = _with(kept, kinds == 0 ? c : c + 1, kinds == 0 ? c : c + 1);
        bool allowed;
        (kept, allowed) = _priced(kept, mode >> 8);
        _redeem("redeem", kept, allowed, mode >> 16);
    }

    /// @dev A voucher that a refund restored.
    function redeemRestored(uint256 p, uint256 who, uint256 shop, uint256 mode) external then_ {
        (p, who, shop, mode) = (_mix(p), _mix(who), _mix(shop), _mix(mode));
        (bool found, Kept storage source, uint256 i) = _pickRestored(p);
        if (!found) return;
        Kept memory kept = _draft(who, shop % 4 == 0 ? 1 : 0, who >> 64);
        if (who % 4 != 0) kept.who = source.who;
        uint256 c = source.campaigns[i];
        kept = _with(kept, c, c);
        kept.sources[0] = purpose.purchaseId(_purchase(source));
        bool allowed;
        (kept, allowed) = _pricedRestored(kept, source, i, mode >> 8);
        uint256 lapsed = c % 2 == FIXED && allowed ? source.left[i] - kept.amounts[0] : 0;
        if (!_redeem("redeemRestored", kept, allowed, mode >> 16)) return;
        source.left[i] -= kept.amounts[0] + lapsed;
        _campaigns[c].restored -= kept.amounts[0] + lapsed;
        free[SPONSOR] += lapsed;
    }

    function refund(uint256 p, uint256 part, uint256 mode) external then_ {
        (p, part, mode) = (_mix(p), _mix(part), _mix(mode) % 8);
        if (_kept.length == 0) return;
        Kept storage kept = _kept[_kept.length - 1 - (p % (_kept.length < RECENT ? _kept.length : RECENT))];
        uint256 amount = part % 3 == 0 ? (part >> 8) % (kept.price + 2) : kept.price;
        bool allowed = mode != 0 && !kept.refunded && amount != 0 && amount <= kept.price && amount <= free[kept.shop];
        if (_spared(allowed, part >> 16)) return;
        bytes memory data = abi.encodeCall(purpose.refund, (_purchase(kept), _termsOfAll(kept), uint64(amount)));
        _do("refund", person(mode == 0 ? kept.who : kept.shop), address(purpose), data, allowed);
        if (allowed) _giveBack(kept, amount);
    }

    /// @dev Ends a campaign, or pays back to the sponsor what was restored and not spent.
    function finish(uint256 c, uint256 p, uint256 who) external then_ {
        (c, p, who) = (_mix(c), _mix(p), _mix(who));
        uint256 recent = _campaigns.length < 4 ? _campaigns.length : 4;
        c = _campaigns.length - 1 - (c % recent);
        (bool found, Kept storage kept, uint256 i) = _pickRestored(p);
        if (found && who % 2 == 0) {
            c = kept.campaigns[i];
            if (_spared(_isOver(c), who >> 16)) return;
            bytes memory back = abi.encodeCall(
                purpose.returnRestored,
                (_termsOf(c), purpose.purchaseId(_purchase(kept)))
            );
            bool due = _isOver(c);
            _do("returnRestored", person((who >> 8) % CAST), address(purpose), back, due);
            if (!due) return;
            free[SPONSOR] += kept.left[i];
            _campaigns[c].restored -= kept.left[i];
            kept.left[i] = 0;
            return;
        }
        Sums storage sums = _campaigns[c];
        bool allowed = _isOver(c) && !sums.closed;
        if (_spared(allowed, who >> 16)) return;
        bytes memory data = abi.encodeCall(purpose.closeCampaign, (_termsOf(c)));
        _do("closeCampaign", person((who >> 8) % CAST), address(purpose), data, allowed);
        if (!allowed) return;
        free[SPONSOR] += budgetOf(c) - sums.spent;
        (sums.closed, sums.outstanding) = (true, 0);
    }

    function suspend(uint256 m, uint256 chance) external then_ {
        m = _mix(m) % MERCHANTS;
        // mostly open
        suspended[m] = _mix(chance) % 4 == 0;
        VM.prank(person(BANK));
        directory.setSuspended(person(m), suspended[m], BASIS);
    }

    /// @dev Past the contract, at the ledger: nobody takes from a budget, or from what a merchant holds.
    function raid(uint256 c, uint256 p, uint256 who) external then_ {
        (c, p, who) = (_mix(c), _mix(p), _mix(who));
        c = _campaigns.length - 1 - (c % 2);
        address caller = person(who % CAST);
        Hold memory hold = purpose.budgetHoldOf(_termsOf(c));
        (bool found, Kept storage kept, uint256 i) = _pickRestored(p);
        if (found && who % 3 != 0) {
            c = kept.campaigns[i];
            hold = purpose.restoredHoldOf(_termsOf(c), purpose.purchaseId(_purchase(kept)));
        }
        (bool taken, ) = _as(caller, address(_money), abi.encodeCall(IHoldLedger.captureHold, (hold, caller, 1)));
        require(!taken, Taken(caller, c));
        (bool freed, ) = _as(caller, address(_money), abi.encodeCall(IHoldLedger.releaseHold, (hold)));
        require(!freed, Taken(caller, c));
    }

    function pass(uint256 time) external then_ {
        _clock += _mix(time) % 2 days;
    }
}
