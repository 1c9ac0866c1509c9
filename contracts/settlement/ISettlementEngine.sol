// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Hold} from "../ledger/IHoldLedger.sol";

/// @notice One movement of an instruction.
/// @param token ERC-20 token, or a token that keeps holds (IHoldLedger).
/// @param from Who gives; has to consent to the whole instruction.
/// @param to Who is paid; another account than `from`.
/// @param amount Minor units, more than zero.
struct Leg {
    address token;
    address from;
    address to;
    uint256 amount;
}

/// @notice Movements that happen all together or not at all.
/// @param businessRef Reference of the initiator, the giver of the first leg. Each of its references ends once.
/// @param notBefore Unix seconds; settlement is possible from it on.
/// @param notAfter Unix seconds; settlement is possible up to and including it. 2^48 − 1: no end.
/// @param nettable Whether the givers also agree to a net settlement together with other instructions.
struct Instruction {
    bytes32 businessRef;
    uint48 notBefore;
    uint48 notAfter;
    bool nettable;
    Leg[] legs;
}

/// @notice An instruction with what proves its givers' consent.
/// @param consents One signature per distinct giver, in order of first appearance in the legs. An empty or missing one
///   means: see whether the giver calls, has affirmed, has covered all its legs by holds, or has the caller as agent.
/// @param holds Empty, or parallel to the legs. An entry without executor: the leg moves by allowance.
struct SettlementItem {
    Instruction instruction;
    bytes[] consents;
    Hold[] holds;
}

/// @notice A line of the table of net positions.
struct NetKey {
    address token;
    address account;
}

/// @notice How far an initiator's reference has come. Settled and Cancelled are for ever.
enum InstructionStatus {
    Open,
    Settled,
    Cancelled
}

