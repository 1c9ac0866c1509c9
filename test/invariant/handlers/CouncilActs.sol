// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {
    DecisionKind,
    ICentralBankCouncil,
    IssuedCurrency,
    Timing
} from "../../../contracts/bridge/ICentralBankCouncil.sol";
import {CurrencyMock} from "../../../contracts/mocks/CurrencyMock.sol";
import {VM} from "../support/Vm.sol";

/// @dev Central banks propose, vote, queue, execute, join, resign and suspend in any order and at any time. What must
/// happen is decided here by plain rules before it is tried.
contract CouncilActs {
    struct Proposal {
        uint256 id;
        address[] targets;
        bytes[] calldatas;
        DecisionKind kind;
        // index of the bank that it invites or whose currency it admits
        uint256 subject;
        uint256 opens;
        uint256 closes;
        // 0 not yet, else when it may be executed
        uint256 eta;
        uint256 executions;
        // when it was executed
        uint256 votesFor;
        uint256 members;
    }

    struct Invitation {
        uint256 until;
        uint256 change;
    }

    error Diverged(string act, bool expected, bytes reason);

    uint256 public constant BANKS = 5;
    uint256 private constant DELAY = 1 hours;
    uint256 private constant PERIOD = 2 hours;
    uint256 private constant LOCK = 1 hours;
    uint256 private constant LAPSE = 14 days;
    uint256 private constant INVITED = 30 days;
    uint256 private constant OPENING = 1_797_897_600;
    // ballots that are counted on chain, by answer
    uint256 private constant FOR = 1;

    ICentralBankCouncil public council;
    address[BANKS] public banks;
    CurrencyMock[BANKS] public currencies;
    mapping(string act => uint256) public done;
    mapping(string act => uint256) public refused;

    uint256 private _clock = OPENING;
    Proposal[] private _proposals;
    bool[BANKS] private _seated;
    bool[BANKS] private _admitted;
    bool[BANKS] private _suspended;
    Invitation[BANKS] private _invitations;
    uint256 private _changes;
    uint256 private _changedAt = OPENING;
    uint256 public rulebooks = 1;
    mapping(uint256 proposal => mapping(uint256 bank => uint256 answer)) private _answers; // plus one

    modifier now_() {
        VM.warp(_clock);
        _;
    }

    constructor() {
        VM.warp(OPENING);
        for (uint256 i = 0; i < BANKS; ++i) {
            banks[i] = VM.addr(0xBA + i);
            address authority = _create(bytes.concat(VM.getCode("AccessManager"), abi.encode(banks[i])));
            currencies[i] = new CurrencyMock(authority);
        }
        address[] memory founders = new address[](3);
        IssuedCurrency[] memory issued = new IssuedCurrency[](2);
        for (uint256 i = 0; i < 3; ++i) {
            founders[i] = banks[i];
            _seated[i] = true;
            if (i == 2) break;
            issued[i] = IssuedCurrency(address(currencies[i]), banks[i]);
            _admitted[i] = true;
        }
        Timing memory timing = Timing(uint32(DELAY), uint32(PERIOD), uint32(LOCK));
        bytes memory args = abi.encode(founders, issued, bytes32("rulebook 1"), timing);
        council = ICentralBankCouncil(_create(bytes.concat(VM.getCode("CentralBankCouncil"), args)));
    }

    // -------------------------------------------------------------- decisions

    function propose(uint256 who, uint256 what, uint256 subject) external now_ {
        // who may propose is looked up a second ago
        if (_clock == _changedAt) return;
        who = who % BANKS;
        (what, subject) = (what % 5, subject % BANKS);
        // mostly somebody that can be invited
        for (uint256 i = 0; i < BANKS && what % 4 == 0 && _seated[subject]; ++i) subject = (subject + 1) % BANKS;
        Proposal storage made = _proposals.push();
        made.targets.push(address(council));
        made.calldatas.push(_callOf(what, subject));
        made.kind =
            what < 2
                ? DecisionKind.Admission
                : what == 2
                    ? DecisionKind.Technical
                    : DecisionKind.Ordinary;
        // an admission hidden behind a statement is an admission
        if (what == 4) {
            made.targets.push(address(council));
            made.calldatas.push(_callOf(0, subject));
            made.kind = DecisionKind.Admission;
        }
        made.subject = what == 0 || what == 1 || what == 4 ? subject : BANKS;
        (made.opens, made.closes) = (_clock + DELAY, _clock + DELAY + PERIOD);
        string memory words = _wordsOf(_proposals.length - 1);
        uint256[] memory values = new uint256[](made.targets.length);
        bytes memory data = abi.encodeCall(IGovernor.propose, (made.targets, values, made.calldatas, words));
        bool expected = _seated[who];
        made.id = uint256(keccak256(_named(_proposals.length - 1)));
        _try("propose", banks[who], data, expected);
        if (!expected) _proposals.pop();
    }

    function vote(uint256 which, uint256 who, uint256 answer) external now_ {
        if (_proposals.length == 0) return;
        (uint256 p, uint256 b) = (_recent(which), who % BANKS);
        answer = answer % 8 == 0 ? (answer >> 8) % 3 : FOR;
        Proposal storage about = _proposals[p];
        bool open = _clock > about.opens && _clock <= about.closes && _isAlive(about);
        bool expected = open && _seated[b] && _answers[p][b] == 0;
        if (expected) _answers[p][b] = answer + 1;
        _try("vote", banks[b], abi.encodeCall(IGovernor.castVote, (about.id, uint8(answer))), expected);
    }

    function queue(uint256 which) external now_ {
        if (_proposals.length == 0) return;
        uint256 p = _recent(which);
        Proposal storage about = _proposals[p];
        bool over = _clock > about.closes && _clock <= about.closes + LAPSE;
        bool expected = over && _isAlive(about) && about.eta == 0 && _votesFor(p) >= _required(about.kind);
        if (expected) about.eta = _clock + LOCK;
        _try("queue", address(this), bytes.concat(IGovernor.queue.selector, _named(p)), expected);
    }

    function execute(uint256 which) external now_ {
        if (_proposals.length == 0) return;
        uint256 p = _recent(which);
        Proposal storage about = _proposals[p];
        bool due = about.eta != 0 && _clock >= about.eta && _clock <= about.eta + LAPSE;
        bool expected = due && _isAlive(about) && about.executions == 0 && _canHappen(about);
        if (expected) _carryOut(p);
        _try("execute", address(this), bytes.concat(IGovernor.execute.selector, _named(p)), expected);
    }

    /// @dev A whole decision at once, perhaps without one member's vote: in single acts few would come to their end.
    function convene(uint256 who, uint256 what, uint256 subject, uint256 absent) external {
        uint256 before = _proposals.length;
        this.propose(who, what, subject);
        if (_proposals.length == before) return;
        _clock += DELAY + 1;
        for (uint256 b = 0; b < BANKS; ++b) {
            if (absent % 8 != b) this.vote(0, b, FOR);
        }
        _clock += PERIOD;
        this.queue(0);
        _clock += LOCK;
        this.execute(0);
    }

    // ---------------------------------------------------------------- members

    function join(uint256 who) external now_ {
        uint256 b = who % BANKS;
        Invitation memory invitation = _invitations[b];
        bool expected = invitation.until != 0 && _clock <= invitation.until && invitation.change == _changes;
        if (expected) {
            delete _invitations[b];
            _seat(b, true);
        }
        _try("join", banks[b], abi.encodeCall(ICentralBankCouncil.join, ()), expected);
    }

    function resign(uint256 who, uint256 seed) external now_ {
        // a council without members is the end of the story
        if (seed % 8 != 0 || seats() == 1) return;
        uint256 b = who % BANKS;
        bool expected = _seated[b] && !_admitted[b];
        if (expected) _seat(b, false);
        _try("resign", banks[b], abi.encodeCall(ICentralBankCouncil.resign, ()), expected);
    }

    // ------------------------------------------------------------- currencies

    function supply(uint256 which, uint256 amount) external now_ {
        currencies[which % BANKS].setSupply(amount % 2);
    }

    function withdraw(uint256 which, uint256 who) external now_ {
        (uint256 c, uint256 b) = (which % BANKS, who % 3 == 0 ? (who >> 8) % BANKS : which % BANKS);
        bool expected = _admitted[c] && b == c && currencies[c].totalSupply() == 0;
        if (expected) (_admitted[c], _suspended[c]) = (false, false);
        bytes memory data = abi.encodeCall(ICentralBankCouncil.withdrawCurrency, (address(currencies[c])));
        _try("withdraw", banks[b], data, expected);
    }

    function suspend(uint256 which, uint256 who, uint256 on) external now_ {
        (uint256 c, uint256 b) = (which % BANKS, who % 3 == 0 ? (who >> 8) % BANKS : which % BANKS);
        bool expected = _admitted[c] && b == c;
        if (expected) _suspended[c] = on % 2 == 0;
        address currency = address(currencies[c]);
        bytes memory data =
            on % 2 == 0
                ? abi.encodeCall(ICentralBankCouncil.suspendCurrency, (currency))
                : abi.encodeCall(ICentralBankCouncil.resumeCurrency, (currency));
        _try("suspend", banks[b], data, expected);
    }

    function pass(uint256 seconds_) external {
        _clock += seconds_ % 16 == 0 ? seconds_ % 20 days : seconds_ % 90 minutes;
    }

    // ------------------------------------------------------------- looking on

    function proposalCount() external view returns (uint256) {
        return _proposals.length;
    }

    function proposal(uint256 p) external view returns (Proposal memory) {
        return _proposals[p];
    }

    function isSeated(uint256 b) external view returns (bool) {
        return _seated[b];
    }

    function isOpen(uint256 c) external view returns (bool) {
        return _admitted[c] && !_suspended[c];
    }

    function seats() public view returns (uint256 count) {
        for (uint256 b = 0; b < BANKS; ++b) count += _seated[b] ? 1 : 0;
    }

    /// @return counts Against, for, abstained.
    function ballots(uint256 p) external view returns (uint256[3] memory counts) {
        for (uint256 b = 0; b < BANKS; ++b) {
            if (_answers[p][b] != 0) ++counts[_answers[p][b] - 1];
        }
    }

    function clock() external view returns (uint256) {
        return _clock;
    }

    // ------------------------------------------------------------------ rules

    /// @dev All; the least number that is two thirds; the least that is more than half.
    function _required(DecisionKind kind) private view returns (uint256 count) {
        uint256 members = seats();
        if (kind == DecisionKind.Admission) return members;
        while (kind == DecisionKind.Technical ? 3 * count < 2 * members : 2 * count <= members) ++count;
    }

    function _isAlive(Proposal storage about) private view returns (bool) {
        return _changedAt <= about.opens;
    }

    function _votesFor(uint256 p) private view returns (uint256 count) {
        for (uint256 b = 0; b < BANKS; ++b) count += _answers[p][b] == FOR + 1 ? 1 : 0;
    }

    /// @dev Whether what was decided can be done now.
    function _canHappen(Proposal storage about) private view returns (bool) {
        if (about.kind != DecisionKind.Admission) return true;
        if (_invites(about)) return !_seated[about.subject];
        return _seated[about.subject] && !_admitted[about.subject];
    }

    function _carryOut(uint256 p) private {
        Proposal storage about = _proposals[p];
        ++about.executions;
        (about.votesFor, about.members) = (_votesFor(p), seats());
        if (about.kind == DecisionKind.Technical) ++rulebooks;
        if (about.kind != DecisionKind.Admission) return;
        if (_invites(about)) _invitations[about.subject] = Invitation(_clock + INVITED, _changes);
        else _admitted[about.subject] = true;
    }

    function _invites(Proposal storage about) private view returns (bool) {
        bytes memory last = about.calldatas[about.calldatas.length - 1];
        return bytes4(last) == ICentralBankCouncil.inviteMember.selector;
    }

    function _seat(uint256 b, bool on) private {
        _seated[b] = on;
        _changedAt = _clock;
        ++_changes;
    }

    // -------------------------------------------------------------- internals

    function _callOf(uint256 what, uint256 subject) private view returns (bytes memory) {
        address bank = banks[subject];
        if (what == 0) return abi.encodeCall(ICentralBankCouncil.inviteMember, (bank));
        if (what == 1) return abi.encodeCall(ICentralBankCouncil.admitCurrency, (address(currencies[subject]), bank));
        if (what == 2) return abi.encodeCall(ICentralBankCouncil.setRulebook, (bytes32(_clock)));
        return abi.encodeCall(ICentralBankCouncil.adoptResolution, (bytes32(_clock)));
    }

    /// @dev What a proposal is told apart by, as it is hashed and as queue and execute take it.
    function _named(uint256 p) private view returns (bytes memory) {
        Proposal storage about = _proposals[p];
        uint256[] memory values = new uint256[](about.targets.length);
        return abi.encode(about.targets, values, about.calldatas, keccak256(bytes(_wordsOf(p))));
    }

    function _wordsOf(uint256 p) private pure returns (string memory) {
        return string(abi.encodePacked("proposal ", bytes32(p)));
    }

    function _recent(uint256 which) private view returns (uint256) {
        return _proposals.length - 1 - ((which % 3) % _proposals.length);
    }

    function _try(string memory act, address who, bytes memory data, bool expected) private {
        VM.prank(who);
        (bool went, bytes memory reason) = address(council).call(data);
        require(went == expected, Diverged(act, expected, reason));
        if (went) ++done[act];
        else ++refused[act];
    }

    function _create(bytes memory code) private returns (address created) {
        assembly ("memory-safe") {
            created := create(0, add(code, 0x20), mload(code))
        }
        require(created != address(0));
    }
}
