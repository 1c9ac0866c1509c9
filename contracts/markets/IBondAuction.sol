// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Hold} from "../ledger/IHoldLedger.sol";
import {Instruction} from "../settlement/ISettlementEngine.sol";

/// @notice What winners pay. Uniform: all the same, the lowest price that is allotted anything. Multiple: each its own.
enum PriceRule {
    Uniform,
    Multiple
}

/// @notice Who takes what is left unsold, at the minimum price.
/// @param account Signs the auction's id.
/// @param share Its part of the underwriters' shares; any scale, more than zero.
struct Underwriter {
    address account;
    uint32 share;
}

/// @notice The terms of an auction. Its id is their EIP-712 digest, so terms never change; each call names them whole.
/// @param issuer Issuer of the asset; its units are sold and it is paid.
/// @param security Token on the register of assets.
/// @param currency Money that the register admits to assets.
/// @param documentHash keccak256 of the announcement's text; tells auctions on equal terms apart.
/// @param lot Units for sale.
/// @param minimumPrice Lowest price of a unit, minor units; what underwriters pay.
/// @param maximumPrice Highest price that a bid may name; lot × maximumPrice is below 2^64.
/// @param tick Prices are multiples of it, minor units.
/// @param minimumUnits Least units of one bid.
/// @param maximumUnits Most units of one bidder, over all its bids; at most the lot.
/// @param guarantee Minor units that are held for each bid, the same for all, so that it says nothing of the bid.
/// @param bids Most bids of the auction, {MAXIMUM_BIDS} at most.
/// @param bidsPerBidder Most bids of one bidder.
/// @param priceRule What winners pay.
/// @param opens Unix seconds: sealed bids are taken from it on …
/// @param reveals … until before this, from which on they are revealed …
/// @param closes … until before this, from which on the lot is allocated.
/// @param settlesFrom Unix seconds: the first moment of settlement (T+0 … T+n).
/// @param settlesUntil Unix seconds, inclusive: its last moment.
/// @param underwriters {MAXIMUM_UNDERWRITERS} at most; none: what is unsold stays with the issuer.
struct AuctionTerms {
    address issuer;
    address security;
    address currency;
    bytes32 documentHash;
    uint64 lot;
    uint64 minimumPrice;
    uint64 maximumPrice;
    uint64 tick;
    uint64 minimumUnits;
    uint64 maximumUnits;
    uint64 guarantee;
    uint16 bids;
    uint8 bidsPerBidder;
    PriceRule priceRule;
    uint40 opens;
    uint40 reveals;
    uint40 closes;
    uint40 settlesFrom;
    uint40 settlesUntil;
    Underwriter[] underwriters;
}

/// @notice A bid in the open. What is placed sealed is its EIP-712 digest together with the auction's id.
/// @param bidder Account that bids, pays and receives.
/// @param units Units wanted.
/// @param price Minor units a unit, the most it pays.
/// @param salt 32 random bytes; without them the digest could be guessed.
struct Bid {
    address bidder;
    uint64 units;
    uint64 price;
    bytes32 salt;
}

/// @notice What decides, together with a bid, what the bid is allotted.
/// @param price Marginal price: above it all is allotted, below it nothing.
/// @param demand Units bid at it.
/// @param remainder With `position`: the last share at it that is rounded up; see {Rounding}.
/// @param position Place of its bid.
struct AuctionCut {
    uint64 price;
    uint80 demand;
    uint80 remainder;
    uint16 position;
}

/// @notice Announced → Allocated → Closed, or Announced → Closed when nobody allocated in time.
enum AuctionStatus {
    None,
    Announced,
    Allocated,
    Closed
}

/// @notice Sealed → Revealed → Settled or Released; Defaulted: revealed, due, and its bidder withheld the money when it
/// was last asked for; Forfeited: its guarantee went to the issuer.
enum BidStatus {
    None,
    Sealed,
    Revealed,
    Defaulted,
    Settled,
    Released,
    Forfeited
}

/// @notice How far an auction has come.
/// @param status Its step.
/// @param sealedBids Bids placed.
/// @param revealedBids Bids revealed.
/// @param round How often the hold on the lot was placed anew.
/// @param underwritten Bit i: underwriter i has taken its units.
/// @param demand Units of all revealed bids.
/// @param outstanding Units allotted or underwritten and not delivered.
struct AuctionState {
    AuctionStatus status;
    uint16 sealedBids;
    uint16 revealedBids;
    uint16 round;
    uint16 underwritten;
    uint80 demand;
    uint64 outstanding;
}

