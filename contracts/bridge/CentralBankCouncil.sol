// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Governor} from "@openzeppelin/contracts/governance/Governor.sol";
import {GovernorCountingSimple} from "@openzeppelin/contracts/governance/extensions/GovernorCountingSimple.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";
import {CurrencyAuthority} from "./CurrencyAuthority.sol";
import {DecisionKind, ICentralBankCouncil, IssuedCurrency, Timing} from "./ICentralBankCouncil.sol";

/// @title CentralBankCouncil
/// @notice See {ICentralBankCouncil}.
/// @dev The time lock is the Governor's own: an appointed time before which nothing is executed. A contract of its own
/// (TimelockController) would hold rights and roles that have to be handed over and watched.
contract CentralBankCouncil is ICentralBankCouncil, GovernorCountingSimple, CurrencyAuthority {
    using Checkpoints for Checkpoints.Trace208;
    using EnumerableSet for EnumerableSet.AddressSet;

    struct Admission {
        address issuer;
        bool suspended;
    }

    struct Invitation {
        uint48 until;
        uint48 change;
    }

    /// @inheritdoc ICentralBankCouncil
    uint256 public constant INVITATION_PERIOD = 30 days;
    /// @inheritdoc ICentralBankCouncil
    uint256 public constant EXECUTION_PERIOD = 14 days;

    uint256 private constant FOUNDERS_MINIMUM = 2;
    uint256 private constant PERIOD_MINIMUM = 1 hours;
    uint256 private constant PERIOD_MAXIMUM = 30 days;

    EnumerableSet.AddressSet private _members;
    mapping(address account => Checkpoints.Trace208 votes) private _votes;
    Checkpoints.Trace208 private _counts;
    // of the members; tells invitations apart from before and after, also within one second
    uint48 private _changes;
    mapping(address account => Invitation) private _invitations;

    EnumerableSet.AddressSet private _currencies;
    mapping(address currency => Admission) private _admissions;
    mapping(address issuer => uint256 currencies) private _issued;

    Timing private _timing;
    uint256 private _rulebookVersion;
    bytes32 private _rulebook;
    mapping(uint256 proposalId => DecisionKind) private _kinds;

    /// @param founders The first members, at least two, each once.
    /// @param foundingCurrencies Currencies that take part from the beginning.
    /// @param foundingRulebook Hash of the text that the founders have agreed on.
    /// @dev Reverts as {admitCurrency} and {setTiming}, and with {CouncilTooSmall}, {CouncilMemberExists}.
    constructor(
        address[] memory founders,
        IssuedCurrency[] memory foundingCurrencies,
        bytes32 foundingRulebook,
        Timing memory foundingTiming
    ) Governor("CentralBankCouncil") {
        require(founders.length >= FOUNDERS_MINIMUM, CouncilTooSmall(founders.length, FOUNDERS_MINIMUM));
        for (uint256 i = 0; i < founders.length; ++i) _enter(founders[i]);
        for (uint256 i = 0; i < foundingCurrencies.length; ++i) {
            _admit(foundingCurrencies[i].currency, foundingCurrencies[i].issuer);
        }
        _setRulebook(foundingRulebook);
        _setTiming(foundingTiming);
    }

    /// @dev Without this the Governor would keep what it is sent. Without a reason, like every contract that takes none.
    receive() external payable override {
        assembly ("memory-safe") {
            revert(0, 0)
        }
    }

    // ----------------------------------------------------------------- members

    /// @inheritdoc ICentralBankCouncil
    function inviteMember(address account) external onlyGovernance {
        require(!isMember(account), CouncilMemberExists(account));
        uint256 until = block.timestamp + INVITATION_PERIOD;
        _invitations[account] = Invitation(uint48(until), _changes);
        emit MemberInvited(account, until);
    }

    /// @inheritdoc ICentralBankCouncil
    function join() external {
        uint256 until = invitedUntil(msg.sender);
        require(block.timestamp <= until, CouncilNotInvited(msg.sender, until, block.timestamp));
        delete _invitations[msg.sender];
        _enter(msg.sender);
    }

    /// @inheritdoc ICentralBankCouncil
    function resign() external {
        require(_members.remove(msg.sender), CouncilMemberUnknown(msg.sender));
        uint256 remaining = _issued[msg.sender];
        require(remaining == 0, CouncilCurrenciesRemain(msg.sender, remaining));
        emit MemberLeft(msg.sender, _recordSeat(msg.sender, 0));
    }

    // -------------------------------------------------------------- currencies

    /// @inheritdoc ICentralBankCouncil
    function admitCurrency(address currency, address issuer) external onlyGovernance {
        _admit(currency, issuer);
    }

    /// @inheritdoc ICentralBankCouncil
    function withdrawCurrency(address currency) external {
        address issuer = _requireAdmitted(currency).issuer;
        require(msg.sender == issuer, CouncilIssuerRequired(currency, issuer, msg.sender));
        uint256 supply = IERC20(currency).totalSupply();
        require(supply == 0, CouncilCurrencyOutstanding(currency, supply));
        _currencies.remove(currency);
        delete _admissions[currency];
        --_issued[issuer];
        emit CurrencyWithdrawn(currency, issuer);
    }

    /// @inheritdoc ICentralBankCouncil
    function suspendCurrency(address currency) external {
        if (_setSuspended(currency, true)) emit CurrencySuspended(currency, msg.sender);
    }

    /// @inheritdoc ICentralBankCouncil
    function resumeCurrency(address currency) external {
        if (_setSuspended(currency, false)) emit CurrencyResumed(currency, msg.sender);
    }

    // ------------------------------------------------------------------- rules

    /// @inheritdoc ICentralBankCouncil
    function setRulebook(bytes32 textHash) external onlyGovernance {
        _setRulebook(textHash);
    }

    /// @inheritdoc ICentralBankCouncil
    function setTiming(Timing calldata timing_) external onlyGovernance {
        _setTiming(timing_);
    }

    /// @inheritdoc ICentralBankCouncil
    function adoptResolution(bytes32 text) external onlyGovernance {
        emit ResolutionAdopted(text);
    }

    // --------------------------------------------------------------- decisions

    /// @inheritdoc Governor
    /// @dev Neither the call nor what it makes carries ether: the council has none.
    function execute(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) public payable override returns (uint256) {
        require(msg.value == 0, CouncilEtherRefused(msg.value));
        return super.execute(targets, values, calldatas, descriptionHash);
    }

    /// @inheritdoc Governor
    /// @dev Refused: a call wrapped in another would hide what a decision is about.
    function relay(address, uint256, bytes calldata) public payable override {
        revert CouncilActionUnknown(msg.sig);
    }

    /// @inheritdoc Governor
    /// @dev Refused, as every token: the council owns nothing.
    function onERC721Received(address, address, uint256, bytes memory) public pure override returns (bytes4) {
        revert GovernorDisabledDeposit();
    }

    /// @inheritdoc Governor
    /// @dev See {onERC721Received}.
    function onERC1155Received(address, address, uint256, uint256, bytes memory) public pure override returns (bytes4) {
        revert GovernorDisabledDeposit();
    }

    /// @inheritdoc Governor
    /// @dev See {onERC721Received}.
    function onERC1155BatchReceived(
        address,
        address,
        uint256[] memory,
        uint256[] memory,
        bytes memory
    ) public pure override returns (bytes4) {
        revert GovernorDisabledDeposit();
    }

    // ------------------------------------------------------------------- views

    /// @inheritdoc ICentralBankCouncil
    function isMember(address account) public view returns (bool) {
        return _members.contains(account);
    }

    /// @inheritdoc ICentralBankCouncil
    function members() external view returns (address[] memory) {
        return _members.values();
    }

    /// @inheritdoc ICentralBankCouncil
    function memberCountAt(uint256 timepoint) public view returns (uint256) {
        return _counts.upperLookupRecent(_time(timepoint));
    }

    /// @inheritdoc ICentralBankCouncil
    function invitedUntil(address account) public view returns (uint256) {
        Invitation memory invitation = _invitations[account];
        return invitation.change == _changes ? invitation.until : 0;
    }

    /// @inheritdoc ICentralBankCouncil
    function currencies() external view returns (address[] memory) {
        return _currencies.values();
    }

    /// @inheritdoc ICentralBankCouncil
    function issuerOf(address currency) external view returns (address) {
        return _admissions[currency].issuer;
    }

    /// @inheritdoc ICentralBankCouncil
    function isOpen(address currency) public view returns (bool) {
        Admission storage admission = _admissions[currency];
        return admission.issuer != address(0) && !admission.suspended;
    }

    /// @inheritdoc ICentralBankCouncil
    function requireOpen(address first, address second) external view {
        require(isOpen(first), CouncilCurrencyNotOpen(first));
        require(isOpen(second), CouncilCurrencyNotOpen(second));
    }

    /// @inheritdoc ICentralBankCouncil
    function rulebook() external view returns (uint256 version_, bytes32 textHash) {
        return (_rulebookVersion, _rulebook);
    }

    /// @inheritdoc ICentralBankCouncil
    function timing() external view returns (Timing memory) {
        return _timing;
    }

    /// @inheritdoc ICentralBankCouncil
    function kindOf(uint256 proposalId) external view returns (DecisionKind) {
        return _kinds[proposalId];
    }

    /// @inheritdoc ICentralBankCouncil
    function requiredVotes(uint256 proposalId) public view returns (uint256) {
        uint256 electorate = memberCountAt(proposalSnapshot(proposalId));
        DecisionKind kind = _kinds[proposalId];
        if (kind == DecisionKind.Admission) return electorate;
        return kind == DecisionKind.Technical ? (electorate * 2 + 2) / 3 : electorate / 2 + 1;
    }

    /// @inheritdoc Governor
    function clock() public view override returns (uint48) {
        return uint48(block.timestamp);
    }

    /// @inheritdoc Governor
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() public pure override returns (string memory) {
        return "mode=timestamp";
    }

    /// @notice How votes count: those for a proposal alone, against {requiredVotes}.
    // solhint-disable-next-line func-name-mixedcase
    function COUNTING_MODE() public pure override returns (string memory) {
        return "support=bravo&quorum=for";
    }

    /// @inheritdoc Governor
    function votingDelay() public view override returns (uint256) {
        return _timing.votingDelay;
    }

    /// @inheritdoc Governor
    function votingPeriod() public view override returns (uint256) {
        return _timing.votingPeriod;
    }

    /// @inheritdoc Governor
    /// @dev Only members propose.
    function proposalThreshold() public pure override returns (uint256) {
        return 1;
    }

    /// @inheritdoc Governor
    /// @dev The least that any decision takes; see {requiredVotes} for a proposal's own.
    function quorum(uint256 timepoint) public view override returns (uint256) {
        return memberCountAt(timepoint) / 2 + 1;
    }

    /// @inheritdoc Governor
    function proposalNeedsQueuing(uint256) public pure override returns (bool) {
        return true;
    }

    /// @inheritdoc Governor
    function state(uint256 proposalId) public view override returns (ProposalState current) {
        current = super.state(proposalId);
        if (current == ProposalState.Active || current == ProposalState.Succeeded || current == ProposalState.Queued) {
            if (_isVoid(proposalId, current)) return ProposalState.Expired;
        }
    }

    // --------------------------------------------------------------- internals

    /// @inheritdoc Governor
    function _propose(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        string memory description,
        address proposer
    ) internal override returns (uint256 proposalId) {
        proposalId = super._propose(targets, values, calldatas, description, proposer);
        DecisionKind kind;
        for (uint256 i = 0; i < targets.length; ++i) {
            require(values[i] == 0, CouncilEtherRefused(values[i]));
            DecisionKind each = _classify(targets[i], calldatas[i]);
            if (each > kind) kind = each;
        }
        _kinds[proposalId] = kind;
        emit DecisionClassified(proposalId, kind);
    }

    function _classify(address target, bytes memory data) private view returns (DecisionKind) {
        if (target != address(this)) return DecisionKind.Technical;
        bytes4 selector = bytes4(data);
        if (selector == this.inviteMember.selector || selector == this.admitCurrency.selector) {
            return DecisionKind.Admission;
        }
        if (selector == this.setRulebook.selector || selector == this.setTiming.selector) {
            return DecisionKind.Technical;
        }
        require(selector == this.adoptResolution.selector, CouncilActionUnknown(selector));
        return DecisionKind.Ordinary;
    }

    /// @dev Whether the members have changed since the vote opened, or the time to go on with it has passed.
    function _isVoid(uint256 proposalId, ProposalState current) private view returns (bool) {
        (, uint48 changed, ) = _counts.latestCheckpoint();
        if (changed > proposalSnapshot(proposalId)) return true;
        if (current == ProposalState.Active) return false;
        uint256 since = current == ProposalState.Queued ? proposalEta(proposalId) : proposalDeadline(proposalId);
        return block.timestamp > since + EXECUTION_PERIOD;
    }

    /// @inheritdoc Governor
    function _getVotes(address account, uint256 timepoint, bytes memory) internal view override returns (uint256) {
        return _votes[account].upperLookupRecent(_time(timepoint));
    }

    /// @inheritdoc GovernorCountingSimple
    function _countVote(
        uint256 proposalId,
        address account,
        uint8 support,
        uint256 weight,
        bytes memory params
    ) internal override returns (uint256) {
        require(weight != 0, CouncilVoteMissing(proposalId, account));
        return super._countVote(proposalId, account, support, weight, params);
    }

    /// @inheritdoc GovernorCountingSimple
    function _quorumReached(uint256 proposalId) internal view override returns (bool) {
        return _voteSucceeded(proposalId);
    }

    /// @inheritdoc GovernorCountingSimple
    function _voteSucceeded(uint256 proposalId) internal view override returns (bool) {
        (, uint256 votesFor, ) = proposalVotes(proposalId);
        return votesFor >= requiredVotes(proposalId);
    }

    /// @inheritdoc Governor
    function _queueOperations(
        uint256,
        address[] memory,
        uint256[] memory,
        bytes[] memory,
        bytes32
    ) internal view override returns (uint48) {
        return uint48(block.timestamp + _timing.timeLock);
    }

    /// @inheritdoc Governor
    function _executeOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override {
        uint256 eta = proposalEta(proposalId);
        require(block.timestamp >= eta, CouncilTimeLocked(proposalId, eta, block.timestamp));
        super._executeOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    function _enter(address account) private {
        require(_members.add(account), CouncilMemberExists(account));
        emit MemberJoined(account, _recordSeat(account, 1));
    }

    /// @dev After the set has changed. The only place that changes who votes.
    function _recordSeat(address account, uint208 votes) private returns (uint256 count) {
        count = _members.length();
        ++_changes;
        _votes[account].push(clock(), votes);
        // as many addresses as gas can pay for
        _counts.push(clock(), uint208(count));
    }

    function _admit(address currency, address issuer) private {
        require(isMember(issuer), CouncilMemberUnknown(issuer));
        Admission storage admission = _admissions[currency];
        require(_currencies.add(currency), CouncilCurrencyExists(currency, admission.issuer));
        admission.issuer = issuer;
        ++_issued[issuer];
        emit CurrencyAdmitted(currency, issuer);
    }

    function _requireAdmitted(address currency) private view returns (Admission storage admission) {
        admission = _admissions[currency];
        require(admission.issuer != address(0), CouncilCurrencyUnknown(currency));
    }

    /// @dev Looks at the currency's authority only after it is known that all members have admitted it.
    function _setSuspended(address currency, bool suspended) private returns (bool changed) {
        Admission storage admission = _requireAdmitted(currency);
        _requireAuthorityOf(currency);
        changed = admission.suspended != suspended;
        admission.suspended = suspended;
    }

    function _setRulebook(bytes32 textHash) private {
        uint256 next = ++_rulebookVersion;
        emit RulebookSet(next, _rulebook, textHash);
        _rulebook = textHash;
    }

    function _setTiming(Timing memory timing_) private {
        _requireWithin(timing_.votingDelay, 0, PERIOD_MAXIMUM);
        _requireWithin(timing_.votingPeriod, PERIOD_MINIMUM, PERIOD_MAXIMUM);
        _requireWithin(timing_.timeLock, PERIOD_MINIMUM, PERIOD_MAXIMUM);
        emit TimingSet(_timing, timing_);
        _timing = timing_;
    }

    function _requireWithin(uint256 value, uint256 minimum, uint256 maximum) private pure {
        require(value >= minimum && value <= maximum, CouncilTimingInvalid(value, minimum, maximum));
    }

    /// @dev Unix seconds in 48 bits, for look-ups: what lies past them is as far away as their end.
    function _time(uint256 timepoint) private pure returns (uint48) {
        return timepoint > type(uint48).max ? type(uint48).max : uint48(timepoint);
    }
}