/// @title ISettlementEngine
/// @notice Exchanges value between accounts that have all consented: an instruction is a list of movements that happen
/// together or not at all, once, and never again.
/// @dev Immutable, without owner, and never the owner of any value. Value moves straight from giver to receiver, by the
/// giver's ERC-20 allowance or by the capture of a hold that is bound to the instruction. An account that gave this
/// contract neither an allowance nor a hold cannot be reached through it.
///
/// **Id.** The EIP-712 digest of the instruction in this contract's domain ("SettlementEngine", "1"): what a giver
/// signs is the id, it is the same in affirmations, holds and events, and it differs between chains and engines.
///
/// **Record.** Two bits for each (initiator, businessRef). References that share their upper 249 bits share one storage
/// word: an initiator that counts 0, 1, 2 … pays 5,000 gas for the record where random references pay 22,100. Several
/// instructions may carry one reference (a quote and its replacement): the first to settle ends it for all of them.
///
/// **Consent** of every giver to the whole instruction, in one of these forms:
/// (a) its signature over the id (ECDSA or ERC-1271); a signature can be withdrawn by {cancel} only;
/// (b) its affirmation by {affirm} or {queue}, which {revoke} ends;
/// (c) its own call;
/// (d) holds: executor this contract, businessRef the id, payer the giver, on the token and of the amount of the leg,
/// for every leg it gives. A hold speaks for its own leg alone: a token that lies about holds gives away only itself,
/// and a spender that places one commits no more than it might have spent;
/// (e) its agent's call: a contract that the giver has authorised by {authorizeAgent} settles the instruction itself.
/// What an authorisation means: the agent's code decides, in the giver's place, what the giver gives, in any token and
/// as far as the giver's allowances to this contract reach, until the authorisation is withdrawn. Authorise only code
/// that is known and cannot change (a proxy's owner, or the key of an account with delegated code, would decide
/// instead), whose own rules say what binds the giver, and limit the allowances to what it is used for. An agent
/// speaks at settlement alone: it neither cancels, queues nor affirms for the giver.
///
/// **Finality.** An instruction is final when {settle}, {settleMany}, {trySettleMany} or {settleNet} has recorded it;
/// a status other than Open never changes again. Until then the initiator may cancel, and who has affirmed may revoke.
/// Whoever needs an earlier point of no return takes a hold whose executor is a third party: its payer cannot undo it.
///
/// **Delivery models** (CPSS 1992). 1, gross and gross: a trade is one instruction with both legs, {settle}. 2,
/// securities gross and funds net: the delivery is one instruction, settled at once; the payment another, nettable,
/// {queue}d in the same `multicall` and settled by {settleNet} at the end of the cycle, with a hold as guarantee. 3, net
/// and net: trades as in 1, nettable, by {settleNet} at the end of the cycle. `test/settlement/DeliveryModels.test.ts`
/// asserts each definition.
///
/// **Rules of the tokens** (limits, freezing, halting, caps) hold for the movements that happen: all legs when settled
/// gross, the net amounts when settled net. Errors of a token pass through unchanged.
///
/// Re-entrancy: while one settlement runs, every function that settles, cancels or releases is locked; a token that is
/// called for a leg already sees the instruction as Settled.
/// Not protected: a token that moves other amounts than it was told (choose the tokens you consent to); who settles
/// when (anyone who has the consents may, within the window); the time between a first and a last signature, in which
/// the last signer is free to walk away (use a short window); holds in the engine's favour that are bound to no
/// instruction (they end by their expiry alone).
interface ISettlementEngine {
    /// @notice The instruction has settled, finally.
    event InstructionSettled(bytes32 indexed id, address indexed initiator, bytes32 indexed businessRef);
    /// @notice The reference ended without settlement, by the giver `by`.
    event InstructionCancelled(bytes32 indexed id, address indexed initiator, bytes32 indexed businessRef, address by);
    /// @notice `giver` has consented to the instruction, until it revokes.
    event InstructionAffirmed(bytes32 indexed id, address indexed giver);
    /// @notice `giver` has withdrawn its affirmation.
    event InstructionRevoked(bytes32 indexed id, address indexed giver);
    /// @notice `giver` lets `agent` consent for it from now on, or no longer.
    event AgentAuthorized(address indexed giver, address indexed agent, bool authorized);
    /// @notice A batch went on without this instruction. `reason` is what it reverted with, 1,024 bytes at most.
    event InstructionFailed(bytes32 indexed id, bytes reason);
    /// @notice The instruction waits; the whole of it, so that the queue can be rebuilt from events.
    event InstructionQueued(
        bytes32 indexed id,
        address indexed initiator,
        uint256 sequence,
        uint8 priority,
        Instruction instruction
    );
    /// @notice The instruction waits with another priority.
    event InstructionPrioritized(bytes32 indexed id, address indexed by, uint8 previous, uint8 current);
    /// @notice A giver took the instruction out of the queue.
    event InstructionDequeued(bytes32 indexed id, address indexed by);
    /// @notice `instructions` have settled together by `transfers` net movements.
    /// @dev `batchId` is the hash of the ids in the order given.
    event NetSettled(bytes32 indexed batchId, address indexed proposer, uint256 instructions, uint256 transfers);

    /// @notice The instruction has no leg.
    error InstructionEmpty(bytes32 id);
    /// @notice The leg moves nothing, or from an account to itself.
    error InstructionLegInvalid(bytes32 id, uint256 leg);
    /// @notice The window has not opened.
    error InstructionNotYetValid(bytes32 id, uint256 notBefore, uint256 time);
    /// @notice The window has closed.
    error InstructionExpired(bytes32 id, uint256 notAfter, uint256 time);
    /// @notice The initiator's reference was settled or cancelled before.
    error InstructionAlreadyEnded(bytes32 id, InstructionStatus status);
    /// @notice The instruction may still settle.
    error InstructionNotEnded(bytes32 id);
    /// @notice The giver has not consented in any form.
    error InstructionConsentMissing(bytes32 id, address giver);
    /// @notice Only another account's code can be an agent.
    error InstructionAgentInvalid(address agent);
    /// @notice The signature is not the giver's over this instruction.
    error InstructionSignatureInvalid(bytes32 id, address giver);
    /// @notice More consents were given than there are givers.
    error InstructionConsentsExcessive(bytes32 id, uint256 consents, uint256 givers);
    /// @notice Holds are neither absent nor parallel to the legs.
    error InstructionHoldsMismatch(bytes32 id, uint256 holds, uint256 legs);
    /// @notice The hold is not bound to this instruction, or its terms are not the leg's.
    error InstructionHoldMismatch(bytes32 id, uint256 leg);
    /// @notice The hold is bound to something else.
    error InstructionHoldUnbound(bytes32 id, bytes32 businessRef);
    /// @notice The caller gives nothing in this instruction.
    error InstructionCallerNotGiver(bytes32 id, address caller);
    /// @notice The givers have not agreed to net settlement.
    error InstructionNotNettable(bytes32 id);
    /// @notice The instruction waits already.
    error InstructionAlreadyQueued(bytes32 id);
    /// @notice The instruction does not wait.
    error InstructionNotQueued(bytes32 id);
    /// @notice There is nothing to settle.
    error NetEmpty();
    /// @notice The table is not strictly ascending by (token, account) at this line.
    error NetKeysUnsorted(uint256 key);
    /// @notice The table's line `key` is not the leg's token and account.
    error NetKeyMismatch(bytes32 id, uint256 leg, uint256 key);
    /// @notice The indices do not cover the legs of the batch, four bytes each.
    error NetIndicesMismatch(uint256 length, uint256 expected);
    /// @notice The amount is too large to be netted.
    error NetAmountExceeded(bytes32 id, uint256 leg, uint256 amount, uint256 limit);

