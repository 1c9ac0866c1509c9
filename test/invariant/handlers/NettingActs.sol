// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBridgeCurrency} from "../../../contracts/bridge/IBridgeCurrency.sol";
import {IBridgeGate} from "../../../contracts/bridge/IBridgeGate.sol";
import {CycleProposal, IBridgeNetting, NetItem, Timetable} from "../../../contracts/bridge/IBridgeNetting.sol";
import {BridgePayment, Verdict} from "../../../contracts/bridge/IBridgePayments.sol";
import {IssuedCurrency, Timing} from "../../../contracts/bridge/ICentralBankCouncil.sol";
import {CorridorPolicy} from "../../../contracts/bridge/ICorridorPolicy.sol";
import {ClassLimits} from "../../../contracts/currency/ICurrencyOffice.sol";
import {NetKey} from "../../../contracts/settlement/ISettlementEngine.sol";
import {VM} from "../support/Vm.sol";
import {Acting} from "./Acting.sol";

/// @dev Four banks of two jurisdictions on a shared ledger queue payments in two currencies, while caps, freezes,
/// authorisations and time change; cycles are closed by right and by wrong proposals, days are unwound. Who goes is
/// worked out here anew, one item after the other, and decided before it is tried.
abstract contract NettingActs is Acting {
    enum State {
        Waiting,
        Settled,
        Released
    }

    struct Item {
        NetItem item;
        uint256 from;
        uint256 to;
        uint256 c;
        uint256 amount;
        uint256 priority;
        uint256 cycle;
        uint256 day;
        State state;
    }

    uint256 internal constant MEMBERS = 4;
    uint256 internal constant PLENTY = 1_000;
    uint256 private constant MAX_ITEMS = 12;
    uint256 private constant MAX_OWN = 5;
    uint256 private constant CLOSES = 20 hours;
    uint256 private constant ENDS = 22 hours;
    uint256 private constant NOWHERE = type(uint256).max;
    bytes4 private constant PURPOSE = "GDDS";

    IBridgeNetting public netting;
    IBridgeCurrency[2] public monies;
    /// @dev What each member has by the book.
    uint256[MEMBERS][2] public due;
    /// @dev The most by which what members moved in a cycle has ever differed from zero in sum, or from their items.
    uint256 public imbalance;
    /// @dev The most by which a member has ever owed more than its cap; zero for ever.
    uint256 public excess;

    Item[] private _items;
    uint256[MEMBERS][2] private _caps;
    bool[MEMBERS][2] private _frozen;
    bool[MEMBERS] private _authorized;
    uint256 private _closed;
    bytes32 private _domain;

    constructor() {
        address gate = _deploy("BridgeGate", "");
        address[] memory founders = new address[](2);
        (founders[0], founders[1]) = (address(this), _carrier());
        IssuedCurrency[] memory currencies = new IssuedCurrency[](2);
        for (uint256 c = 0; c < 2; ++c) {
            monies[c] = _openMoney(c, gate);
            currencies[c] = IssuedCurrency(address(monies[c]), founders[c]);
        }
        address council = _deploy(
            "CentralBankCouncil",
            abi.encode(founders, currencies, BASIS, Timing(0, 1 days, 1 days))
        );
        Timetable memory times = Timetable(0, uint32(CLOSES), uint32(ENDS), 1 hours);
        netting = IBridgeNetting(
            _deploy("BridgeNetting", abi.encode(_engine, council, gate, address(0), times, MAX_ITEMS, MAX_OWN))
        );
        _domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("BridgeNetting"),
                keccak256("1"),
                block.chainid,
                netting
            )
        );
        for (uint256 c = 0; c < 2; ++c) {
            IBridgeGate(gate).admitVenue(address(monies[c]), address(netting));
            for (uint256 i = 0; i < MEMBERS; ++i) _setCap(c, i, 400);
        }
        for (uint256 i = 0; i < MEMBERS; ++i) _authorize(i, true);
    }

    // -------------------------------------------------------------------- acts

    function queue(uint256 from, uint256 to, uint256 terms, uint256 amount) external now_ {
        (from, to) = (from % MEMBERS, to % MEMBERS);
        if (from == to) to = (to + 1) % MEMBERS;
        uint256 c = terms % 2;
        amount = 1 + (amount % 700);
        BridgePayment[] memory payments = new BridgePayment[](1);
        payments[0] = BridgePayment({
            businessRef: _newRef(),
            currency: address(monies[c]),
            payer: _people[from],
            payee: _people[to],
            amount: amount,
            purpose: PURPOSE,
            dataHash: BASIS,
            notAfter: type(uint48).max
        });
        NetItem memory item = NetItem(payments);
        bytes32 id = netting.itemId(item);
        (uint256 all, uint256 own) = _counts(from);
        bool expected = _second() < CLOSES && all < MAX_ITEMS && own < MAX_OWN;
        uint256 priority = (terms >> 8) % 3;
        bytes memory data = abi.encodeCall(
            IBridgeNetting.queue,
            (item, _verdict(id, from), _verdict(id, to), uint8(priority))
        );
        _do("queue", _people[from], address(netting), data, expected);
        if (!expected) return;
        Item storage entry = _items.push();
        entry.item.payments.push(payments[0]);
        (entry.from, entry.to, entry.c, entry.amount) = (from, to, c, amount);
        (entry.priority, entry.cycle, entry.day) = (priority, _cycle(), _day());
    }

    function prioritize(uint256 which, uint256 priority) external now_ {
        uint256 i = _pick(which);
        if (i == NOWHERE) return;
        priority %= 3;
        bytes memory data = abi.encodeCall(IBridgeNetting.setPriority, (_items[i].item, uint8(priority)));
        bool expected = _items[i].state == State.Waiting;
        _do("prioritize", _people[_items[i].from], address(netting), data, expected);
        if (expected) _items[i].priority = priority;
    }

    function withdraw(uint256 which, uint256 who) external now_ {
        uint256 i = _pick(which);
        if (i == NOWHERE) return;
        Item storage entry = _items[i];
        address caller = _people[who % MEMBERS];
        bool expected = entry.state == State.Waiting && (who % MEMBERS == entry.from || who % MEMBERS == entry.to);
        bytes memory data = abi.encodeCall(IBridgeNetting.withdraw, (entry.item));
        _do("withdraw", caller, address(netting), data, expected);
        if (expected) entry.state = State.Released;
    }

    /// @dev By the rule mostly; sometimes with one drop too few or one too many, which is refused.
    function close(uint256 seed) external now_ {
        uint256[] memory waiting = _waiting();
        (bool[] memory fit, uint256[] memory dropped) = _solve(waiting);
        bool wrong = seed % 4 == 0 && (dropped.length != 0 || waiting.length != 0);
        uint256[] memory proposed = wrong ? _spoil(dropped, waiting.length, seed >> 8) : dropped;
        bool expected = !wrong && _second() < ENDS && _closed < _cycle();
        CycleProposal memory proposal = _proposal(waiting, proposed);
        uint256[MEMBERS][2] memory before = _balances();
        bytes memory data = abi.encodeCall(IBridgeNetting.closeCycle, (proposal));
        _do(wrong ? "spoil" : "close", _carrier(), address(netting), data, expected);
        if (expected) _book_(waiting, fit, dropped, before);
    }

    /// @dev Everything whose day is over, or one thing whose is not.
    function unwind(uint256 which) external now_ {
        bool ended = _second() >= ENDS;
        uint256 count = 0;
        for (uint256 i = 0; i < _items.length; ++i) if (_isOver(i, ended)) ++count;
        NetItem[] memory over = new NetItem[](count);
        for (uint256 i = 0; i < _items.length; ++i) {
            if (!_isOver(i, ended)) continue;
            over[--count] = _items[i].item;
            _items[i].state = State.Released;
        }
        _do("unwind", _carrier(), address(netting), abi.encodeCall(IBridgeNetting.unwind, (over)), true);
        uint256 other = _pick(which);
        if (other == NOWHERE) return;
        over = new NetItem[](1);
        over[0] = _items[other].item;
        // whatever still waits is not over
        _do("unwind", _carrier(), address(netting), abi.encodeCall(IBridgeNetting.unwind, (over)), false);
    }

    function cap(uint256 c, uint256 who, uint256 amount) external now_ {
        _setCap(c % 2, who % MEMBERS, amount % 8 == 0 ? 0 : amount % 1_500);
    }

    function usurp(uint256 c, uint256 who) external now_ {
        bytes memory data = abi.encodeCall(IBridgeNetting.setDebitCap, (address(monies[c % 2]), _people[0], 1));
        _do("usurp", _people[who % CAST], address(netting), data, false);
    }

    function freeze(uint256 c, uint256 who, uint256 chance) external now_ {
        (c, who) = (c % 2, who % MEMBERS);
        bool freezes = chance % 4 == 0;
        if (_frozen[c][who] == freezes) return;
        _frozen[c][who] = freezes;
        VM.prank(_enforcer());
        if (freezes) monies[c].freeze(_people[who], BASIS);
        else monies[c].unfreeze(_people[who], BASIS);
    }

    function authorize(uint256 who, uint256 chance) external now_ {
        _authorize(who % MEMBERS, chance % 6 != 0);
    }

    function pass(uint256 time) external {
        _clock += time % 6 == 0 ? time % 30 hours : time % 90 minutes;
    }

    // -------------------------------------------------------------- looking on

    function itemCount() external view returns (uint256) {
        return _items.length;
    }

    /// @dev Whether the item waits by the book, and what the chain says of it.
    function compare(uint256 i) external view returns (bool waits, uint256 sequence, bool settled) {
        BridgePayment storage payment = _items[i].item.payments[0];
        (, sequence, , ) = netting.entryOf(payment.payer, payment.businessRef);
        return (_items[i].state == State.Waiting, sequence, _items[i].state == State.Settled);
    }

    function settledAtEngine(uint256 i) external view returns (bool) {
        BridgePayment storage payment = _items[i].item.payments[0];
        return uint256(_engine.statusOf(payment.payer, payment.businessRef)) == 1;
    }

    function waitingByBook() external view returns (uint256 count) {
        for (uint256 i = 0; i < _items.length; ++i) if (_items[i].state == State.Waiting) ++count;
    }

    // --------------------------------------------------------------- the rules

    /// @dev Places of what the present cycle takes in: higher priority first, then the earlier.
    function _waiting() private view returns (uint256[] memory waiting) {
        waiting = new uint256[](MAX_ITEMS);
        uint256 count = 0;
        for (uint256 rank = 0; rank < 3; ++rank) {
            for (uint256 i = 0; i < _items.length; ++i) {
                Item storage entry = _items[i];
                if (entry.state == State.Waiting && entry.priority == 2 - rank && entry.cycle < _cycle())
                    waiting[count++] = i;
            }
        }
        assembly ("memory-safe") {
            mstore(waiting, count)
        }
    }

    /// @dev Drops, as long as somebody owes too much, the last item of the first who does.
    function _solve(uint256[] memory waiting) private view returns (bool[] memory fit, uint256[] memory dropped) {
        fit = new bool[](waiting.length);
        dropped = new uint256[](waiting.length);
        uint256 count = 0;
        for (uint256 w = 0; w < waiting.length; ++w) {
            Item storage entry = _items[waiting[w]];
            fit[w] =
                entry.day == _day() &&
                _authorized[entry.from] &&
                !_frozen[entry.c][entry.from] &&
                !_frozen[entry.c][entry.to];
        }
        for (uint256 w = _lastShort(waiting, fit); w != NOWHERE; w = _lastShort(waiting, fit)) {
            fit[w] = false;
            dropped[count++] = w;
        }
        assembly ("memory-safe") {
            mstore(dropped, count)
        }
    }

    function _lastShort(uint256[] memory waiting, bool[] memory fit) private view returns (uint256) {
        for (uint256 c = 0; c < 2; ++c) {
            for (uint256 m = 0; m < MEMBERS; ++m) {
                (uint256 gives, uint256 gets, uint256 last) = (0, 0, NOWHERE);
                for (uint256 w = 0; w < waiting.length; ++w) {
                    Item storage entry = _items[waiting[w]];
                    if (!fit[w] || entry.c != c) continue;
                    if (entry.from == m) (gives, last) = (gives + entry.amount, w);
                    if (entry.to == m) gets += entry.amount;
                }
                uint256 most = _caps[c][m] < due[c][m] ? _caps[c][m] : due[c][m];
                if (gives > gets + most) return last;
            }
        }
        return NOWHERE;
    }

    /// @dev One drop less, or one more than is founded.
    function _spoil(uint256[] memory dropped, uint256 count, uint256 seed) private pure returns (uint256[] memory) {
        bool less = dropped.length != 0 && seed % 2 == 0;
        uint256[] memory spoiled = new uint256[](less ? dropped.length - 1 : dropped.length + 1);
        for (uint256 d = 0; d < spoiled.length && d < dropped.length; ++d) spoiled[d] = dropped[d];
        if (!less) spoiled[dropped.length] = (seed >> 8) % count;
        return spoiled;
    }

    function _book_(
        uint256[] memory waiting,
        bool[] memory fit,
        uint256[] memory dropped,
        uint256[MEMBERS][2] memory before
    ) private {
        _closed = _cycle();
        bool[] memory left = new bool[](waiting.length);
        for (uint256 d = 0; d < dropped.length; ++d) left[dropped[d]] = true;
        for (uint256 w = 0; w < waiting.length; ++w) {
            Item storage entry = _items[waiting[w]];
            if (fit[w]) {
                entry.state = State.Settled;
                due[entry.c][entry.to] += entry.amount;
            } else if (!left[w] && entry.day != _day()) {
                entry.state = State.Released;
            }
        }
        // all at once: what a member receives may be what it pays with
        for (uint256 w = 0; w < waiting.length; ++w) {
            Item storage entry = _items[waiting[w]];
            if (fit[w]) due[entry.c][entry.from] -= entry.amount;
        }
        uint256[MEMBERS][2] memory balances = _balances();
        for (uint256 c = 0; c < 2; ++c) {
            int256 sum = 0;
            for (uint256 m = 0; m < MEMBERS; ++m) {
                int256 moved = int256(balances[c][m]) - int256(before[c][m]);
                sum += moved;
                if (balances[c][m] != due[c][m]) ++imbalance;
                if (moved < -int256(_caps[c][m])) excess = uint256(-moved) - _caps[c][m];
            }
            if (sum != 0) ++imbalance;
        }
    }

    // ----------------------------------------------------------------- helpers

    function _proposal(
        uint256[] memory waiting,
        uint256[] memory dropped
    ) private view returns (CycleProposal memory proposal) {
        proposal.items = new NetItem[](waiting.length);
        proposal.keys = _keys();
        proposal.dropped = new uint16[](dropped.length);
        for (uint256 d = 0; d < dropped.length; ++d) proposal.dropped[d] = uint16(dropped[d]);
        for (uint256 w = 0; w < waiting.length; ++w) {
            Item storage entry = _items[waiting[w]];
            proposal.items[w] = entry.item;
            (uint16 giver, uint16 receiver) = (
                _line(proposal.keys, entry.c, entry.from),
                _line(proposal.keys, entry.c, entry.to)
            );
            proposal.indices = bytes.concat(proposal.indices, bytes2(giver), bytes2(receiver));
        }
    }

    /// @dev Every member in both currencies, ascending.
    function _keys() private view returns (NetKey[] memory keys) {
        keys = new NetKey[](2 * MEMBERS);
        uint256 first = address(monies[0]) < address(monies[1]) ? 0 : 1;
        for (uint256 k = 0; k < keys.length; ++k) {
            NetKey memory key = NetKey(address(monies[k < MEMBERS ? first : 1 - first]), _people[k % MEMBERS]);
            uint256 place = k;
            uint256 start = k < MEMBERS ? 0 : MEMBERS;
            for (; place > start && keys[place - 1].account > key.account; --place) keys[place] = keys[place - 1];
            keys[place] = key;
        }
    }

    function _line(NetKey[] memory keys, uint256 c, uint256 m) private view returns (uint16 k) {
        while (keys[k].token != address(monies[c]) || keys[k].account != _people[m]) ++k;
    }

    function _verdict(bytes32 id, uint256 who) private view returns (Verdict memory verdict) {
        verdict = Verdict(true, BASIS, type(uint48).max, "");
        bytes32 typehash = keccak256(
            "Verdict(bytes32 payment,address bank,bool approved,bytes32 listVersion,uint48 validUntil)"
        );
        bytes32 hash = keccak256(abi.encode(typehash, id, _people[who], true, BASIS, type(uint48).max));
        verdict.signature = _signature(who, _typed(_domain, hash));
    }

    function _balances() private view returns (uint256[MEMBERS][2] memory balances) {
        for (uint256 c = 0; c < 2; ++c) {
            for (uint256 m = 0; m < MEMBERS; ++m) balances[c][m] = monies[c].balanceOf(_people[m]);
        }
    }

    function _counts(uint256 from) private view returns (uint256 all, uint256 own) {
        for (uint256 i = 0; i < _items.length; ++i) {
            if (_items[i].state != State.Waiting) continue;
            ++all;
            if (_items[i].from == from) ++own;
        }
    }

    /// @dev One of the last items.
    function _pick(uint256 which) private view returns (uint256) {
        uint256 count = _items.length;
        return count == 0 ? NOWHERE : count - 1 - ((which % 8) % count);
    }

    function _isOver(uint256 i, bool ended) private view returns (bool) {
        return _items[i].state == State.Waiting && (_items[i].day < _day() || ended);
    }

    function _setCap(uint256 c, uint256 who, uint256 amount) private {
        _caps[c][who] = amount;
        netting.setDebitCap(address(monies[c]), _people[who], uint128(amount));
    }

    function _authorize(uint256 who, bool on) private {
        _authorized[who] = on;
        VM.prank(_people[who]);
        _engine.authorizeAgent(address(netting), on);
    }

    function _openMoney(uint256 c, address gate) private returns (IBridgeCurrency money) {
        Place storage home = _places[c];
        bytes memory args = abi.encode("M", "M", c == 0 ? "CNY" : "HKD", home.registry, home.authority, gate);
        bytes memory initialize = abi.encodeCall(money.initialize, (home.authority));
        money = IBridgeCurrency(_deploy("ERC1967Proxy", abi.encode(_deploy("BridgeCurrency", args), initialize)));
        money.appoint(address(this), 4, BASIS);
        money.appoint(_enforcer(), 8, BASIS);
        ClassLimits memory none = ClassLimits(
            type(uint64).max,
            type(uint64).max,
            uint40(UNCOUNTED),
            uint40(UNCOUNTED),
            true
        );
        money.setClassLimits(6, none);
        money.setClassLimits(8, none);
        CorridorPolicy memory open = CorridorPolicy(type(uint64).max, type(uint64).max, type(uint64).max, 1);
        money.openCorridor(8, address(_places[1 - c].registry), open);
        money.setCorridorPurpose(8, PURPOSE, true);
        for (uint256 m = 0; m < MEMBERS; ++m) {
            if (m / 2 == c) money.openInstitutionWallet(_people[m]);
            else money.openNonResidentWallet(_people[m], 8);
            VM.prank(_people[m]);
            money.approve(address(_engine), type(uint256).max);
            if (m / 2 != c) continue;
            money.issue(_people[m], PLENTY, "opening");
            due[c][m] = PLENTY;
        }
    }

    function _cycle() private view returns (uint256) {
        return (_clock + 8 hours) / 1 hours;
    }

    function _day() private view returns (uint256) {
        return (_clock + 8 hours) / 1 days;
    }

    function _second() private view returns (uint256) {
        return (_clock + 8 hours) % 1 days;
    }
}
