// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    IQrSettlement,
    QrBatch,
    QrDisputeStatus,
    QrEntry,
    QrInclusion,
    QrPosition,
    QrReturn,
    QrWindowStatus
} from "../../../contracts/payments/IQrSettlement.sol";
import {LedgerHarness} from "../../../contracts/mocks/LedgerHarness.sol";
import {ISettlementEngine} from "../../../contracts/settlement/ISettlementEngine.sol";
import {VM} from "../support/Vm.sol";
import {QrActs} from "./QrActs.sol";

/// @dev Windows of two payments, all four banks in each: committed, settled with or without everybody's consent,
/// withdrawn, disputed, answered, upheld, given back.
abstract contract QrBatchActs is QrActs {
    struct Dispute {
        QrDisputeStatus status;
        uint256 until;
        uint256 returns_;
    }

    uint256 public constant FUNDS = 100_000;
    uint256 private constant ENTRIES = 2;
    uint256 private constant DISPUTE_PERIOD = 3 days;
    uint256 private constant ANSWER_PERIOD = 1 days;

    IQrSettlement public settlement;
    LedgerHarness public money;
    int256[BANKS] public balances;
    QrBatch[] private _batches;
    mapping(uint256 window => QrEntry[ENTRIES]) private _entries;
    mapping(uint256 window => QrWindowStatus) public statuses;
    mapping(uint256 window => uint256) private _settledAt;
    mapping(uint256 window => bool) private _affirmed;
    mapping(uint256 window => mapping(uint256 index => Dispute)) private _disputes;

    constructor() {
        money = LedgerHarness(_create(VM.getCode("LedgerHarness")));
        address engine = _create(VM.getCode("SettlementEngine"));
        bytes memory args = abi.encode(_authority, money, engine, gateway, DISPUTE_PERIOD, ANSWER_PERIOD);
        settlement = IQrSettlement(_create(bytes.concat(VM.getCode("QrSettlement"), args)));
        for (uint256 b = 0; b < BANKS; ++b) {
            money.mint(banks[b], FUNDS);
            balances[b] = int256(FUNDS);
            VM.prank(banks[b]);
            money.approve(engine, type(uint256).max);
            VM.prank(banks[b]);
            ISettlementEngine(engine).authorizeAgent(address(settlement), true);
        }
    }

    // ----------------------------------------------------------------- looking on

    function windows() public view returns (uint256) {
        return _batches.length;
    }

    function batch(uint256 window) external view returns (QrBatch memory) {
        return _batches[window - 1];
    }

    function disputeAt(uint256 window, uint256 index) external view returns (Dispute memory) {
        return _disputes[window][index];
    }

    /// @dev What `creditor` has to give back to `debtor`, by looking at every payment.
    function owed(address creditor, address debtor) external view returns (uint256 count) {
        for (uint256 w = 1; w <= windows(); ++w) {
            for (uint256 i = 0; i < ENTRIES; ++i) {
                QrEntry storage it = _entries[w][i];
                if (_disputes[w][i].status != QrDisputeStatus.Upheld) continue;
                if (it.creditor == creditor && it.debtor == debtor) ++count;
            }
        }
    }

    // ----------------------------------------------------------------------- acts

    /// @dev Every other window has a payment of the one before again; one in eight leaves a correction out.
    function commit(uint256 seed) public now_ {
        uint256 window = windows() + 1;
        bool expected = window == 1 || statuses[window - 1] != QrWindowStatus.Committed;
        QrEntry[ENTRIES] memory entries;
        for (uint256 i = 0; i < ENTRIES; ++i) entries[i] = _draw(window, i, uint256(keccak256(abi.encode(seed, i))));
        if ((seed >> 64) % 2 == 0 && window > 1) entries[1] = _entries[window - 1][(seed >> 16) % ENTRIES];
        QrBatch memory made = _make(window, entries);
        if ((seed >> 24) % 8 == 0 && made.corrections.length != 0) {
            expected = false;
            made.corrections = new QrReturn[](0);
        }
        for (uint256 b = 0; b < BANKS; ++b) expected = expected && !_out[b];
        bytes memory call = abi.encodeCall(IQrSettlement.commit, (made));
        if (!_try("commit", address(this), address(settlement), call, expected)) return;
        QrBatch storage kept = _batches.push();
        (kept.window, kept.count, kept.total, kept.root) = (made.window, made.count, made.total, made.root);
        for (uint256 b = 0; b < BANKS; ++b) kept.positions.push(made.positions[b]);
        for (uint256 r = 0; r < made.corrections.length; ++r) kept.corrections.push(made.corrections[r]);
        for (uint256 i = 0; i < ENTRIES; ++i) _entries[window][i] = entries[i];
        statuses[window] = QrWindowStatus.Committed;
    }

    /// @dev One in eight times a bank has not affirmed.
    function settle(uint256 seed) public now_ {
        uint256 window = windows();
        if (window == 0) return;
        QrBatch storage about = _batches[window - 1];
        bytes32 id = settlement.batchId(about);
        bool absent = seed % 8 == 0 && !_affirmed[window];
        for (uint256 b = absent ? 1 : 0; b < BANKS; ++b) {
            VM.prank(banks[b]);
            settlement.affirm(id);
        }
        if (!absent) _affirmed[window] = true;
        int256[BANKS] memory nets = _nets(about);
        bool expected = statuses[window] == QrWindowStatus.Committed && !absent;
        for (uint256 b = 0; b < BANKS; ++b) expected = expected && balances[b] + nets[b] >= 0;
        bytes memory call = abi.encodeCall(IQrSettlement.settle, (about, new bytes[](0)));
        if (!_try("settle", address(0xCA2), address(settlement), call, expected)) return;
        (statuses[window], _settledAt[window]) = (QrWindowStatus.Settled, _clock);
        for (uint256 b = 0; b < BANKS; ++b) balances[b] += nets[b];
        for (uint256 r = 0; r < about.corrections.length; ++r) {
            Dispute storage ends = _disputes[about.corrections[r].window][about.corrections[r].index];
            ends.status = QrDisputeStatus.Returned;
            ++ends.returns_;
        }
    }

    function withdraw(uint256 seed) external now_ {
        if (windows() == 0) return;
        uint256 window = 1 + (seed % windows());
        bytes memory call = abi.encodeCall(IQrSettlement.withdraw, (uint64(window), "why"));
        bool expected = statuses[window] == QrWindowStatus.Committed;
        if (_try("withdraw", address(this), address(settlement), call, expected)) {
            statuses[window] = QrWindowStatus.Withdrawn;
        }
    }

    /// @dev One in eight is by another than the debtor, one in eight with a forged amount.
    function dispute(uint256 seed) external now_ {
        if (windows() == 0) return;
        (uint256 w, uint256 i) = _place(seed);
        QrInclusion memory inclusion = _inclusion(w, i);
        address by = seed % 8 == 0 ? banks[(seed >> 8) % BANKS] : inclusion.entry.debtor;
        bool forged = (seed >> 16) % 8 == 0;
        if (forged) ++inclusion.entry.amount;
        bool expected = by == inclusion.entry.debtor && !forged && _isDisputable(w);
        expected = expected && _disputes[w][i].status == QrDisputeStatus.None;
        bytes memory call = abi.encodeCall(IQrSettlement.dispute, (inclusion, "why"));
        if (_try("dispute", by, address(settlement), call, expected)) {
            _disputes[w][i] = Dispute(QrDisputeStatus.Open, _clock + ANSWER_PERIOD, 0);
        }
    }

    /// @dev Many are signed by another.
    function answer(uint256 seed) external now_ {
        if (windows() == 0) return;
        (uint256 w, uint256 i) = _disputedPlace(seed);
        QrEntry memory entry = _entries[w][i];
        address signer = seed % 2 == 0 ? banks[(seed >> 8) % BANKS] : entry.debtor;
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(_keys[signer], settlement.entryId(entry));
        bytes memory call = abi.encodeCall(
            IQrSettlement.answer,
            (uint64(w), uint32(i), entry, abi.encodePacked(r, s, v))
        );
        Dispute storage about = _disputes[w][i];
        bool expected = about.status == QrDisputeStatus.Open && _clock <= about.until && signer == entry.debtor;
        if (_try("answer", address(0xCA2), address(settlement), call, expected)) {
            about.status = QrDisputeStatus.Answered;
        }
    }

    function uphold(uint256 seed) external now_ {
        if (windows() == 0) return;
        (uint256 w, uint256 i) = _disputedPlace(seed);
        Dispute storage about = _disputes[w][i];
        bytes memory call = abi.encodeCall(IQrSettlement.uphold, (uint64(w), uint32(i), _entries[w][i]));
        bool expected = about.status == QrDisputeStatus.Open && _clock > about.until;
        if (_try("uphold", address(0xCA2), address(settlement), call, expected)) about.status = QrDisputeStatus.Upheld;
    }

    function proveTwice(uint256 seed) external now_ {
        if (windows() == 0) return;
        (uint256 w, uint256 i) = _place(seed);
        (uint256 first, uint256 place) = (w, i);
        // mostly a payment of the window before that is there again, second of its two
        if (seed % 8 != 0 && w > 1) {
            i = 1;
            first = w - 1;
            place = _entries[first][0].paymentId == _entries[w][1].paymentId ? 0 : 1;
        }
        bool expected = first < w && _entries[first][place].paymentId == _entries[w][i].paymentId;
        expected = expected && _standing(first, place) && _standing(w, i);
        expected = expected && statuses[first] == QrWindowStatus.Settled && _isDisputable(w);
        bytes memory call = abi.encodeCall(IQrSettlement.proveTwice, (_inclusion(first, place), _inclusion(w, i)));
        if (!_try("proveTwice", address(0xCA2), address(settlement), call, expected)) return;
        _disputes[w][i] = Dispute(QrDisputeStatus.Upheld, 0, 0);
    }

    /// @dev Two whole windows, so that stories get somewhere.
    function trade(uint256 seed, uint256 next) external {
        commit(seed);
        settle(1);
        commit(next);
        settle(1);
    }

    // ------------------------------------------------------------------ internals

    function _draw(uint256 window, uint256 i, uint256 seed) private view returns (QrEntry memory) {
        uint256 from = seed % BANKS;
        uint256 to = (from + 1 + ((seed >> 8) % (BANKS - 1))) % BANKS;
        return QrEntry(keccak256(abi.encode(window, i)), banks[from], banks[to], uint64(1 + ((seed >> 16) % 30_000)));
    }

    function _make(uint256 window, QrEntry[ENTRIES] memory entries) private view returns (QrBatch memory made) {
        made.window = uint64(window);
        made.count = uint32(ENTRIES);
        made.positions = new QrPosition[](BANKS);
        for (uint256 b = 0; b < BANKS; ++b) made.positions[b].institution = banks[b];
        for (uint256 i = 0; i < ENTRIES; ++i) {
            made.total += entries[i].amount;
            made.positions[_bankOf(entries[i].debtor)].net -= int128(uint128(entries[i].amount));
            made.positions[_bankOf(entries[i].creditor)].net += int128(uint128(entries[i].amount));
        }
        made.root = _pair(_leaf(window, 0, entries[0]), _leaf(window, 1, entries[1]));
        uint256 count = 0;
        QrReturn[] memory due = new QrReturn[](windows() * ENTRIES);
        for (uint256 w = 1; w <= windows(); ++w) {
            for (uint256 i = 0; i < ENTRIES; ++i) {
                if (_disputes[w][i].status != QrDisputeStatus.Upheld) continue;
                due[count++] = QrReturn(uint64(w), uint32(i), _entries[w][i]);
            }
        }
        made.corrections = new QrReturn[](count);
        for (uint256 r = 0; r < count; ++r) made.corrections[r] = due[r];
    }

    function _nets(QrBatch storage about) private view returns (int256[BANKS] memory nets) {
        for (uint256 b = 0; b < BANKS; ++b) nets[b] = about.positions[b].net;
        for (uint256 r = 0; r < about.corrections.length; ++r) {
            QrEntry storage it = about.corrections[r].entry;
            nets[_bankOf(it.debtor)] += int256(uint256(it.amount));
            nets[_bankOf(it.creditor)] -= int256(uint256(it.amount));
        }
    }

    function _inclusion(uint256 w, uint256 i) private view returns (QrInclusion memory inclusion) {
        bytes32[] memory proof = new bytes32[](1);
        proof[0] = _leaf(w, 1 - i, _entries[w][1 - i]);
        return QrInclusion(uint64(w), uint32(i), _entries[w][i], proof);
    }

    function _leaf(uint256 w, uint256 i, QrEntry memory entry) private view returns (bytes32) {
        return settlement.leafOf(uint64(w), uint32(ENTRIES), uint32(i), entry);
    }

    function _pair(bytes32 a, bytes32 b) private pure returns (bytes32) {
        return a < b ? keccak256(abi.encode(a, b)) : keccak256(abi.encode(b, a));
    }

    /// @dev Mostly of the latest windows.
    function _place(uint256 seed) private view returns (uint256 w, uint256 i) {
        uint256 recent = windows() < 3 ? windows() : 3;
        return (windows() - ((seed >> 32) % recent), (seed >> 40) % ENTRIES);
    }

    /// @dev Mostly one that is open.
    function _disputedPlace(uint256 seed) private view returns (uint256 w, uint256 i) {
        for (w = windows(); w > 0 && (seed >> 48) % 8 != 0; --w) {
            for (i = 0; i < ENTRIES; ++i) if (_disputes[w][i].status == QrDisputeStatus.Open) return (w, i);
        }
        return _place(seed);
    }

    function _isDisputable(uint256 w) private view returns (bool) {
        return statuses[w] == QrWindowStatus.Settled && _clock <= _settledAt[w] + DISPUTE_PERIOD;
    }

    function _standing(uint256 w, uint256 i) private view returns (bool) {
        QrDisputeStatus status = _disputes[w][i].status;
        return status != QrDisputeStatus.Upheld && status != QrDisputeStatus.Returned;
    }

    function _bankOf(address bank) private view returns (uint256 b) {
        while (banks[b] != bank) ++b;
    }
}
