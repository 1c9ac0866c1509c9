// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev The rules of the register of institutions written a second time, and what its institutions' customers have. A
/// call reverts when the rules refuse the act.
contract RegistryBook {
    enum Standing {
        Unknown,
        Applied,
        Active,
        Suspended,
        Gone
    }

    struct Entry {
        bytes20 lei;
        bytes11 bic;
        bytes2 country;
        uint256 tier;
        Standing standing;
        uint256 quota;
        uint256 pending;
        address settlement;
    }

    struct Customer {
        uint256 sponsor;
        uint256 money;
        uint256 keeper;
        uint256 units;
    }

    error Refused(string why);

    uint256 private constant OPERATING = 2;

    mapping(uint256 number => Entry) private _entries;
    mapping(bytes20 lei => bool) private _taken;
    mapping(address account => uint256 number) public actsFor;
    mapping(address who => Customer) private _customers;
    mapping(Standing from => mapping(Standing to => bool)) private _steps;
    uint256[] private _numbers;

    constructor() {
        _steps[Standing.Applied][Standing.Active] = true;
        _steps[Standing.Active][Standing.Suspended] = true;
        _steps[Standing.Suspended][Standing.Active] = true;
        _steps[Standing.Applied][Standing.Gone] = true;
        _steps[Standing.Active][Standing.Gone] = true;
        _steps[Standing.Suspended][Standing.Gone] = true;
    }

    function entryOf(uint256 number) external view returns (Entry memory) {
        return _entries[number];
    }

    function customer(address who) external view returns (Customer memory) {
        return _customers[who];
    }

    function numbers() external view returns (uint256[] memory) {
        return _numbers;
    }

    /// @param formed Whether LEI, BIC and country are what the standards say.
    function enter(uint256 number, Entry calldata entry, bool formed) external {
        require(number != 0 && _entries[number].standing == Standing.Unknown, Refused("number"));
        require(formed && entry.tier != 0, Refused("form"));
        require(!_taken[entry.lei], Refused("lei"));
        _entries[number] = entry;
        _taken[entry.lei] = true;
        _numbers.push(number);
        addAccount(number, entry.settlement);
    }

    function setStanding(uint256 number, Standing next) external {
        require(_steps[_entries[number].standing][next], Refused("step"));
        _entries[number].standing = next;
    }

    function setQuota(uint256 number, uint256 quota) external {
        _known(number).quota = quota;
    }

    function addAccount(uint256 number, address account) public {
        _known(number);
        require(account != address(0) && actsFor[account] == 0, Refused("taken"));
        actsFor[account] = number;
    }

    function removeAccount(uint256 number, address account) external {
        require(number != 0 && actsFor[account] == number, Refused("not its account"));
        require(_entries[number].settlement != account, Refused("in use"));
        actsFor[account] = 0;
    }

    function settleAt(uint256 number, address account) external {
        require(number != 0 && actsFor[account] == number, Refused("not its account"));
        _entries[number].settlement = account;
    }

    // ------------------------------------------------------- what it stands for

    function openWallet(address by, address who) external {
        uint256 number = _active(by);
        require(_entries[number].tier == OPERATING, Refused("tier"));
        require(_customers[who].sponsor == 0, Refused("open"));
        _customers[who].sponsor = number;
    }

    function openAccount(address by, address who) external {
        uint256 number = _active(by);
        require(_customers[who].keeper == 0, Refused("open"));
        _customers[who].keeper = number;
    }

    function requestIssue(address by, uint256 amount) external {
        Entry storage entry = _entries[_active(by)];
        require(entry.tier == OPERATING, Refused("tier"));
        require(amount != 0 && entry.pending + amount <= entry.quota, Refused("quota"));
        entry.pending += amount;
    }

    /// @dev Whatever their institutions' standing.
    function pay(address from, address to, uint256 amount) external {
        (Customer storage giver, Customer storage receiver) = (_customers[from], _customers[to]);
        require(giver.sponsor != 0 && receiver.sponsor != 0, Refused("no wallet"));
        require(giver.money >= amount, Refused("too little"));
        giver.money -= amount;
        receiver.money += amount;
    }

    function deliver(address from, address to, uint256 units) external {
        (Customer storage giver, Customer storage receiver) = (_customers[from], _customers[to]);
        require(giver.keeper != 0 && receiver.keeper != 0, Refused("no account"));
        require(giver.units >= units, Refused("too little"));
        giver.units -= units;
        receiver.units += units;
    }

    function give(address who, uint256 money, uint256 units) external {
        _customers[who].money += money;
        _customers[who].units += units;
    }

    // --------------------------------------------------------------- internals

    function _known(uint256 number) private view returns (Entry storage entry) {
        entry = _entries[number];
        require(entry.standing != Standing.Unknown, Refused("unknown"));
    }

    function _active(address by) private view returns (uint256 number) {
        number = actsFor[by];
        require(_entries[number].standing == Standing.Active, Refused("not active"));
    }
}
