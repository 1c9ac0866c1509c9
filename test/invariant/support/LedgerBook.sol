// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev Balances, holds, limits, freezes and halts. See {Book}.
abstract contract LedgerBook {
    struct Class {
        uint256 balance;
        uint256 single;
        uint256 day;
        uint256 year;
        bool open;
        bool halted;
    }

    /// @dev What the acts make of one account in one currency, and why it ever gave anything.
    struct Line {
        uint256 balance;
        uint256 held;
        uint256 frozen;
        bool barred;
        bool issuer;
        uint256 class;
        uint256 sponsor;
        uint256 received;
        uint256 byConsent;
        uint256 byHold;
        uint256 byOrder;
        // what the account had when its class last changed: a lower cap does not take it away
        uint256 grandfathered;
    }

    struct Kept {
        uint256 c;
        address payer;
        address payee;
        uint256 expiry;
        uint256 remaining;
        uint256 day;
        bool counted;
        bool used;
        uint256 captured;
        uint256 released;
    }

    error Refused(string rule);

    uint256 private constant UNCOUNTED = 2 ** 40 - 1;
    uint256 private constant INSTITUTION = 6;
    uint256 private constant DAY_2026_01_01 = 20_454;

    mapping(uint256 c => mapping(uint256 class => Class)) internal _classes;
    mapping(uint256 c => bool) public allHalted;
    mapping(uint256 c => mapping(address who => Line)) internal _lines;
    mapping(bytes32 key => Kept) internal _kept;
    mapping(uint256 c => uint256) public supply;

    mapping(uint256 c => mapping(address who => mapping(uint256 day => uint256))) public outOnDay;
    mapping(uint256 c => mapping(address who => mapping(uint256 year => uint256))) public outInYear;
    mapping(uint256 c => mapping(address who => mapping(uint256 day => uint256))) public excusedOnDay;
    mapping(uint256 c => mapping(address who => mapping(uint256 year => uint256))) public excusedInYear;

    function line(uint256 c, address who) external view returns (Line memory) {
        return _lines[c][who];
    }

    function class(uint256 c, uint256 number) external view returns (Class memory) {
        return _classes[c][number];
    }

    function hold(uint256 c, bytes32 id) external view returns (Kept memory) {
        return _kept[_key(c, id)];
    }

    // ------------------------------------------------------------- governance

    function appointIssuer(uint256 c, address who) external {
        _lines[c][who].issuer = true;
    }

    function setClass(uint256 c, uint256 number, uint256 balance, uint256 single, uint256 day, uint256 year) external {
        _classes[c][number] = Class(balance, single, day, year, true, _classes[c][number].halted);
    }

    function halt(uint256 c, uint256 number, bool on) external {
        _classes[c][number].halted = on;
    }

    function haltAll(uint256 c, bool on) external {
        allHalted[c] = on;
    }

    function bar(uint256 c, address who, bool on) external {
        _lines[c][who].barred = on;
    }

    function freezeAmount(uint256 c, address who, uint256 amount) external {
        _lines[c][who].frozen = amount;
    }

    function open(uint256 c, address who, uint256 number, uint256 sponsor) public {
        require(_lines[c][who].class == 0, Refused("has a wallet"));
        _classify(c, who, number, sponsor);
    }

    function reclassify(uint256 c, address who, uint256 number, uint256 sponsor) external {
        require(_lines[c][who].class != 0 && _lines[c][who].sponsor == sponsor, Refused("not a customer"));
        require(_lines[c][who].class != INSTITUTION, Refused("an institution"));
        _classify(c, who, number, sponsor);
    }

    function close(uint256 c, address who, uint256 sponsor) external {
        require(_lines[c][who].class != 0 && _lines[c][who].sponsor == sponsor, Refused("not a customer"));
        require(_lines[c][who].class != INSTITUTION, Refused("an institution"));
        require(_lines[c][who].balance == 0, Refused("not empty"));
        _classify(c, who, 0, 0);
    }

    // --------------------------------------------------------------- movement

    function pay(uint256 c, address from, address to, uint256 amount) public {
        _giveByConsent(c, from, to, amount);
        _receive(c, to, amount);
    }

    function payOut(uint256 c, address from, address[] calldata to, uint256[] calldata amounts) external {
        for (uint256 i = 0; i < to.length; ++i) {
            require(to[i] != from, Refused("pays itself out"));
            pay(c, from, to[i], amounts[i]);
        }
    }

    function order(uint256 c, address from, address to, uint256 amount) external {
        Line storage giver = _lines[c][from];
        require(from != to, Refused("to itself"));
        require(amount <= giver.balance - giver.held, Refused("held or not there"));
        giver.balance -= amount;
        giver.byOrder += amount;
        uint256 left = giver.balance - giver.held;
        if (giver.frozen > left) giver.frozen = left;
        _receive(c, to, amount);
    }

    function placeHold(uint256 c, bytes32 id, address[2] calldata parties, uint256 amount, uint256 expiry) external {
        (address payer, address payee) = (parties[0], parties[1]);
        Kept storage kept = _kept[_key(c, id)];
        require(amount != 0 && payer != payee, Refused("no terms"));
        require(expiry > block.timestamp && expiry < 2 ** 48, Refused("no expiry"));
        require(!kept.used, Refused("used"));
        bool counted = _commit(c, payer, address(0), amount);
        _lines[c][payer].held += amount;
        _kept[_key(c, id)] = Kept(c, payer, payee, expiry, amount, _today(), counted, true, 0, 0);
    }

    function voidHold(uint256 c, bytes32 id) external {
        require(!_kept[_key(c, id)].used, Refused("used"));
        _kept[_key(c, id)].used = true;
    }

    function capture(uint256 c, bytes32 id, address to, uint256 amount) public {
        Kept storage kept = _kept[_key(c, id)];
        require(kept.payee == address(0) || kept.payee == to, Refused("another payee"));
        require(to != kept.payer, Refused("to the payer"));
        _takeHeld(c, id, amount);
        _receive(c, to, amount);
    }

    /// @return paid what the payees that can be paid now are paid.
    function captureToMany(
        uint256 c,
        bytes32 id,
        address[] calldata to,
        uint256[] calldata amounts
    ) external returns (uint256 paid) {
        Kept storage kept = _kept[_key(c, id)];
        require(kept.payee == address(0), Refused("another payee"));
        for (uint256 i = 0; i < to.length; ++i) {
            if (to[i] == kept.payer || !_canReceive(c, to[i], amounts[i])) continue;
            _receive(c, to[i], amounts[i]);
            paid += amounts[i];
        }
        _takeHeld(c, id, paid);
    }

    function releaseHold(uint256 c, bytes32 id, bool byExecutor) public {
        Kept storage kept = _kept[_key(c, id)];
        require(kept.remaining != 0, Refused("nothing held"));
        require(byExecutor || block.timestamp >= kept.expiry, Refused("not expired"));
        uint256 amount = kept.remaining;
        kept.remaining = 0;
        kept.released += amount;
        _lines[c][kept.payer].held -= amount;
        if (!kept.counted) return;
        outOnDay[c][kept.payer][kept.day] -= amount;
        outInYear[c][kept.payer][yearOf(kept.day)] -= amount;
    }

    // ---------------------------------------------------------------- calendar

    function today() external view returns (uint256) {
        return _today();
    }

    /// @dev Year after year, as a child would count.
    function yearOf(uint256 day) public pure returns (uint256 year) {
        require(day >= DAY_2026_01_01, Refused("before the story"));
        uint256 left = day - DAY_2026_01_01;
        for (year = 2026; ; ++year) {
            uint256 length = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 366 : 365;
            if (left < length) return year;
            left -= length;
        }
    }

    function _today() internal view returns (uint256) {
        return (block.timestamp + 8 hours) / 1 days;
    }

    // --------------------------------------------------------------- internals

    function _giveByConsent(uint256 c, address from, address to, uint256 amount) private {
        _commit(c, from, to, amount);
        _lines[c][from].balance -= amount;
        _lines[c][from].byConsent += amount;
    }

    /// @dev Checks the giver of a payment or hold and counts it.
    function _commit(uint256 c, address from, address to, uint256 amount) private returns (bool counted) {
        Line storage giver = _lines[c][from];
        Class storage limits = _classes[c][giver.class];
        require(!giver.barred && limits.open && !limits.halted && !allHalted[c], Refused("giver stopped"));
        require(amount <= _spendable(giver), Refused("no cover"));
        counted = limits.day != UNCOUNTED || limits.year != UNCOUNTED;
        bool redemption = _lines[c][to].class == INSTITUTION && _lines[c][to].sponsor == giver.sponsor;
        if (to != address(0) && redemption) return false;
        require(amount <= limits.single, Refused("single limit"));
        if (!counted) return false;
        uint256 day = _today();
        outOnDay[c][from][day] += amount;
        outInYear[c][from][yearOf(day)] += amount;
        require(outOnDay[c][from][day] <= limits.day, Refused("day limit"));
        require(outInYear[c][from][yearOf(day)] <= limits.year, Refused("year limit"));
    }

    function _receive(uint256 c, address to, uint256 amount) internal {
        require(_canReceive(c, to, amount), Refused("receiver"));
        _lines[c][to].balance += amount;
        _lines[c][to].received += amount;
    }

    function _canReceive(uint256 c, address to, uint256 amount) private view returns (bool) {
        Line storage receiver = _lines[c][to];
        Class storage limits = _classes[c][receiver.class];
        if (to == address(0) || receiver.barred || receiver.issuer) return false;
        if (!limits.open || limits.halted || allHalted[c]) return false;
        return receiver.balance + amount <= limits.balance;
    }

    function _takeHeld(uint256 c, bytes32 id, uint256 amount) internal {
        Kept storage kept = _kept[_key(c, id)];
        Line storage giver = _lines[c][kept.payer];
        require(kept.remaining != 0, Refused("nothing held"));
        require(block.timestamp < kept.expiry, Refused("expired"));
        require(amount <= kept.remaining, Refused("more than held"));
        require(!_classes[c][giver.class].halted && !allHalted[c], Refused("payer halted"));
        kept.remaining -= amount;
        kept.captured += amount;
        giver.held -= amount;
        giver.balance -= amount;
        giver.byHold += amount;
    }

    function _spendable(Line storage giver) private view returns (uint256) {
        uint256 taken = giver.held + giver.frozen;
        return giver.balance > taken ? giver.balance - taken : 0;
    }

    function _classify(uint256 c, address who, uint256 number, uint256 sponsor) private {
        Line storage account = _lines[c][who];
        (account.class, account.sponsor, account.grandfathered) = (number, sponsor, account.balance);
        uint256 day = _today();
        excusedOnDay[c][who][day] = outOnDay[c][who][day];
        excusedInYear[c][who][yearOf(day)] = outInYear[c][who][yearOf(day)];
    }

    function _key(uint256 c, bytes32 id) internal pure returns (bytes32) {
        return keccak256(abi.encode(c, id));
    }
}