/// @notice What an allocation came to, or has come to so far.
/// @param cut What it was proposed with.
/// @param above Units bid above the marginal price.
/// @param atMargin Units bid at it.
/// @param price Price of the last bid ranked.
/// @param position Its place.
/// @param ranked Bids ranked.
/// @param marginal Units allotted at the marginal price.
/// @param bidRoot Hash chain over the bids in their order: root ← keccak256(root, id of the bid, units allotted).
struct Allocation {
    AuctionCut cut;
    uint80 above;
    uint80 atMargin;
    uint64 price;
    uint16 position;
    uint16 ranked;
    uint64 marginal;
    bytes32 bidRoot;
}

/// @title IBondAuction
/// @notice The primary market: sealed bids for units of an asset, allocated by price, settled delivery versus payment.
/// @dev Immutable, without office, never the owner of anything. Prices are minor units of the currency for one unit, exact
/// integers; times are Unix seconds.
///
/// **Announcing.** The issuer's call binds it: the lot is held on its account (executor this contract), and this contract
/// is its agent in the settlement engine. Underwriters bind themselves by their signature over the auction's id.
///
/// **Bidding.** A bid is placed sealed, as its digest, with its guarantee held on the bidder's account for the issuer; the
/// digest is the hold's reference. Within the reveal window the bidder, or anyone with its signature over the digest,
/// shows the bid. A bid that is not shown, or is outside the terms when shown, is void and its guarantee forfeited:
/// who may withdraw a bid after seeing the others' has bid nothing.
///
/// **Allocation.** Anyone states the cut and hands in all revealed bids in their order (price falling, then place
/// rising) in pages. This contract checks that each bid comes once, that all come, and that what the cut makes of them
/// is the lot, or all that was bid: bids above the marginal price in full, bids at it in proportion by largest remainder.
/// There is one such allocation, so it does not matter who proposes it, and a wrong proposal costs its proposer only.
/// `bidRoot` pins it down for whoever recomputes it from the events.
///
/// **Settlement.** Each winner's units and money move by one instruction of the engine, by the allowances that issuer and
/// bidder gave the engine and with this contract as agent of both. Its guarantee is freed in the same step and
/// counts towards the price. What one winner is refused for stops no other; it is logged and can be tried again until
/// the window ends. A winner that then still withholds the money forfeits its guarantee: it took this contract's
/// authority back, or has not the allowance or the free money. Nobody forfeits for a freeze, a halt, an account that
/// cannot receive or anything on the issuer's side; such a bid's guarantee goes back when the window has ended.
///
/// **Prevented here:** a bid that is changed, taken back, copied or counted twice; more allotted than the lot; more paid
/// than was bid; a bid left out of the allocation; an issuer that sells the lot elsewhere meanwhile; money or units of
/// anybody who did not bid, announce or underwrite here.
/// **Not prevented:** that it is seen who bids and how often (only what is bid is sealed); a chain that keeps a bidder
/// from revealing; one person who bids from several accounts; an underwriter that does not pay, which has signed and
/// answers for it outside; an issuer that takes its allowances back, after which nothing settles and nobody forfeits.
interface IBondAuction {
    /// @notice The lot is held; sealed bids are taken from `terms.opens` on.
    event AuctionAnnounced(bytes32 indexed id, address indexed issuer, address indexed security, AuctionTerms terms);
    /// @notice A sealed bid took place `position`, from 1.
    event BidPlaced(bytes32 indexed id, bytes32 indexed bid, address indexed bidder, uint256 position);
    /// @notice The bid was shown.
    event BidRevealed(
        bytes32 indexed id,
        bytes32 indexed bid,
        address indexed bidder,
        uint256 position,
        uint256 units,
        uint256 price,
        bytes32 salt
    );
    /// @notice `proposer` begins, or begins again, to prove an allocation by this cut.
    event AllocationProposed(bytes32 indexed id, address indexed proposer, AuctionCut cut);
    /// @notice The allocation is proved, for good. `allotted` units are sold, at the margin for `price`.
    event AuctionAllocated(
        bytes32 indexed id,
        address indexed proposer,
        uint256 allotted,
        uint256 price,
        bytes32 bidRoot
    );
    /// @notice The bidder received `units` and paid `price` for each.
    event BidSettled(bytes32 indexed id, bytes32 indexed bid, address indexed bidder, uint256 units, uint256 price);
    /// @notice The bid could not be settled now. `withheld`: because its bidder keeps the money back.
    event BidFailed(bytes32 indexed id, bytes32 indexed bid, address indexed bidder, bool withheld, bytes reason);
    /// @notice The bid's guarantee is its bidder's again.
    event GuaranteeReleased(bytes32 indexed id, bytes32 indexed bid, address indexed bidder);
    /// @notice The bid's guarantee went to the issuer.
    event GuaranteeForfeited(bytes32 indexed id, bytes32 indexed bid, address indexed bidder, uint256 amount);
    /// @notice The underwriter took `units` and paid `price` for each.
    event UnderwritingSettled(bytes32 indexed id, address indexed underwriter, uint256 units, uint256 price);
    /// @notice The auction is over; `unsold` units are the issuer's again.
    event AuctionClosed(bytes32 indexed id, uint256 unsold);