    /// @notice Settles one instruction gross: all legs, in their order, or nothing.
    /// @dev Caller: anyone who has the consents. A leg with a hold captures it: the hold's executor is this contract,
    /// its businessRef the id, its payer the leg's giver, its payee the leg's receiver or nobody, its amount the leg's.
    /// Reverts with {InstructionEmpty}, {InstructionLegInvalid}, {InstructionNotYetValid}, {InstructionExpired},
    /// {InstructionAlreadyEnded}, {InstructionConsentMissing}, {InstructionSignatureInvalid},
    /// {InstructionConsentsExcessive}, {InstructionHoldsMismatch}, {InstructionHoldMismatch}, SafeERC20FailedOperation
    /// (no code, or the token answers false), and with whatever the tokens refuse.
    function settle(
        Instruction calldata instruction,
        bytes[] calldata consents,
        Hold[] calldata holds
    ) external returns (bytes32 id);

    /// @notice Settles many instructions gross, in their order, all or none.
    /// @dev Caller and errors as {settle}.
    function settleMany(SettlementItem[] calldata items) external returns (bytes32[] memory ids);

    /// @notice Settles many instructions gross, in their order, each on its own: what one is refused for leaves the
    /// others untouched and is logged ({InstructionFailed}); a failed one stays open.
    /// @dev Caller as {settle}. Never reverts for an instruction's sake. Not protected: a token that burns all gas given
    /// to it ends the whole call, as every call that runs out of gas.
    /// @return settled Parallel to `items`.
    function trySettleMany(SettlementItem[] calldata items) external returns (bool[] memory settled);

    /// @notice Settles many instructions at once, all or none, by moving only what each account owes in sum per token,
    /// straight from net payers to net receivers.
    /// @dev Caller: anyone who has the consents; every instruction is nettable. The caller proposes, this contract
    /// verifies: consents, windows and single use as in {settle}; the table against every leg; that positions sum to
    /// zero for each token. What is feasible is decided by the movements themselves: they succeed exactly when every
    /// account's balance before, less what it gives, plus what it receives, is not negative in any token, and the
    /// tokens' own rules allow the net movement. The order of a queue is **not** enforced: any feasible set may
    /// be proposed, also one that overtakes.
    /// An account whose position is zero moves nothing and is looked at by no token.
    /// Net payers pay by allowance. Holds given with an item (bound to it, of the leg's token and payer) are released
    /// first, so that committed cover can pay the net amount; where a hold is not the consent it may have any amount.
    /// Reverts like {settle}, and with {NetEmpty}, {InstructionNotNettable}, {NetKeysUnsorted}, {NetKeyMismatch},
    /// {NetIndicesMismatch}, {NetAmountExceeded}.
    /// @param keys Every (token, account) of the batch, strictly ascending.
    /// @param indices Four bytes for each leg, in order: line of the giver, line of the receiver, 16 bits each.
    /// @return batchId Hash of the ids.
    function settleNet(
        SettlementItem[] calldata items,
        NetKey[] calldata keys,
        bytes calldata indices
    ) external returns (bytes32 batchId);

    /// @notice Consents to the instruction with this id, until {revoke}.
    /// @dev Caller: a giver. Whoever affirms without being one changes nothing. Affirming again changes nothing.
    function affirm(bytes32 id) external;

    /// @notice Withdraws {affirm}. Without effect on an instruction that has settled.
    /// @dev Caller: whoever affirmed. Revoking what is not affirmed changes nothing.
    function revoke(bytes32 id) external;

