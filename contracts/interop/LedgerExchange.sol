// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AuthorityUtils} from "@openzeppelin/contracts/access/manager/AuthorityUtils.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Hold, IHoldLedger} from "../ledger/IHoldLedger.sol";
import {IForeignLedger, LogProof} from "./IForeignLedger.sol";
import {ExchangeLeg, ExchangeTerms, ILedgerExchange} from "./ILedgerExchange.sol";
import {Peer} from "./Peer.sol";

/// @title LedgerExchange
/// @notice See {ILedgerExchange}.
/// @dev Immutable and without an owner. Tokens are named by the terms, so a false one can only cheat those who agreed to it;
/// records are written before any token is called.
contract LedgerExchange is ILedgerExchange, Peer {
    bytes32 private constant LEG_TYPEHASH = keccak256(
        "ExchangeLeg(uint256 chainId,address exchange,address token,address giver,address taker,uint256 amount)"
    );
    bytes32 private constant TERMS_TYPEHASH = keccak256(
        "ExchangeTerms(ExchangeLeg decider,ExchangeLeg follower,uint256 deadline,bytes32 salt)"
        "ExchangeLeg(uint256 chainId,address exchange,address token,address giver,address taker,uint256 amount)"
    );

    uint256 private constant NEVER = type(uint48).max;

    /// @inheritdoc ILedgerExchange
    uint256 public constant RULING_DELAY = 30 days;

    address private immutable AUTHORITY;
    address private immutable FOREIGN_AUTHORITY;

    // A hold's id comes of its terms alone, so the token is part of what names it.
    mapping(address token => mapping(bytes32 holdId => Standing)) private _standings;
    mapping(bytes32 id => Decision) private _decisions;
    mapping(bytes32 id => mapping(address authority => Endorsement)) private _endorsements;

    /// @param peer_ Address of the contract on the other ledger, which may not exist yet.
    /// @param authority_ Of this ledger's central bank.
    /// @param foreignAuthority_ Of the other ledger's central bank, on this ledger.
    constructor(
        IForeignLedger foreignLedger_,
        address peer_,
        address authority_,
        address foreignAuthority_
    ) Peer(foreignLedger_, peer_) {
        require(
            authority_.code.length != 0 && foreignAuthority_.code.length != 0 && authority_ != foreignAuthority_,
            ExchangeAuthorityInvalid(authority_, foreignAuthority_)
        );
        AUTHORITY = authority_;
        FOREIGN_AUTHORITY = foreignAuthority_;
    }

    // -------------------------------------------------------------- the decider

    /// @inheritdoc ILedgerExchange
    function decide(ExchangeTerms calldata terms, LogProof calldata proof) external returns (bytes32 id) {
        id = _requireOpen(terms);
        _requireProven(id, proof, Armed.selector);
        _beforeDecide(id, terms.decider.amount);

        _decisions[id] = Decision.Captured;
        emit Decided(id, true);
        _capture(terms.decider, _hold(terms.decider, id, terms.deadline));
    }

    /// @inheritdoc ILedgerExchange
    function callOff(ExchangeTerms calldata terms) external returns (bytes32 id) {
        id = _requireOpen(terms);
        ExchangeLeg calldata leg = terms.decider;
        // the decider's giver may as well withdraw its hold, and the taker waives what is its own
        require(
            block.timestamp >= terms.deadline || msg.sender == leg.giver || msg.sender == leg.taker,
            ExchangeNotDue(id, terms.deadline, block.timestamp)
        );

        _decisions[id] = Decision.Released;
        emit Decided(id, false);
        Hold memory hold = _hold(leg, id, terms.deadline);
        (uint256 remaining, ) = _ledger(leg).holdState(_ledger(leg).holdId(hold));
        // it may never have been placed, or have been freed by time
        if (remaining != 0) _ledger(leg).releaseHold(hold);
    }

    /// @inheritdoc ILedgerExchange
    function restateDecision(bytes32 id) external {
        Decision decision = _decisions[id];
        require(decision != Decision.Open, ExchangeUndecided(id));
        emit Decided(id, decision == Decision.Captured);
    }

    // ------------------------------------------------------------- the follower

    /// @inheritdoc ILedgerExchange
    function arm(ExchangeTerms calldata terms) external returns (bytes32 id) {
        id = _requireHere(terms, terms.follower, terms.decider);
        ExchangeLeg calldata leg = terms.follower;
        bytes32 holdId = _ledger(leg).holdId(_hold(leg, id, NEVER));
        Standing standing = _standings[leg.token][holdId];
        require(standing == Standing.None, ExchangeAlreadyArmed(id, standing));
        _requireHeld(leg, id, holdId);
        _beforeArm(id, leg.amount);

        _standings[leg.token][holdId] = Standing.Armed;
        _stateArming(leg, id, holdId);
    }

    /// @inheritdoc ILedgerExchange
    function restateArming(ExchangeTerms calldata terms) external {
        (bytes32 id, , bytes32 holdId) = _requireArmed(terms);
        _stateArming(terms.follower, id, holdId);
    }

    /// @inheritdoc ILedgerExchange
    function follow(ExchangeTerms calldata terms, LogProof calldata proof) external returns (bytes32 id) {
        Hold memory hold;
        bytes32 holdId;
        (id, hold, holdId) = _requireArmed(terms);
        bool captured = abi.decode(_requireProven(id, proof, Decided.selector), (bool));
        _follow(terms.follower, id, hold, holdId, captured);
    }

    /// @inheritdoc ILedgerExchange
    function complete(ExchangeTerms calldata terms) external returns (bytes32 id) {
        Hold memory hold;
        Standing standing;
        (id, hold, , standing) = _followed(terms);
        require(standing == Standing.Captured, ExchangeNotCaptured(id, standing));
        emit Completed(id);
        _capture(terms.follower, hold);
    }

    /// @inheritdoc ILedgerExchange
    function withdraw(address token, Hold calldata hold) external returns (uint256 released) {
        bytes32 holdId = IHoldLedger(token).holdId(hold);
        require(msg.sender == hold.payer, ExchangePayerMismatch(holdId, msg.sender, hold.payer));
        Standing standing = _standings[token][holdId];
        require(standing != Standing.Armed && standing != Standing.Captured, ExchangeHoldBound(holdId, standing));
        emit HoldWithdrawn(holdId, token, msg.sender);
        return IHoldLedger(token).releaseHold(hold);
    }

    // --------------------------------------------------- the decider's ledger lost

    /// @inheritdoc ILedgerExchange
    function endorse(address authority, ExchangeTerms calldata terms, bool captured, bytes32 legalBasis) external {
        _requireOfficer(authority);
        (bytes32 id, , ) = _requireArmed(terms);
        require(legalBasis != 0, ExchangeLegalBasisMissing(id));
        _endorsements[id][authority] = Endorsement(uint48(block.timestamp), captured, legalBasis);
        emit OutcomeEndorsed(id, authority, msg.sender, captured, legalBasis);
    }

    /// @inheritdoc ILedgerExchange
    function retract(address authority, bytes32 id) external {
        _requireOfficer(authority);
        _requireEndorsed(id, authority);
        delete _endorsements[id][authority];
        emit EndorsementRetracted(id, authority, msg.sender);
    }

    /// @inheritdoc ILedgerExchange
    function rule(ExchangeTerms calldata terms) external returns (bytes32 id) {
        Hold memory hold;
        bytes32 holdId;
        (id, hold, holdId) = _requireArmed(terms);
        Endorsement memory own = _requireEndorsed(id, AUTHORITY);
        Endorsement memory foreign = _requireEndorsed(id, FOREIGN_AUTHORITY);
        require(own.captured == foreign.captured, ExchangeEndorsementsDiffer(id));
        uint256 due = Math.max(Math.max(own.since, foreign.since), terms.deadline) + RULING_DELAY;
        require(block.timestamp >= due, ExchangeRulingNotDue(id, due, block.timestamp));

        emit Ruled(id, own.captured, own.legalBasis, foreign.legalBasis);
        _follow(terms.follower, id, hold, holdId, own.captured);
    }

    // ------------------------------------------------------------------- views

    /// @inheritdoc ILedgerExchange
    function exchangeId(ExchangeTerms calldata terms) public pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    TERMS_TYPEHASH,
                    keccak256(abi.encode(LEG_TYPEHASH, terms.decider)),
                    keccak256(abi.encode(LEG_TYPEHASH, terms.follower)),
                    terms.deadline,
                    terms.salt
                )
            );
    }

    /// @inheritdoc ILedgerExchange
    function holdsOf(ExchangeTerms calldata terms) external pure returns (Hold memory decider, Hold memory follower) {
        bytes32 id = exchangeId(terms);
        return (_hold(terms.decider, id, terms.deadline), _hold(terms.follower, id, NEVER));
    }

    /// @inheritdoc ILedgerExchange
    function standingOf(ExchangeTerms calldata terms) external view returns (Standing standing) {
        (, , , standing) = _followed(terms);
    }

    /// @inheritdoc ILedgerExchange
    function decisionOf(bytes32 id) external view returns (Decision) {
        return _decisions[id];
    }

    /// @inheritdoc ILedgerExchange
    function endorsementOf(bytes32 id, address authority) external view returns (Endorsement memory) {
        return _endorsements[id][authority];
    }

    /// @inheritdoc ILedgerExchange
    function authorities() external view returns (address authority, address foreignAuthority) {
        return (AUTHORITY, FOREIGN_AUTHORITY);
    }

    // -------------------------------------------------------------------- heirs

    /// @dev What an heir asks before the follower's half is bound.
    // solhint-disable-next-line no-empty-blocks
    function _beforeArm(bytes32 id, uint256 amount) internal virtual {}

    /// @dev What an heir asks before the exchange is decided to take place.
    // solhint-disable-next-line no-empty-blocks
    function _beforeDecide(bytes32 id, uint256 amount) internal virtual {}

    /// @dev What an heir notes when the decision has reached the follower. It must not revert.
    // solhint-disable-next-line no-empty-blocks
    function _afterFollow(bytes32 id, uint256 amount, bool captured) internal virtual {}

    // --------------------------------------------------------------- internals

    /// @dev The hold that the decider's giver places.
    function _deciderHoldId(ExchangeTerms calldata terms, bytes32 id) internal pure returns (bytes32) {
        return _ledger(terms.decider).holdId(_hold(terms.decider, id, terms.deadline));
    }

    function _requireHeld(ExchangeLeg calldata leg, bytes32 id, bytes32 holdId) internal view {
        (uint256 remaining, ) = _ledger(leg).holdState(holdId);
        require(remaining != 0 && remaining == leg.amount, ExchangeHoldMissing(id, holdId, remaining, leg.amount));
    }

    function _stateArming(ExchangeLeg calldata leg, bytes32 id, bytes32 holdId) private {
        emit Armed(id, leg.token, leg.giver, leg.taker, leg.amount, holdId);
    }

    /// @dev The verdict first: it must not depend on whether the taker can be paid now.
    function _follow(ExchangeLeg calldata leg, bytes32 id, Hold memory hold, bytes32 holdId, bool captured) private {
        _standings[leg.token][holdId] = captured ? Standing.Captured : Standing.Released;
        emit Followed(id, captured);
        _afterFollow(id, leg.amount, captured);
        if (!captured) {
            _ledger(leg).releaseHold(hold);
            return;
        }
        try _ledger(leg).captureHold(hold, leg.taker, leg.amount) {
            emit Completed(id);
        } catch (bytes memory reason) {
            emit CompletionDeferred(id, reason);
        }
    }

    function _capture(ExchangeLeg calldata leg, Hold memory hold) private {
        _ledger(leg).captureHold(hold, leg.taker, leg.amount);
    }

    function _followed(
        ExchangeTerms calldata terms
    ) private view returns (bytes32 id, Hold memory hold, bytes32 holdId, Standing standing) {
        id = _requireHere(terms, terms.follower, terms.decider);
        hold = _hold(terms.follower, id, NEVER);
        holdId = _ledger(terms.follower).holdId(hold);
        standing = _standings[terms.follower.token][holdId];
    }

    function _hold(ExchangeLeg calldata leg, bytes32 id, uint256 expiry) private pure returns (Hold memory) {
        return Hold(leg.giver, leg.taker, leg.exchange, leg.amount, expiry, id);
    }

    function _ledger(ExchangeLeg calldata leg) private pure returns (IHoldLedger) {
        return IHoldLedger(leg.token);
    }

    // ------------------------------------------------------------------ checks

    function _requireHere(
        ExchangeTerms calldata terms,
        ExchangeLeg calldata own,
        ExchangeLeg calldata other
    ) internal view returns (bytes32 id) {
        id = exchangeId(terms);
        require(
            own.chainId == block.chainid && own.exchange == address(this),
            ExchangeElsewhere(id, own.chainId, own.exchange)
        );
        require(
            other.chainId == FOREIGN_CHAIN && other.exchange == PEER,
            ExchangePeerMismatch(id, other.chainId, other.exchange)
        );
    }

    function _requireOpen(ExchangeTerms calldata terms) private view returns (bytes32 id) {
        id = _requireHere(terms, terms.decider, terms.follower);
        require(_decisions[id] == Decision.Open, ExchangeAlreadyDecided(id, _decisions[id]));
    }

    function _requireArmed(
        ExchangeTerms calldata terms
    ) private view returns (bytes32 id, Hold memory hold, bytes32 holdId) {
        Standing standing;
        (id, hold, holdId, standing) = _followed(terms);
        require(standing == Standing.Armed, ExchangeNotArmed(id, standing));
    }

    function _requireOfficer(address authority) private view {
        require(authority == AUTHORITY || authority == FOREIGN_AUTHORITY, ExchangeAuthorityUnknown(authority));
        (bool immediate, ) = AuthorityUtils.canCallWithDelay(authority, msg.sender, address(this), msg.sig);
        require(immediate, ExchangeOfficerUnauthorized(authority, msg.sender));
    }

    function _requireEndorsed(bytes32 id, address authority) private view returns (Endorsement memory endorsement) {
        endorsement = _endorsements[id][authority];
        require(endorsement.since != 0, ExchangeEndorsementMissing(id, authority));
    }
}