    /// @notice The terms contradict each other or the rules for all auctions.
    error AuctionTermsInvalid(bytes32 id);
    /// @notice Only `expected` may do this.
    error AuctionCallerInvalid(bytes32 id, address caller, address expected);
    /// @notice The auction is not at the step that this needs.
    error AuctionStatusInvalid(bytes32 id, AuctionStatus status);
    /// @notice This is done from `from` until before `until`.
    error AuctionTimeInvalid(bytes32 id, uint256 from, uint256 until, uint256 time);
    /// @notice This contract is not the account's agent in the settlement engine.
    error AuctionAgentMissing(bytes32 id, address account);
    /// @notice The commitments are not one for each underwriter, or this underwriter's is not its signature.
    error AuctionCommitmentInvalid(bytes32 id, uint256 underwriter);
    /// @notice The account cannot receive the units, or is the issuer's.
    error AuctionBidderInvalid(bytes32 id, address bidder);
    /// @notice The auction takes no more bids.
    error AuctionFull(bytes32 id, uint256 limit);
    /// @notice The bidder has placed as many bids as it may.
    error AuctionBidsExceeded(bytes32 id, address bidder, uint256 limit);
    /// @notice The bidder would bid for more units than it may.
    error AuctionUnitsExceeded(bytes32 id, address bidder, uint256 units, uint256 limit);
    /// @notice The bid is not at the step that this needs.
    error AuctionBidStatusInvalid(bytes32 bid, BidStatus status);
    /// @notice The bid is for too few units, or its price is not on the scale.
    error AuctionBidInvalid(bytes32 bid, uint256 units, uint256 price);
    /// @notice The signature is not the bidder's over this bid.
    error AuctionSignatureInvalid(bytes32 bid, address bidder);
    /// @notice A page has so many bids at most.
    error AuctionPageTooLong(uint256 bids, uint256 limit);
    /// @notice The caller has proposed no allocation.
    error AuctionProposalMissing(bytes32 id, address proposer);
    /// @notice The bid does not come after the one before it.
    error AuctionOrderInvalid(bytes32 bid, uint256 price, uint256 position);
    /// @notice All bids are ranked, and the cut does not make the lot, or all that was bid, of them.
    error AuctionCutWrong(bytes32 id, uint256 above, uint256 atMargin, uint256 marginal);
    /// @notice The bid was allotted nothing.
    error AuctionBidUnfilled(bytes32 bid);
    /// @notice The bid's guarantee is still needed.
    error AuctionGuaranteeInUse(bytes32 bid);
    /// @notice The underwriter has nothing to take.
    error AuctionUnderwritingEmpty(bytes32 id, uint256 underwriter);
    /// @notice Units are still to be delivered, and there is time for it.
    error AuctionOutstanding(bytes32 id, uint256 units, uint256 settlesUntil);

