// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev The rules of a bond's units written a second time: accounts, trades, pledges, orders, and a history that is
/// written down, holder by holder, when a record date passes. A call reverts when the rules refuse the act.
abstract contract UnitsBook {
    struct Line {
        uint256 custodian;
        uint256 place;
        uint256 units;
        uint256 frozenUnits;
        bool barred;
    }

    struct Kept {
        address payer;
        address payee;
        address executor;
        uint256 expiry;
        uint256 remaining;
    }

    /// @dev What the register must say of an asset.
    enum Standing {
        Announced,
        Issued,
        Matured,
        Redeemed,
        Cancelled
    }

    error Refused(string why);

    uint256 public constant SIZE = 1_000;
    uint256 public constant COUPONS = 3;
    /// @dev By how much everything is later for the second asset.
    uint256 public constant LAG = 20 days;

    mapping(address who => Line) internal _lines;
    address[] internal _places;
    mapping(bytes32 id => Kept) internal _kept;
    bytes32[] internal _ids;
    mapping(uint256 k => mapping(address who => uint256 units)) public history;
    mapping(uint256 b => Standing) public standing;
    mapping(uint256 b => bool) public attached;
    uint256[COUPONS] internal _recordTimes;
    uint256 internal _maturity;
    uint256 public passed;
    uint256 public redeemed;
    bool public halted;

    function line(address who) external view returns (Line memory) {
        return _lines[who];
    }

    function pledge(bytes32 id) external view returns (Kept memory) {
        return _kept[id];
    }

    function places() external view returns (address[] memory) {
        return _places;
    }

    function isMature() public view returns (bool) {
        return block.timestamp >= _maturity;
    }

    function supply() public view returns (uint256) {
        return standing[0] == Standing.Announced ? 0 : SIZE - redeemed;
    }

    function held(address who) public view returns (uint256 sum) {
        for (uint256 i = 0; i < _ids.length; ++i) if (_kept[_ids[i]].payer == who) sum += _kept[_ids[i]].remaining;
    }

    function spendable(address who) public view returns (uint256) {
        uint256 bound = held(who) + _lines[who].frozenUnits;
        return _lines[who].units > bound ? _lines[who].units - bound : 0;
    }

    function redeemable(address who) public view returns (uint256) {
        return _lines[who].barred ? 0 : spendable(who);
    }

    /// @dev Every act begins with it: what everybody holds when a record date passes is written down.
    function turn() public {
        while (passed < COUPONS && _recordTimes[passed] <= block.timestamp) {
            for (uint256 i = 0; i < _places.length; ++i) history[passed][_places[i]] = _lines[_places[i]].units;
            ++passed;
        }
    }

    // ----------------------------------------------------------------- register

    function attach(uint256 b) external {
        require(standing[b] == Standing.Announced && !attached[b], Refused("standing"));
        attached[b] = true;
    }

    function cancel(uint256 b) external {
        require(standing[b] == Standing.Announced, Refused("standing"));
        standing[b] = Standing.Cancelled;
    }

    function issue(uint256 b, address issuer) external {
        require(standing[b] == Standing.Announced && attached[b], Refused("standing"));
        require(block.timestamp < _recordTimes[0] + b * LAG, Refused("too late"));
        if (b == 0) require(!halted, Refused("halted"));
        standing[b] = Standing.Issued;
        if (b == 0) _lines[issuer].units = SIZE;
    }

    // ----------------------------------------------------------------- accounts

    function open(address who, uint256 custodian) external {
        Line storage one = _lines[who];
        require(one.custodian == 0, Refused("open"));
        one.custodian = custodian;
        if (one.place != 0) return;
        _places.push(who);
        one.place = _places.length;
    }

    function close(address who, uint256 custodian) external {
        Line storage one = _lines[who];
        require(one.custodian == custodian && one.units == 0, Refused("not to be closed"));
        one.custodian = 0;
    }

    // ------------------------------------------------------------------ movement

    function trade(address from, address to, uint256 units) external {
        _give(from, units);
        _lines[from].units -= units;
        _take(to, units);
    }

    function place(bytes32 id, Kept calldata terms) external {
        require(terms.remaining != 0 && terms.payer != terms.payee, Refused("terms"));
        require(terms.expiry > block.timestamp, Refused("expiry"));
        _give(terms.payer, terms.remaining);
        _kept[id] = terms;
        _ids.push(id);
    }

    function enforce(bytes32 id, address by, address to, uint256 units) external {
        Kept storage kept = _kept[id];
        require(by == kept.executor && block.timestamp < kept.expiry, Refused("executor"));
        require(to != kept.payer && (kept.payee == address(0) || to == kept.payee), Refused("payee"));
        require(kept.remaining != 0 && units <= kept.remaining, Refused("remaining"));
        kept.remaining -= units;
        _lines[kept.payer].units -= units;
        _take(to, units);
    }

    function release(bytes32 id, address by) external {
        Kept storage kept = _kept[id];
        require(kept.remaining != 0, Refused("nothing held"));
        require(by == kept.executor || block.timestamp >= kept.expiry, Refused("not yet"));
        kept.remaining = 0;
    }

    // -------------------------------------------------------------------- orders

    function order(address from, address to, uint256 units) external {
        Line storage giver = _lines[from];
        require(from != to, Refused("same"));
        require(units + held(from) <= giver.units, Refused("unheld"));
        giver.units -= units;
        uint256 left = giver.units - held(from);
        if (giver.frozenUnits > left) giver.frozenUnits = left;
        _take(to, units);
    }

    function bar(address who, bool on) external {
        _lines[who].barred = on;
    }

    function freezeUnits(address who, uint256 units) external {
        _lines[who].frozenUnits = units;
    }

    function halt(bool on) external {
        halted = on;
    }

    // ----------------------------------------------------------------- internals

    function _give(address from, uint256 units) private view {
        require(_lines[from].custodian != 0 && !_lines[from].barred, Refused("giver"));
        require(!halted && !isMature(), Refused("no trade"));
        require(units <= spendable(from), Refused("spendable"));
    }

    function _take(address to, uint256 units) private {
        require(_lines[to].custodian != 0 && !_lines[to].barred && !halted, Refused("taker"));
        require(_lines[to].units + units <= SIZE, Refused("more than all"));
        _lines[to].units += units;
    }
}
