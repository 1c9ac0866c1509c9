// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {LedgerBook} from "./LedgerBook.sol";

/// @dev Institutions, quotas, requests and reserves. See {Book}.
abstract contract IssuanceBook is LedgerBook {
    struct Institution {
        address account;
        bool active;
        uint256 quota;
        uint256 issued;
        uint256 redeemed;
        uint256 pending;
        uint256 rateUsed;
        uint256 rateTime;
    }

    enum Stand {
        None,
        Requested,
        Completed,
        Rejected,
        Expired
    }

    struct Request {
        uint256 institution;
        uint256 amount;
        uint256 expiry;
        Stand stand;
        bytes32 hold;
    }

    uint256 private constant INSTITUTION = 6;

    mapping(uint256 c => mapping(uint256 number => Institution)) internal _institutions;
    mapping(bytes32 key => Request) internal _requests;
    mapping(uint256 c => uint256) public issued;
    mapping(uint256 c => uint256) public redeemed;
    mapping(uint256 c => uint256) private _rate;
    mapping(uint256 c => uint256) private _rateWindow;

    function institution(uint256 c, uint256 number) external view returns (Institution memory) {
        return _institutions[c][number];
    }

    function request(uint256 c, bytes32 id) external view returns (Request memory) {
        return _requests[_key(c, id)];
    }

    function setRate(uint256 c, uint256 capacity, uint256 window) external {
        (_rate[c], _rateWindow[c]) = (capacity, window);
    }

    function admit(uint256 c, uint256 number, address account, uint256 quota) external {
        _institutions[c][number] = Institution(account, true, quota, 0, 0, 0, 0, block.timestamp);
        open(c, account, INSTITUTION, number);
    }

    function setActive(uint256 c, uint256 number, bool active) external {
        _institutions[c][number].active = active;
    }

    function setQuota(uint256 c, uint256 number, uint256 quota) external {
        _institutions[c][number].quota = quota;
    }

    function requestIssue(uint256 c, bytes32 id, uint256 number, uint256 amount, uint256 expiry) external {
        Institution storage bank = _institutions[c][number];
        require(bank.active, Refused("not active"));
        require(amount != 0, Refused("nothing"));
        require(bank.issued + bank.pending + amount <= bank.quota + bank.redeemed, Refused("quota"));
        _open(c, id, Request(number, amount, expiry, Stand.Requested, 0));
        bank.pending += amount;
    }

    function issue(uint256 c, bytes32 id) external {
        Request storage asked = _requested(c, id);
        Institution storage bank = _institutions[c][asked.institution];
        require(block.timestamp < asked.expiry, Refused("expired"));
        require(bank.active, Refused("not active"));
        require(bank.issued + asked.amount <= bank.quota + bank.redeemed, Refused("quota"));
        _consume(c, bank, asked.amount);
        asked.stand = Stand.Completed;
        bank.pending -= asked.amount;
        bank.issued += asked.amount;
        issued[c] += asked.amount;
        supply[c] += asked.amount;
        _receive(c, bank.account, asked.amount);
    }

    function requestRedemption(uint256 c, bytes32 id, uint256 number, bytes32 held) external {
        Kept storage kept = _kept[_key(c, held)];
        require(kept.remaining != 0, Refused("nothing held"));
        _open(c, id, Request(number, kept.remaining, kept.expiry, Stand.Requested, held));
    }

    function redeem(uint256 c, bytes32 id) external {
        Request storage asked = _requested(c, id);
        require(block.timestamp < asked.expiry, Refused("expired"));
        asked.stand = Stand.Completed;
        _takeHeld(c, asked.hold, asked.amount);
        _institutions[c][asked.institution].redeemed += asked.amount;
        redeemed[c] += asked.amount;
        supply[c] -= asked.amount;
    }

    function endRequest(uint256 c, bytes32 id, bool rejected) external {
        Request storage asked = _requested(c, id);
        require(rejected || block.timestamp >= asked.expiry, Refused("not expired"));
        asked.stand = rejected ? Stand.Rejected : Stand.Expired;
        if (asked.hold == 0) _institutions[c][asked.institution].pending -= asked.amount;
        else if (_kept[_key(c, asked.hold)].remaining != 0) releaseHold(c, asked.hold, true);
    }

    // --------------------------------------------------------------- internals

    function _open(uint256 c, bytes32 id, Request memory asked) private {
        require(asked.expiry > block.timestamp, Refused("no time"));
        require(_requests[_key(c, id)].stand == Stand.None, Refused("used"));
        _requests[_key(c, id)] = asked;
    }

    function _requested(uint256 c, bytes32 id) private view returns (Request storage asked) {
        asked = _requests[_key(c, id)];
        require(asked.stand == Stand.Requested, Refused("not open"));
    }

    function _consume(uint256 c, Institution storage bank, uint256 amount) private {
        uint256 refilled = ((block.timestamp - bank.rateTime) * _rate[c]) / _rateWindow[c];
        uint256 used = bank.rateUsed > refilled ? bank.rateUsed - refilled : 0;
        require(used + amount <= _rate[c], Refused("rate"));
        (bank.rateUsed, bank.rateTime) = (used + amount, block.timestamp);
    }
}