    /// @notice Announces an auction and has the lot held.
    /// @dev Caller: the asset's issuer, which allows this contract the lot (again for each page of settlement, so without
    /// limit), allows the engine the lot, and has authorised this contract in the engine. Reverts with
    /// {AuctionStatusInvalid}, {AuctionTermsInvalid}, the register's AssetTokenUnknown and AssetCurrencyUnlisted,
    /// {AuctionCallerInvalid}, {AuctionAgentMissing}, {AuctionCommitmentInvalid}, and with whatever refuses the hold.
    /// @param commitments For each underwriter its signature over the id (EIP-712, ECDSA or ERC-1271).
    function announce(AuctionTerms calldata terms, bytes[] calldata commitments) external returns (bytes32 id);

    /// @notice Places a sealed bid, with its guarantee.
    /// @dev Caller: the bidder, whose allowance to this contract pays the guarantee, or anyone with the bidder's
    /// signature over the hold ({guaranteeOf}), which names the bid. From `opens` until before `reveals`. Reverts with
    /// {AuctionStatusInvalid}, {AuctionTimeInvalid}, {AuctionBidStatusInvalid} (placed before), {AuctionFull},
    /// {AuctionBidsExceeded}, {AuctionBidderInvalid}, {AuctionAgentMissing}, {AuctionCallerInvalid}, and with whatever
    /// refuses the hold.
    /// @param bid Id of the bid: {bidId}.
    /// @return position Its place, from 1; of bids at the same price the earlier is rounded up first.
    function placeBid(
        AuctionTerms calldata terms,
        address bidder,
        bytes32 bid,
        bytes calldata holdSignature
    ) external returns (uint256 position);

    /// @notice Shows a bid.
    /// @dev Caller: the bidder, or anyone with its signature over the bid. From `reveals` until before `closes`. Reverts
    /// with {AuctionStatusInvalid}, {AuctionTimeInvalid}, {AuctionBidStatusInvalid}, {AuctionBidInvalid},
    /// {AuctionUnitsExceeded}, {AuctionSignatureInvalid}.
    function revealBid(AuctionTerms calldata terms, Bid calldata bid, bytes calldata signature) external;

    /// @notice Begins to prove an allocation; what the caller has proved before is forgotten.
    /// @dev Caller: anyone, each for itself. From `closes` until `settlesUntil`. Reverts with {AuctionStatusInvalid},
    /// {AuctionTimeInvalid}.
    function propose(AuctionTerms calldata terms, AuctionCut calldata cut) external;

    /// @notice Ranks the next bids; with the last of them the allocation is proved. None is right if none was revealed.
    /// @dev Caller: whoever proposed, {RANKED_AT_ONCE} bids at most. Reverts with {AuctionStatusInvalid},
    /// {AuctionTimeInvalid}, {AuctionPageTooLong}, {AuctionProposalMissing}, {AuctionBidStatusInvalid},
    /// {AuctionOrderInvalid}, {AuctionCutWrong}.
    /// @return finished Whether the auction is allocated now.
    function rank(AuctionTerms calldata terms, Bid[] calldata bids) external returns (bool finished);

    /// @notice Settles winning bids, each on its own.
    /// @dev Caller: anyone, {SETTLED_AT_ONCE} bids at most, from `settlesFrom` until `settlesUntil`. Reverts with
    /// {AuctionStatusInvalid}, {AuctionTimeInvalid}, {AuctionPageTooLong}, {AuctionBidStatusInvalid},
    /// {AuctionBidUnfilled}, and with whatever refuses the hold on what is left of the lot (an issuer that is frozen or
    /// took its allowance back).
    /// @return delivered Units.
    function settle(AuctionTerms calldata terms, Bid[] calldata bids) external returns (uint256 delivered);

    /// @notice Settles what an underwriter takes, at the minimum price.
    /// @dev Caller: anyone, from `settlesFrom` until `settlesUntil`. Reverts with {AuctionStatusInvalid},
    /// {AuctionTimeInvalid}, {AuctionUnderwritingEmpty}, and with whatever the engine or the tokens refuse.
    /// @param underwriter Its place in the terms, from 0.
    /// @return delivered Units.
    function settleUnderwriting(AuctionTerms calldata terms, uint256 underwriter) external returns (uint256 delivered);