    /// @notice Lets a contract consent for the caller, to every instruction that the contract itself settles, or no
    /// longer. See form (e) of consent above for how far that reaches.
    /// @dev Caller: a giver, for itself. Takes effect at once, and on what is not settled yet. Repeating changes nothing.
    /// Reverts with {InstructionAgentInvalid} if an account without code, or the caller, is authorised; withdrawing is
    /// always possible. Not protected: code that comes to, or leaves, the agent's address afterwards.
    function authorizeAgent(address agent, bool authorized) external;

    /// @notice Ends the instruction's reference without settlement, for ever.
    /// @dev Caller: a giver. Another than the initiator needs the initiator's consent to the instruction (`signature`,
    /// or empty if it has affirmed), so that nobody's reference can be ended by a stranger. Reverts with
    /// {InstructionEmpty}, {InstructionCallerNotGiver}, {InstructionConsentMissing}, {InstructionSignatureInvalid},
    /// {InstructionAlreadyEnded}.
    /// @param initiatorConsent The initiator's signature; not looked at when the initiator calls.
    function cancel(Instruction calldata instruction, bytes calldata initiatorConsent) external returns (bytes32 id);

    /// @notice Gives a hold that is bound to an instruction back to its payer once the instruction cannot settle any
    /// more: its reference has ended, or its window has closed.
    /// @dev Caller: anyone. Reverts with {InstructionEmpty}, {InstructionNotEnded}, {InstructionHoldUnbound}, and with
    /// whatever the token says of the hold.
    /// @return released Minor units given back.
    function releaseBoundHold(
        address token,
        Instruction calldata instruction,
        Hold calldata hold
    ) external returns (uint256 released);

    /// @notice Puts an instruction with all its consents into the queue. Consents by signature become affirmations.
    /// @dev Caller: a giver. The queue is a public record of what waits; nothing depends on it, and settled
    /// instructions stay in it. Reverts with {InstructionEmpty}, {InstructionLegInvalid}, {InstructionExpired},
    /// {InstructionAlreadyEnded}, {InstructionAlreadyQueued}, {InstructionCallerNotGiver}, {InstructionConsentMissing},
    /// {InstructionSignatureInvalid}, {InstructionConsentsExcessive}.
    /// @param priority The higher goes first, as far as a proposer honours it.
    function queue(
        Instruction calldata instruction,
        bytes[] calldata consents,
        uint8 priority
    ) external returns (bytes32 id);

    /// @notice Gives a waiting instruction another priority; its place of arrival stays.
    /// @dev Caller: a giver. Reverts with {InstructionCallerNotGiver}, {InstructionNotQueued}. Repeating changes nothing.
    function setPriority(Instruction calldata instruction, uint8 priority) external returns (bytes32 id);

    /// @notice Takes an instruction out of the queue and withdraws the caller's affirmation.
    /// @dev Caller: a giver. Reverts with {InstructionCallerNotGiver}, {InstructionNotQueued}. Not protected: a
    /// signature given earlier stays valid; {cancel} ends it.
    function dequeue(Instruction calldata instruction) external returns (bytes32 id);

    /// @notice Hands an ERC-2612 permit in favour of this contract to a token and ignores a refusal.
    /// @dev Caller: anyone. Meant for `multicall` before a settlement: a permit that somebody else has handed in first
    /// is refused by the token and has yet given the allowance. Whether that suffices is decided by the settlement.
    /// @return granted Whether the token accepted the permit.
    function tryPermit(
        address token,
        address owner,
        uint256 value,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external returns (bool granted);

    /// @notice Id of an instruction: its EIP-712 digest in this contract's domain.
    function instructionId(Instruction calldata instruction) external view returns (bytes32);

    /// @notice How far an initiator's reference has come.
    function statusOf(address initiator, bytes32 businessRef) external view returns (InstructionStatus);

    /// @notice Whether `giver` has affirmed and not revoked.
    function isAffirmed(bytes32 id, address giver) external view returns (bool);

    /// @notice Whether `agent` may consent for `giver`.
    function isAgent(address giver, address agent) external view returns (bool);

    /// @notice Place of arrival (from 1) and priority in the queue; zero for what does not wait.
    function queueEntry(bytes32 id) external view returns (uint256 sequence, uint8 priority);
}
