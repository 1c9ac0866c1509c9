// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IQrGateway, QrDirection, QrMode, QrPayment, QrStatus} from "../../../contracts/payments/IQrGateway.sol";
import {VM} from "../support/Vm.sol";

/// @dev Payments are asked for, agreed, completed, reversed and refunded by anybody at any time, while participants and
/// routes come and go. What must happen is decided here by plain rules before it is tried. This contract is the authority.
abstract contract QrActs {
    struct Asked {
        QrStatus status;
        uint256 refunded;
        uint256 ends;
    }

    struct Sums {
        uint256[5] counts;
        uint256 completed;
        uint256 refunded;
    }

    /// @dev What has ended and made place for another.
    struct Ended {
        bytes32 id;
        QrStatus status;
        uint256 refunded;
        uint256 amount;
    }

    error Diverged(string act, bool expected, bytes reason);

    uint256 public constant BANKS = 4;
    uint256 public constant PAYMENTS = 8;
    uint256 public constant KINDS = 4;
    uint256 internal constant KEYS = 0xBA;
    uint256 private constant OPENING = 1_797_897_600;
    bytes32 private constant SCHEME = keccak256("scheme");

    IQrGateway public gateway;
    // by rising address
    address[BANKS] public banks;
    mapping(string act => uint256) public done;
    mapping(string act => uint256) public refused;

    uint256 internal _clock = OPENING;
    address internal _authority;
    mapping(address bank => uint256 key) internal _keys;
    bool[BANKS] internal _out;
    bool[KINDS] private _closed;
    QrPayment[PAYMENTS] private _payments;
    Asked[PAYMENTS] private _asked;
    Sums[KINDS] private _sums;
    uint256 private _rounds;
    Ended[] private _ended;

    modifier now_() {
        VM.warp(_clock);
        _;
    }

    constructor() {
        VM.warp(OPENING);
        for (uint256 b = 0; b < BANKS; ++b) {
            address bank = VM.addr(KEYS + b);
            _keys[bank] = KEYS + b;
            uint256 place = b;
            for (; place > 0 && banks[place - 1] > bank; --place) banks[place] = banks[place - 1];
            banks[place] = bank;
        }
        address authority = _create(bytes.concat(VM.getCode("AccessManager"), abi.encode(address(this))));
        gateway = IQrGateway(_create(bytes.concat(VM.getCode("QrGateway"), abi.encode(authority, uint16(156)))));
        for (uint256 b = 0; b < BANKS; ++b) gateway.admit(banks[b]);
        for (uint256 k = 0; k < KINDS; ++k) gateway.setRoute(SCHEME, _direction(k), _mode(k), banks[k]);
        for (uint256 p = 0; p < PAYMENTS; ++p) _plan(p);
        _authority = authority;
    }

    // ----------------------------------------------------------------- looking on

    function clock() external view returns (uint256) {
        return _clock;
    }

    function asked(uint256 p) external view returns (Asked memory) {
        return _asked[p];
    }

    function payment(uint256 p) external view returns (QrPayment memory) {
        return _payments[p];
    }

    function sums(uint256 kind) external view returns (Sums memory) {
        return _sums[kind];
    }

    function ended(uint256 place) external view returns (Ended memory) {
        return _ended[place];
    }

    function endedCount() external view returns (uint256) {
        return _ended.length;
    }

    // ----------------------------------------------------------------------- acts

    function request(uint256 which, uint256 who) public now_ {
        (uint256 p, uint256 by) = (which % PAYMENTS, _caller(who, _asks(which % PAYMENTS)));
        // what has ended makes place for another, and so does what was never asked for
        if (_asked[p].ends != 0 && (who >> 16) % 2 == 0) _replace(p);
        if (_asked[p].status == QrStatus.None && (who >> 17) % 2 == 0) _plan(p);
        uint256 notAfter = _payments[p].notAfter;
        bool expected = by == _asks(p) && _asked[p].status == QrStatus.None && !_closed[p % KINDS];
        expected = expected && !_out[by] && !_out[_answers(p)] && notAfter >= _clock && notAfter <= _clock + 1 days;
        if (_step("request", banks[by], abi.encodeCall(IQrGateway.request, (_payments[p])), expected)) {
            _say(p, QrStatus.Requested, 0);
        }
    }

    function authorize(uint256 which, uint256 who) public now_ {
        (uint256 p, uint256 by) = (which % PAYMENTS, _caller(who, _answers(which % PAYMENTS)));
        bool expected = by == _answers(p) && _asked[p].status == QrStatus.Requested && _clock <= _payments[p].notAfter;
        if (_step("authorize", banks[by], abi.encodeCall(IQrGateway.authorize, (_payments[p])), expected)) {
            _say(p, QrStatus.Authorized, 1);
        }
    }

    function complete(uint256 which, uint256 who) public now_ {
        (uint256 p, uint256 by) = (which % PAYMENTS, _caller(who, _wallet(which % PAYMENTS)));
        bool expected = by == _wallet(p) && _asked[p].status == QrStatus.Authorized && _clock <= _payments[p].notAfter;
        if (_step("complete", banks[by], abi.encodeCall(IQrGateway.complete, (_payments[p])), expected)) {
            _say(p, QrStatus.Completed, 2);
            ++_asked[p].ends;
            _sums[p % KINDS].completed += amountOf(p);
        }
    }

    function reverse(uint256 which, uint256 who) external now_ {
        (uint256 p, uint256 by) = (which % PAYMENTS, who % BANKS);
        QrStatus status = _asked[p].status;
        bool mayBy = by == _asks(p) || by == _answers(p) || _clock > _payments[p].notAfter;
        bool expected = mayBy && (status == QrStatus.Requested || status == QrStatus.Authorized);
        if (_step("reverse", banks[by], abi.encodeCall(IQrGateway.reverse, (_payments[p], "why")), expected)) {
            _say(p, QrStatus.Reversed, 3);
            ++_asked[p].ends;
        }
    }

    function refund(uint256 which, uint256 who, uint256 amount, uint256 stale) external now_ {
        (uint256 p, uint256 by) = (which % PAYMENTS, _caller(who, _acquirer(which % PAYMENTS)));
        uint256 before = _asked[p].refunded;
        uint256 stated = stale % 8 == 0 ? before / 2 : before;
        amount %= amountOf(p) / 2;
        bool expected = by == _acquirer(p) && _asked[p].status == QrStatus.Completed && stated == before;
        expected = expected && amount != 0 && before + amount <= amountOf(p);
        bytes memory call = abi.encodeCall(IQrGateway.refund, (_payments[p], uint64(stated), uint64(amount)));
        if (!_step("refund", banks[by], call, expected)) return;
        _asked[p].refunded += amount;
        _sums[p % KINDS].refunded += amount;
        ++_sums[p % KINDS].counts[4];
    }

    /// @dev The next steps of a payment, so that stories get somewhere.
    function advance(uint256 which) external {
        request(which, 1);
        authorize(which, 1);
        complete(which, 1);
    }

    function participate(uint256 who, uint256 out) external now_ {
        uint256 b = who % BANKS;
        _out[b] = out % 8 == 0;
        if (_out[b]) gateway.dismiss(banks[b]);
        else gateway.admit(banks[b]);
    }

    function switchRoute(uint256 kind, uint256 closed) external now_ {
        kind %= KINDS;
        _closed[kind] = closed % 8 == 0;
        if (_closed[kind]) gateway.closeRoute(SCHEME, _direction(kind), _mode(kind));
        else gateway.openRoute(SCHEME, _direction(kind), _mode(kind));
    }

    function pass(uint256 time) external {
        _clock += time % 2 == 0 ? 1 days + 1 : time % 2 hours;
    }

    // ------------------------------------------------------------------ internals

    function amountOf(uint256 p) public view returns (uint256) {
        QrPayment storage it = _payments[p];
        return it.direction == QrDirection.Inbound ? it.merchantAmount : it.payerAmount;
    }

    /// @dev Tries it and says whether it went through; it must where it is expected, and must not elsewhere.
    function _try(
        string memory act,
        address who,
        address target,
        bytes memory data,
        bool expected
    ) internal returns (bool went) {
        bytes memory reason;
        VM.prank(who);
        (went, reason) = target.call(data);
        require(went == expected, Diverged(act, expected, reason));
        if (went) ++done[act];
        else ++refused[act];
    }

    function _create(bytes memory code) internal returns (address deployed) {
        assembly ("memory-safe") {
            deployed := create(0, add(code, 0x20), mload(code))
        }
        require(deployed != address(0), Diverged("deploy", true, ""));
    }

    function _step(string memory act, address who, bytes memory data, bool expected) private returns (bool) {
        return _try(act, who, address(gateway), data, expected);
    }

    function _say(uint256 p, QrStatus status, uint256 count) private {
        _asked[p].status = status;
        ++_sums[p % KINDS].counts[count];
    }

    function _plan(uint256 p) private {
        uint256 kind = p % KINDS;
        bool inbound = _direction(kind) == QrDirection.Inbound;
        _payments[p] = QrPayment({
            businessRef: keccak256(abi.encode(p, _rounds++)),
            requester: banks[_asks(p)],
            direction: _direction(kind),
            mode: _mode(kind),
            scheme: SCHEME,
            categoryCode: 5812,
            country: "CN",
            merchantCurrency: inbound ? 156 : 344,
            merchantAmount: uint64(1_000 + p),
            payerCurrency: inbound ? 344 : 156,
            payerAmount: uint64(1_090 + p),
            payloadHash: bytes32(p),
            notAfter: uint48(_clock + (p + 2) * 2 hours)
        });
    }

    /// @dev Another payment in the place of one that has ended; what was said of that one stays in the sums.
    function _replace(uint256 p) private {
        _ended.push(Ended(gateway.paymentId(_payments[p]), _asked[p].status, _asked[p].refunded, amountOf(p)));
        delete _asked[p];
        _plan(p);
    }

    function _caller(uint256 who, uint256 right) private pure returns (uint256) {
        return who % 8 == 0 ? (who >> 8) % BANKS : right;
    }

    function _asks(uint256 p) private pure returns (uint256) {
        return (p + 1) % BANKS;
    }

    function _answers(uint256 p) private pure returns (uint256) {
        return p % KINDS;
    }

    function _wallet(uint256 p) private pure returns (uint256) {
        return _mode(p % KINDS) == QrMode.MerchantPresented ? _asks(p) : _answers(p);
    }

    function _acquirer(uint256 p) private pure returns (uint256) {
        return _mode(p % KINDS) == QrMode.MerchantPresented ? _answers(p) : _asks(p);
    }

    function _direction(uint256 kind) private pure returns (QrDirection) {
        return kind < 2 ? QrDirection.Inbound : QrDirection.Outbound;
    }

    function _mode(uint256 kind) private pure returns (QrMode) {
        return kind % 2 == 0 ? QrMode.MerchantPresented : QrMode.ConsumerPresented;
    }
}