    /// @notice Frees guarantees: of bids that are allotted nothing, at once; of others that never settled, after
    /// `settlesUntil`, unless forfeited.
    /// @dev Caller: anyone, {SETTLED_AT_ONCE} bids at most. Reverts with {AuctionPageTooLong}, {AuctionBidStatusInvalid},
    /// {AuctionGuaranteeInUse}.
    function release(AuctionTerms calldata terms, Bid[] calldata bids) external;

    /// @notice Pays a sealed bid's guarantee to the issuer: not shown by `closes`, or in default after `settlesUntil`.
    /// @dev Caller: anyone. Reverts with {AuctionBidStatusInvalid}, {AuctionTimeInvalid}, and with whatever refuses the
    /// issuer as payee.
    /// @param bid Id of the bid.
    function forfeit(AuctionTerms calldata terms, address bidder, bytes32 bid) external;

    /// @notice Ends the auction once all is delivered, or after `settlesUntil`, and frees what is left of the lot.
    /// @dev Caller: anyone. Reverts with {AuctionStatusInvalid}, {AuctionOutstanding}.
    /// @return unsold Units that are the issuer's again.
    function close(AuctionTerms calldata terms) external returns (uint256 unsold);

    /// @notice Frees a bid's guarantee and settles its instruction, both or neither.
    /// @dev Caller: this contract itself, so that a refusal undoes one bid and not a page. Reverts with
    /// {AuctionCallerInvalid}, and with whatever the engine or the tokens refuse.
    function deliver(Instruction calldata instruction, address currency, Hold calldata guarantee) external;

    /// @notice Id of an auction: the EIP-712 digest of its terms, which its underwriters sign.
    function auctionId(AuctionTerms calldata terms) external view returns (bytes32);

    /// @notice Id of a bid: its EIP-712 digest, which is placed sealed and signed to show it.
    function bidId(bytes32 auction, Bid calldata bid) external view returns (bytes32);

    /// @notice The hold that guarantees a bid.
    function guaranteeOf(AuctionTerms calldata terms, address bidder, bytes32 bid) external view returns (Hold memory);

    /// @notice The hold on the lot, or on what is left of it, under its present terms.
    function lotHoldOf(AuctionTerms calldata terms) external view returns (Hold memory);

    /// @notice How far an auction has come.
    function auctionStateOf(bytes32 id) external view returns (AuctionState memory);

    /// @notice How far a bid has come, and its place.
    function bidStateOf(
        bytes32 id,
        address bidder,
        bytes32 bid
    ) external view returns (BidStatus status, uint256 position);

    /// @notice How many bids a bidder has placed, and for how many units it has shown bids.
    function bidderStateOf(bytes32 id, address bidder) external view returns (uint256 bids, uint256 units);

    /// @notice The allocation that was proved; all zero before.
    function allocationOf(bytes32 id) external view returns (Allocation memory);

    /// @notice What `proposer` has proved so far; all zero when it proposed nothing.
    function proposalOf(bytes32 id, address proposer) external view returns (Allocation memory);

    /// @notice What a bid was allotted and what it pays for each unit; zero units if nothing.
    /// @dev Reverts with {AuctionStatusInvalid} before the allocation, {AuctionBidStatusInvalid} if the bid was not
    /// revealed or its guarantee is forfeited.
    function allotmentOf(
        AuctionTerms calldata terms,
        Bid calldata bid
    ) external view returns (uint256 units, uint256 price);

    /// @notice Units that an underwriter takes, taken ones included.
    /// @dev Reverts with {AuctionStatusInvalid} before the allocation, {AuctionUnderwritingEmpty} without such a one.
    function underwritingOf(AuctionTerms calldata terms, uint256 underwriter) external view returns (uint256 units);

    /// @notice The settlement engine.
    function ENGINE() external view returns (address);

    /// @notice The register of assets.
    function REGISTER() external view returns (address);

    /// @notice Most bids of an auction.
    function MAXIMUM_BIDS() external view returns (uint256);

    /// @notice Most underwriters of an auction.
    function MAXIMUM_UNDERWRITERS() external view returns (uint256);

    /// @notice Most bids ranked in one call.
    function RANKED_AT_ONCE() external view returns (uint256);

    /// @notice Most bids settled or released in one call.
    function SETTLED_AT_ONCE() external view returns (uint256);

    /// @notice Seconds after `settlesUntil` for which guarantees stay held if nobody frees them.
    function GUARANTEE_PERIOD() external view returns (uint256);
}
