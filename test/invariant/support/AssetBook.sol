// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {UnitsBook} from "./UnitsBook.sol";

/// @dev Coupons and redemption written a second time: who is owed what by the exact fractions, who was paid out of which
/// hold, and what everybody's purse must contain.
contract AssetBook is UnitsBook {
    enum Phase {
        None,
        Measuring,
        Payable,
        Settled
    }

    struct Run {
        Phase phase;
        uint256 cutRemainder;
        uint256 cutPlace;
        uint256 last;
        uint256 measured;
        uint256 pending;
        uint256 unpaid;
    }

    struct Purse {
        bool open;
        bool barred;
        uint256 balance;
    }

    struct Fund {
        address payer;
        uint256 purpose;
        uint256 amount;
        uint256 remaining;
        uint256 expiry;
        uint256 paid;
        uint256 released;
    }

    uint256 public constant REDEMPTION = COUPONS;
    uint256 public constant NOMINAL = 100_007;
    uint256 public constant RATE = 4_370_000;
    uint256 public constant DAYS = 91;
    uint256 private constant SCALE = 365 * 10 ** 8;

    mapping(uint256 k => Run) private _runs;
    mapping(uint256 k => mapping(address who => uint256 amount)) public shares;
    mapping(uint256 k => mapping(address who => bool)) public handled;
    mapping(uint256 k => mapping(address who => uint256 amount)) public claims;
    /// @dev Paid or kept by the payer itself, once.
    mapping(uint256 k => mapping(address who => uint256 amount)) public got;
    mapping(address who => Purse) private _purses;
    Fund[] private _funds;
    uint256[COUPONS] private _paymentTimes;
    uint256 public settled;
    /// @dev Units destroyed that were paid, and those of payers themselves.
    uint256 public redeemedPaid;
    uint256 public redeemedOwn;

    constructor(uint256[COUPONS] memory recordTimes, uint256[COUPONS] memory paymentTimes, uint256 maturity) {
        (_recordTimes, _paymentTimes, _maturity) = (recordTimes, paymentTimes, maturity);
    }

    function run(uint256 k) external view returns (Run memory) {
        return _runs[k];
    }

    function purse(address who) external view returns (Purse memory) {
        return _purses[who];
    }

    function fund(uint256 f) external view returns (Fund memory) {
        return _funds[f];
    }

    function fundCount() external view returns (uint256) {
        return _funds.length;
    }

    /// @dev The coupon of the whole issue, half up: the halves of the fraction are counted.
    function total() public pure returns (uint256) {
        return (2 * SIZE * NOMINAL * RATE * DAYS + SCALE) / (2 * SCALE);
    }

    // --------------------------------------------------------------------- money

    function openPurse(address who) external {
        _purses[who].open = true;
    }

    function barPurse(address who, bool on) external {
        _purses[who].barred = on;
    }

    function give(address who, uint256 amount) external {
        _purses[who].balance += amount;
    }

    function putUp(address payer, uint256 purpose, uint256 amount, uint256 expiry) external {
        uint256 bound = amount;
        for (uint256 f = 0; f < _funds.length; ++f) if (_funds[f].payer == payer) bound += _funds[f].remaining;
        require(_purses[payer].open && !_purses[payer].barred, Refused("purse"));
        require(amount != 0 && bound <= _purses[payer].balance && expiry > block.timestamp, Refused("cover"));
        _funds.push(Fund(payer, purpose, amount, amount, expiry, 0, 0));
    }

    /// @dev At the payer of corporate actions by anyone, or at the currency once time is over.
    function takeBack(uint256 f, bool atCurrency) external {
        Fund storage one = _funds[f];
        if (atCurrency) {
            require(block.timestamp >= one.expiry, Refused("not yet"));
        } else if (one.purpose == REDEMPTION) {
            require(supply() == 0, Refused("in use"));
        } else {
            Run storage current = _runs[one.purpose];
            require(current.phase == Phase.Settled && current.unpaid == 0, Refused("in use"));
        }
        require(one.remaining != 0, Refused("nothing held"));
        one.released = one.remaining;
        one.remaining = 0;
    }

    // ------------------------------------------------------------------- coupons

    function openRun(uint256 k, bool byAgent, uint256 cutRemainder, uint256 cutPlace) external {
        require(byAgent && k == settled && k < COUPONS, Refused("not open"));
        require(k < passed && _runs[k].phase < Phase.Payable, Refused("phase"));
        _runs[k] = Run(Phase.Measuring, cutRemainder, cutPlace, 0, 0, 0, 0);
    }

    function measure(uint256 k, bool byAgent, address[] calldata holders) external {
        Run storage current = _runs[k];
        require(byAgent && current.phase == Phase.Measuring, Refused("phase"));
        for (uint256 i = 0; i < holders.length; ++i) {
            uint256 place = _lines[holders[i]].place;
            require(place > current.last, Refused("order"));
            current.last = place;
            current.measured += history[k][holders[i]];
        }
        if (current.measured != SIZE) return;
        _share(k);
        require(_isRight(k, current), Refused("cut"));
        (current.phase, current.pending, current.unpaid) = (Phase.Payable, total(), total());
    }

    function payRun(uint256 k, uint256 f, address[] calldata holders) external {
        Run storage current = _runs[k];
        Fund storage from = _funds[f];
        require(current.phase == Phase.Payable && block.timestamp >= _paymentTimes[k], Refused("phase"));
        require(from.purpose == k && from.remaining >= current.unpaid, Refused("fund"));
        for (uint256 i = 0; i < holders.length; ++i) _payShare(k, current, from, holders[i]);
        if (current.pending != 0) return;
        current.phase = Phase.Settled;
        ++settled;
    }

    function claim(uint256 k, uint256 f, address who) external {
        uint256 amount = claims[k][who];
        Fund storage from = _funds[f];
        require(amount != 0 && from.purpose == k, Refused("no claim"));
        require(who != from.payer && _canBePaid(who) && amount <= from.remaining, Refused("not payable"));
        require(block.timestamp < from.expiry, Refused("expired"));
        claims[k][who] = 0;
        got[k][who] += amount;
        _runs[k].unpaid -= amount;
        _pay(from, who, amount);
    }

    /// @dev The cut that a run needs: the last of those rounded up, and whether there is one.
    function cutOf(uint256 k) external returns (uint256 remainder, uint256 place) {
        _share(k);
        remainder = type(uint64).max;
        for (uint256 i = 0; i < _places.length; ++i) {
            uint256 exact = _exact(history[k][_places[i]]);
            if (shares[k][_places[i]] == exact / SCALE) continue;
            if (exact % SCALE <= remainder) (remainder, place) = (exact % SCALE, i + 1);
        }
    }

    // ---------------------------------------------------------------- redemption

    function redeem(uint256 f, address[] calldata holders) external {
        Fund storage from = _funds[f];
        require(isMature() && !halted, Refused("no time"));
        require(standing[0] == Standing.Issued || standing[0] == Standing.Matured, Refused("standing"));
        require(from.purpose == REDEMPTION && from.remaining >= supply() * NOMINAL, Refused("fund"));
        uint256[] memory before = new uint256[](holders.length);
        for (uint256 i = 0; i < holders.length; ++i) before[i] = redeemable(holders[i]);
        for (uint256 i = 0; i < holders.length; ++i) _redeem(from, holders[i], before[i]);
        standing[0] = supply() == 0 ? Standing.Redeemed : Standing.Matured;
    }

    // ----------------------------------------------------------------- internals

    function _payShare(uint256 k, Run storage current, Fund storage from, address who) private {
        uint256 amount = shares[k][who];
        if (amount == 0 || handled[k][who]) return;
        handled[k][who] = true;
        current.pending -= amount;
        if (who == from.payer) {
            got[k][who] += amount;
            current.unpaid -= amount;
            return;
        }
        require(block.timestamp < from.expiry, Refused("expired"));
        if (!_canBePaid(who)) {
            claims[k][who] = amount;
            return;
        }
        got[k][who] += amount;
        current.unpaid -= amount;
        _pay(from, who, amount);
    }

    /// @dev Somebody named twice was paid for the second time with units that are gone: that page must not be.
    function _redeem(Fund storage from, address who, uint256 units) private {
        if (units == 0) return;
        if (who == from.payer) {
            // of the payer's own units each goes once, however often the page names it
            units = redeemable(who);
            redeemedOwn += units;
            _destroy(who, units);
            return;
        }
        require(block.timestamp < from.expiry, Refused("expired"));
        if (!_canBePaid(who)) return;
        require(units <= redeemable(who), Refused("twice"));
        redeemedPaid += units;
        _destroy(who, units);
        _pay(from, who, units * NOMINAL);
    }

    function _destroy(address who, uint256 units) private {
        _lines[who].units -= units;
        redeemed += units;
    }

    function _pay(Fund storage from, address to, uint256 amount) private {
        from.remaining -= amount;
        from.paid += amount;
        _purses[from.payer].balance -= amount;
        _purses[to].balance += amount;
    }

    function _canBePaid(address who) private view returns (bool) {
        return _purses[who].open && !_purses[who].barred;
    }

    /// @dev Whole units first; then, one by one, to whoever is furthest below what is exactly due; of equals to the first.
    function _share(uint256 k) private {
        uint256 left = total();
        for (uint256 i = 0; i < _places.length; ++i) {
            shares[k][_places[i]] = _exact(history[k][_places[i]]) / SCALE;
            left -= shares[k][_places[i]];
        }
        for (; left != 0; --left) {
            uint256 neediest;
            for (uint256 i = 1; i < _places.length; ++i) if (_lack(k, i) > _lack(k, neediest)) neediest = i;
            ++shares[k][_places[neediest]];
        }
    }

    function _lack(uint256 k, uint256 i) private view returns (int256) {
        return int256(_exact(history[k][_places[i]])) - int256(shares[k][_places[i]] * SCALE);
    }

    /// @dev A cut is right if it lets through as many as the total has units to spare.
    function _isRight(uint256 k, Run storage current) private view returns (bool) {
        uint256 through;
        uint256 spare = total();
        for (uint256 i = 0; i < _places.length; ++i) {
            uint256 exact = _exact(history[k][_places[i]]);
            spare -= exact / SCALE;
            if (exact % SCALE == 0 || exact % SCALE < current.cutRemainder) continue;
            if (exact % SCALE > current.cutRemainder || i + 1 <= current.cutPlace) ++through;
        }
        return through == spare;
    }

    function _exact(uint256 units) private pure returns (uint256) {
        return units * NOMINAL * RATE * DAYS;
    }
}
