// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IAssetRegistry} from "../assets/IAssetRegistry.sol";
import {Rounding} from "../assets/Rounding.sol";
import {Hold, IHoldLedger} from "../ledger/IHoldLedger.sol";
import {ILedger} from "../ledger/ILedger.sol";
import {Signatures} from "../ledger/Signatures.sol";
import {ISettlementEngine, Instruction, Leg} from "../settlement/ISettlementEngine.sol";
import {
    Allocation,
    AuctionCut,
    AuctionState,
    AuctionStatus,
    AuctionTerms,
    Bid,
    BidStatus,
    IBondAuction,
    PriceRule,
    Underwriter
} from "./IBondAuction.sol";

/// @title BondAuction
/// @notice See {IBondAuction}.
/// @dev A bid is one storage word; auctions and bids come with each call and are recognised by their hash. What a bid is
/// allotted is never stored: it follows from the bid, its place and the cut that was proved.
contract BondAuction is IBondAuction, EIP712, ReentrancyGuardTransient {
    struct BidState {
        BidStatus status;
        uint16 position;
    }

    struct BidderState {
        uint8 bids;
        uint64 units;
    }

    bytes32 private constant UNDERWRITER_TYPEHASH = keccak256("Underwriter(address account,uint32 share)");
    bytes32 private constant TERMS_TYPEHASH = keccak256(
        "AuctionTerms(address issuer,address security,address currency,bytes32 documentHash,uint64 lot,uint64 minimumPrice,uint64 maximumPrice,uint64 tick,uint64 minimumUnits,uint64 maximumUnits,uint64 guarantee,uint16 bids,uint8 bidsPerBidder,uint8 priceRule,uint40 opens,uint40 reveals,uint40 closes,uint40 settlesFrom,uint40 settlesUntil,Underwriter[] underwriters)"
        "Underwriter(address account,uint32 share)"
    );
    bytes32 private constant BID_TYPEHASH = keccak256(
        "Bid(bytes32 auction,address bidder,uint64 units,uint64 price,bytes32 salt)"
    );

    /// @inheritdoc IBondAuction
    uint256 public constant MAXIMUM_BIDS = 10_000;
    /// @inheritdoc IBondAuction
    uint256 public constant MAXIMUM_UNDERWRITERS = 16;
    /// @inheritdoc IBondAuction
    uint256 public constant RANKED_AT_ONCE = 500;
    /// @inheritdoc IBondAuction
    uint256 public constant SETTLED_AT_ONCE = 60;
    /// @inheritdoc IBondAuction
    uint256 public constant GUARANTEE_PERIOD = 30 days;

    /// @inheritdoc IBondAuction
    address public immutable ENGINE;
    /// @inheritdoc IBondAuction
    address public immutable REGISTER;

    mapping(bytes32 id => AuctionState) private _auctions;
    // by bidder and auction: who sees a digest on its way cannot use it up
    mapping(bytes32 id => mapping(address bidder => mapping(bytes32 bid => BidState))) private _bids;
    mapping(bytes32 id => mapping(address bidder => BidderState)) private _bidders;
    mapping(bytes32 id => Allocation) private _allocations;
    mapping(bytes32 id => mapping(address proposer => Allocation)) private _proposals;

    constructor(ISettlementEngine engine_, IAssetRegistry register_) EIP712("BondAuction", "1") {
        ENGINE = address(engine_);
        REGISTER = address(register_);
    }

    // ----------------------------------------------------------------- announce

    /// @inheritdoc IBondAuction
    function announce(
        AuctionTerms calldata terms,
        bytes[] calldata commitments
    ) external nonReentrant returns (bytes32 id) {
        id = auctionId(terms);
        _requireStatus(id, AuctionStatus.None);
        _requireIssuer(id, terms);
        require(_isSound(terms), AuctionTermsInvalid(id));
        _requireCommitments(id, terms.underwriters, commitments);

        _auctions[id].status = AuctionStatus.Announced;
        emit AuctionAnnounced(id, terms.issuer, terms.security, terms);
        IHoldLedger(terms.security).placeHoldFrom(_lotHold(id, terms, terms.lot, 0));
    }

    // --------------------------------------------------------------------- bids

    /// @inheritdoc IBondAuction
    function placeBid(
        AuctionTerms calldata terms,
        address bidder,
        bytes32 bid,
        bytes calldata holdSignature
    ) external nonReentrant returns (uint256 position) {
        bytes32 id = auctionId(terms);
        _requireStatus(id, AuctionStatus.Announced);
        _requireTime(id, terms.opens, terms.reveals);
        _requireBidder(id, terms, bidder);
        BidState storage state = _bids[id][bidder][bid];
        require(state.status == BidStatus.None, AuctionBidStatusInvalid(bid, state.status));

        position = _count(id, terms, bidder);
        (state.status, state.position) = (BidStatus.Sealed, uint16(position));
        emit BidPlaced(id, bid, bidder, position);
        _guarantee(id, terms, _guaranteeHold(terms, bidder, bid), holdSignature);
    }

    /// @inheritdoc IBondAuction
    function revealBid(AuctionTerms calldata terms, Bid calldata bid, bytes calldata signature) external {
        bytes32 id = auctionId(terms);
        _requireStatus(id, AuctionStatus.Announced);
        _requireTime(id, terms.reveals, terms.closes);
        bytes32 digest = bidId(id, bid);
        uint256 position = _requireBid(id, bid.bidder, digest, BidStatus.Sealed);
        require(_isOnScale(terms, bid), AuctionBidInvalid(digest, bid.units, bid.price));
        require(
            msg.sender == bid.bidder || Signatures.isValid(bid.bidder, digest, signature),
            AuctionSignatureInvalid(digest, bid.bidder)
        );

        _bids[id][bid.bidder][digest].status = BidStatus.Revealed;
        _addUnits(id, terms, bid);
        emit BidRevealed(id, digest, bid.bidder, position, bid.units, bid.price, bid.salt);
    }

    // --------------------------------------------------------------- allocation

    /// @inheritdoc IBondAuction
    function propose(AuctionTerms calldata terms, AuctionCut calldata cut) external {
        bytes32 id = _requireAllocable(terms);
        delete _proposals[id][msg.sender];
        Allocation storage proposal = _proposals[id][msg.sender];
        // no bid stands before the first: its price is at most this, its place at least 1
        (proposal.cut, proposal.price) = (cut, type(uint64).max);
        emit AllocationProposed(id, msg.sender, cut);
    }

    /// @inheritdoc IBondAuction
    function rank(AuctionTerms calldata terms, Bid[] calldata bids) external returns (bool finished) {
        bytes32 id = _requireAllocable(terms);
        require(bids.length <= RANKED_AT_ONCE, AuctionPageTooLong(bids.length, RANKED_AT_ONCE));
        Allocation memory proposal = _proposals[id][msg.sender];
        require(proposal.price != 0, AuctionProposalMissing(id, msg.sender));
        for (uint256 i = 0; i < bids.length; ++i) _rank(id, terms.lot, proposal, bids[i]);

        finished = proposal.ranked == _auctions[id].revealedBids;
        if (!finished) {
            _proposals[id][msg.sender] = proposal;
            return false;
        }
        delete _proposals[id][msg.sender];
        _allocate(id, terms, proposal);
    }

    // --------------------------------------------------------------- settlement

    /// @inheritdoc IBondAuction
    function settle(
        AuctionTerms calldata terms,
        Bid[] calldata bids
    ) external nonReentrant returns (uint256 delivered) {
        bytes32 id = _requireSettling(terms);
        _requirePage(bids.length);
        AuctionState memory state = _freeLot(id, terms);
        for (uint256 i = 0; i < bids.length; ++i) delivered += _settle(id, terms, bids[i]);
        _keepLot(id, terms, state, delivered);
    }

    /// @inheritdoc IBondAuction
    function settleUnderwriting(
        AuctionTerms calldata terms,
        uint256 underwriter
    ) external nonReentrant returns (uint256 delivered) {
        bytes32 id = _requireSettling(terms);
        delivered = _underwriting(id, terms, underwriter);
        AuctionState memory state = _freeLot(id, terms);
        uint16 mark = uint16(1 << underwriter);
        require(delivered != 0 && state.underwritten & mark == 0, AuctionUnderwritingEmpty(id, underwriter));

        state.underwritten |= mark;
        address account = terms.underwriters[underwriter].account;
        emit UnderwritingSettled(id, account, delivered, terms.minimumPrice);
        uint256 place = uint256(terms.bids) + 1 + underwriter;
        _exchange(_instruction(id, terms, account, place, delivered, terms.minimumPrice));
        _keepLot(id, terms, state, delivered);
    }

    /// @inheritdoc IBondAuction
    function deliver(Instruction calldata instruction, address currency, Hold calldata guarantee) external {
        require(msg.sender == address(this), AuctionCallerInvalid(guarantee.businessRef, msg.sender, address(this)));
        IHoldLedger(currency).releaseHold(guarantee);
        _exchange(instruction);
    }

    // --------------------------------------------------------------- guarantees

    /// @inheritdoc IBondAuction
    function release(AuctionTerms calldata terms, Bid[] calldata bids) external nonReentrant {
        bytes32 id = auctionId(terms);
        _requirePage(bids.length);
        bool over = block.timestamp > terms.settlesUntil;
        bool allocated = _auctions[id].status >= AuctionStatus.Allocated;
        for (uint256 i = 0; i < bids.length; ++i) {
            Bid calldata bid = bids[i];
            bytes32 digest = bidId(id, bid);
            uint256 position = _requireBid(id, bid.bidder, digest, BidStatus.Revealed);
            // before its last moment an auction is closed only when all that was allotted is delivered
            require(over || (allocated && _allotted(id, terms.lot, bid, position) == 0), AuctionGuaranteeInUse(digest));
            _release(id, terms, bid.bidder, digest);
        }
    }

    /// @inheritdoc IBondAuction
    function forfeit(AuctionTerms calldata terms, address bidder, bytes32 bid) external nonReentrant {
        bytes32 id = auctionId(terms);
        BidState storage state = _bids[id][bidder][bid];
        BidStatus status = state.status;
        require(status == BidStatus.Sealed || status == BidStatus.Defaulted, AuctionBidStatusInvalid(bid, status));
        _requireTime(
            id,
            status == BidStatus.Sealed ? terms.closes : uint256(terms.settlesUntil) + 1,
            type(uint256).max
        );

        state.status = BidStatus.Forfeited;
        emit GuaranteeForfeited(id, bid, bidder, terms.guarantee);
        IHoldLedger(terms.currency).captureHold(_guaranteeHold(terms, bidder, bid), terms.issuer, terms.guarantee);
    }

    /// @inheritdoc IBondAuction
    function close(AuctionTerms calldata terms) external nonReentrant returns (uint256 unsold) {
        bytes32 id = auctionId(terms);
        AuctionState memory state = _auctions[id];
        require(
            state.status == AuctionStatus.Announced || state.status == AuctionStatus.Allocated,
            AuctionStatusInvalid(id, state.status)
        );
        bool delivered = state.status == AuctionStatus.Allocated && state.outstanding == 0;
        require(
            delivered || block.timestamp > terms.settlesUntil,
            AuctionOutstanding(id, state.outstanding, terms.settlesUntil)
        );

        _auctions[id].status = AuctionStatus.Closed;
        unsold = terms.lot - _sold(id, terms, state);
        emit AuctionClosed(id, unsold);
        ILedger security = ILedger(terms.security);
        Hold memory lot = _presentLotHold(id, terms, state);
        // once it has expired anyone may have freed it at the ledger itself
        if (_isHeld(security, lot)) security.releaseHold(lot);
    }

    // -------------------------------------------------------------------- views

    /// @inheritdoc IBondAuction
    function auctionId(AuctionTerms calldata terms) public view returns (bytes32) {
        bytes32[] memory underwriters = new bytes32[](terms.underwriters.length);
        for (uint256 i = 0; i < underwriters.length; ++i)
            underwriters[i] = keccak256(abi.encode(UNDERWRITER_TYPEHASH, terms.underwriters[i]));
        (bytes32 typehash, bytes32 listHash, bytes32 structHash) = (
            TERMS_TYPEHASH,
            keccak256(abi.encodePacked(underwriters)),
            0
        );
        assembly ("memory-safe") {
            // the nineteen fields before the list stand in calldata in the order of the type, a word each
            let encoded := mload(0x40)
            mstore(encoded, typehash)
            calldatacopy(add(encoded, 0x20), terms, 0x260)
            mstore(add(encoded, 0x280), listHash)
            structHash := keccak256(encoded, 0x2a0)
        }
        return _hashTypedDataV4(structHash);
    }

    /// @inheritdoc IBondAuction
    function bidId(bytes32 auction, Bid calldata bid) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(BID_TYPEHASH, auction, bid)));
    }

    /// @inheritdoc IBondAuction
    function guaranteeOf(AuctionTerms calldata terms, address bidder, bytes32 bid) external view returns (Hold memory) {
        return _guaranteeHold(terms, bidder, bid);
    }

    /// @inheritdoc IBondAuction
    function lotHoldOf(AuctionTerms calldata terms) external view returns (Hold memory) {
        bytes32 id = auctionId(terms);
        return _presentLotHold(id, terms, _auctions[id]);
    }

    /// @inheritdoc IBondAuction
    function auctionStateOf(bytes32 id) external view returns (AuctionState memory) {
        return _auctions[id];
    }

    /// @inheritdoc IBondAuction
    function bidStateOf(
        bytes32 id,
        address bidder,
        bytes32 bid
    ) external view returns (BidStatus status, uint256 position) {
        BidState storage state = _bids[id][bidder][bid];
        return (state.status, state.position);
    }

    /// @inheritdoc IBondAuction
    function bidderStateOf(bytes32 id, address bidder) external view returns (uint256 bids, uint256 units) {
        BidderState storage state = _bidders[id][bidder];
        return (state.bids, state.units);
    }

    /// @inheritdoc IBondAuction
    function allocationOf(bytes32 id) external view returns (Allocation memory) {
        return _allocations[id];
    }

    /// @inheritdoc IBondAuction
    function proposalOf(bytes32 id, address proposer) external view returns (Allocation memory) {
        return _proposals[id][proposer];
    }

    /// @inheritdoc IBondAuction
    function allotmentOf(
        AuctionTerms calldata terms,
        Bid calldata bid
    ) external view returns (uint256 units, uint256 price) {
        bytes32 id = auctionId(terms);
        _requireAllocated(id);
        bytes32 digest = bidId(id, bid);
        BidState memory state = _bids[id][bid.bidder][digest];
        // a bid that was never shown may be forfeited as well
        require(
            state.status > BidStatus.Sealed && state.status != BidStatus.Forfeited,
            AuctionBidStatusInvalid(digest, state.status)
        );
        return (_allotted(id, terms.lot, bid, state.position), _price(id, terms, bid));
    }

    /// @inheritdoc IBondAuction
    function underwritingOf(AuctionTerms calldata terms, uint256 underwriter) external view returns (uint256 units) {
        bytes32 id = auctionId(terms);
        _requireAllocated(id);
        return _underwriting(id, terms, underwriter);
    }

    // ----------------------------------------------------------------- internals

    /// @dev One more bid of the auction and of its bidder.
    function _count(bytes32 id, AuctionTerms calldata terms, address bidder) private returns (uint256 position) {
        AuctionState storage state = _auctions[id];
        BidderState storage own = _bidders[id][bidder];
        require(state.sealedBids < terms.bids, AuctionFull(id, terms.bids));
        require(own.bids < terms.bidsPerBidder, AuctionBidsExceeded(id, bidder, terms.bidsPerBidder));
        ++own.bids;
        return ++state.sealedBids;
    }

    function _addUnits(bytes32 id, AuctionTerms calldata terms, Bid calldata bid) private {
        BidderState storage own = _bidders[id][bid.bidder];
        uint256 units = uint256(own.units) + bid.units;
        require(units <= terms.maximumUnits, AuctionUnitsExceeded(id, bid.bidder, units, terms.maximumUnits));
        own.units = uint64(units);
        AuctionState storage state = _auctions[id];
        ++state.revealedBids;
        state.demand += bid.units;
    }

    /// @dev Anyone who sees the bidder's signature may place its hold at the ledger first; that must not stop the bid. A
    /// hold in place names the bid, and only this contract could have taken from it.
    function _guarantee(
        bytes32 id,
        AuctionTerms calldata terms,
        Hold memory hold,
        bytes calldata holdSignature
    ) private {
        ILedger currency = ILedger(terms.currency);
        if (_isHeld(currency, hold)) return;
        if (holdSignature.length != 0) {
            currency.placeHoldWithSignature(hold, holdSignature);
        } else {
            require(msg.sender == hold.payer, AuctionCallerInvalid(id, msg.sender, hold.payer));
            currency.placeHoldFrom(hold);
        }
    }

    /// @dev Adds the next bid to a proposal: in order, so none comes twice.
    function _rank(bytes32 id, uint256 lot, Allocation memory proposal, Bid calldata bid) private view {
        bytes32 digest = bidId(id, bid);
        uint256 position = _requireBid(id, bid.bidder, digest, BidStatus.Revealed);
        (uint64 price, uint64 units) = (bid.price, bid.units);
        require(
            price < proposal.price || (price == proposal.price && position > proposal.position),
            AuctionOrderInvalid(digest, price, position)
        );
        (proposal.price, proposal.position) = (price, uint16(position));
        ++proposal.ranked;

        uint256 allotted = 0;
        if (price > proposal.cut.price) {
            allotted = units;
            proposal.above += units;
        } else if (price == proposal.cut.price) {
            proposal.atMargin += units;
            // a share is then within what is left of the lot, and there is something left
            if (proposal.atMargin > proposal.cut.demand || proposal.above >= lot) _refuseCut(id, proposal);
            allotted = _share(proposal, lot, units, position);
            proposal.marginal += uint64(allotted);
        }
        proposal.bidRoot = keccak256(abi.encodePacked(proposal.bidRoot, digest, allotted));
    }

    /// @dev All bids are ranked. The margin is right if the bids above it leave something of the lot and the bids at it
    /// take the rest, or there is none below; then what is allotted is the lot, or all that was bid.
    function _allocate(bytes32 id, AuctionTerms calldata terms, Allocation memory proposal) private {
        AuctionState storage state = _auctions[id];
        uint256 allotted = uint256(proposal.above) + proposal.marginal;
        if (
            proposal.atMargin != proposal.cut.demand ||
            (proposal.atMargin == 0 && proposal.ranked != 0) ||
            allotted != Math.min(terms.lot, state.demand)
        ) _refuseCut(id, proposal);

        state.status = AuctionStatus.Allocated;
        // at most the lot
        state.outstanding = terms.underwriters.length == 0 ? uint64(allotted) : terms.lot;
        _allocations[id] = proposal;
        emit AuctionAllocated(id, msg.sender, allotted, proposal.cut.price, proposal.bidRoot);
    }

    /// @dev The one place that settles a bid.
    function _settle(bytes32 id, AuctionTerms calldata terms, Bid calldata bid) private returns (uint256 units) {
        bytes32 digest = bidId(id, bid);
        BidState storage state = _bids[id][bid.bidder][digest];
        BidStatus status = state.status;
        require(status == BidStatus.Revealed || status == BidStatus.Defaulted, AuctionBidStatusInvalid(digest, status));
        units = _allotted(id, terms.lot, bid, state.position);
        require(units != 0, AuctionBidUnfilled(digest));

        uint256 price = _price(id, terms, bid);
        Instruction memory instruction = _instruction(id, terms, bid.bidder, state.position, units, price);
        state.status = BidStatus.Settled;
        try this.deliver(instruction, terms.currency, _guaranteeHold(terms, bid.bidder, digest)) {
            emit BidSettled(id, digest, bid.bidder, units, price);
        } catch (bytes memory reason) {
            bool withheld = _isWithheld(terms, bid.bidder, units * price);
            state.status = withheld ? BidStatus.Defaulted : BidStatus.Revealed;
            units = 0;
            emit BidFailed(id, digest, bid.bidder, withheld, reason);
        }
    }

    function _release(bytes32 id, AuctionTerms calldata terms, address bidder, bytes32 bid) private {
        _bids[id][bidder][bid].status = BidStatus.Released;
        emit GuaranteeReleased(id, bid, bidder);
        ILedger currency = ILedger(terms.currency);
        Hold memory hold = _guaranteeHold(terms, bidder, bid);
        // once it has expired anyone may have freed it at the ledger itself
        if (_isHeld(currency, hold)) currency.releaseHold(hold);
    }

    /// @dev Frees the lot for a page of deliveries; {_keepLot} holds the rest again.
    function _freeLot(bytes32 id, AuctionTerms calldata terms) private returns (AuctionState memory state) {
        state = _auctions[id];
        // nothing was left to be held again
        if (state.round != 0 && state.outstanding == 0) return state;
        IHoldLedger(terms.security).releaseHold(_presentLotHold(id, terms, state));
    }

    function _keepLot(bytes32 id, AuctionTerms calldata terms, AuctionState memory state, uint256 delivered) private {
        state.outstanding -= uint64(delivered);
        ++state.round;
        _auctions[id] = state;
        if (state.outstanding == 0) return;
        IHoldLedger(terms.security).placeHoldFrom(_lotHold(id, terms, state.outstanding, state.round));
    }

    function _exchange(Instruction memory instruction) private {
        ISettlementEngine(ENGINE).settle(instruction, new bytes[](0), new Hold[](0));
    }

    function _instruction(
        bytes32 id,
        AuctionTerms calldata terms,
        address buyer,
        uint256 place,
        uint256 units,
        uint256 price
    ) private pure returns (Instruction memory) {
        Leg[] memory legs = new Leg[](2);
        // the buyer begins: its reference is its own, and no issuer can use it up
        legs[0] = Leg(terms.currency, buyer, terms.issuer, units * price);
        legs[1] = Leg(terms.security, terms.issuer, buyer, units);
        bytes32 businessRef = keccak256(abi.encode(id, place));
        return Instruction(businessRef, terms.settlesFrom, terms.settlesUntil, false, legs);
    }

    /// @dev Whether a bidder lacks what is its own to provide: authority, allowance or free money.
    function _isWithheld(AuctionTerms calldata terms, address bidder, uint256 cost) private view returns (bool) {
        ILedger currency = ILedger(terms.currency);
        uint256 free = Math.saturatingSub(currency.balanceOf(bidder), currency.heldOf(bidder)) + terms.guarantee;
        return
            free < cost ||
            currency.allowance(bidder, ENGINE) < cost ||
            !ISettlementEngine(ENGINE).isAgent(bidder, address(this));
    }

    /// @dev What a bid is allotted: a function of the bid, its place and what was proved.
    function _allotted(bytes32 id, uint256 lot, Bid calldata bid, uint256 position) private view returns (uint256) {
        Allocation storage proved = _allocations[id];
        uint256 margin = proved.cut.price;
        if (bid.price > margin) return bid.units;
        return bid.price < margin ? 0 : _share(proved, lot, bid.units, position);
    }

    /// @dev The caller has checked that the margin has demand and that bids above it leave something of the lot.
    function _share(
        Allocation memory allocation,
        uint256 lot,
        uint256 units,
        uint256 position
    ) private pure returns (uint256) {
        AuctionCut memory cut = allocation.cut;
        uint256 left = Math.min(lot - allocation.above, cut.demand);
        return Rounding.share(units * left, cut.demand, position, cut.remainder, cut.position);
    }

    function _price(bytes32 id, AuctionTerms calldata terms, Bid calldata bid) private view returns (uint256) {
        return terms.priceRule == PriceRule.Uniform ? _allocations[id].cut.price : bid.price;
    }

    /// @dev Units that an underwriter takes: its part of what is unsold, by largest remainder.
    function _underwriting(
        bytes32 id,
        AuctionTerms calldata terms,
        uint256 underwriter
    ) private view returns (uint256 units) {
        Underwriter[] calldata list = terms.underwriters;
        require(underwriter < list.length, AuctionUnderwritingEmpty(id, underwriter));
        uint256 sum = 0;
        for (uint256 i = 0; i < list.length; ++i) sum += list[i].share;
        uint256 unsold = terms.lot - _allottedInAll(id);
        uint256 remainder;
        (units, remainder) = Rounding.split(unsold * list[underwriter].share, sum);
        uint256 left = unsold;
        uint256 before = 0;
        for (uint256 i = 0; i < list.length; ++i) {
            (uint256 whole, uint256 other) = Rounding.split(unsold * list[i].share, sum);
            left -= whole;
            if (other > remainder || (other == remainder && i < underwriter)) ++before;
        }
        // so many units are left over, and so many underwriters are rounded up before this one
        if (before < left) ++units;
    }

    function _allottedInAll(bytes32 id) private view returns (uint256) {
        Allocation storage proved = _allocations[id];
        return uint256(proved.above) + proved.marginal;
    }

    /// @dev Units that are delivered, to bidders and underwriters.
    function _sold(bytes32 id, AuctionTerms calldata terms, AuctionState memory state) private view returns (uint256) {
        if (state.status == AuctionStatus.Announced) return 0;
        uint256 promised = terms.underwriters.length == 0 ? _allottedInAll(id) : terms.lot;
        return promised - state.outstanding;
    }

    // --------------------------------------------------------------------- holds

    function _presentLotHold(
        bytes32 id,
        AuctionTerms calldata terms,
        AuctionState memory state
    ) private view returns (Hold memory) {
        return _lotHold(id, terms, state.round == 0 ? terms.lot : state.outstanding, state.round);
    }

    function _lotHold(
        bytes32 id,
        AuctionTerms calldata terms,
        uint256 units,
        uint256 round
    ) private view returns (Hold memory) {
        // a hold is captured strictly before it expires
        uint256 expiry = uint256(terms.settlesUntil) + 1;
        return Hold(terms.issuer, address(0), address(this), units, expiry, keccak256(abi.encode(id, round)));
    }

    function _guaranteeHold(
        AuctionTerms calldata terms,
        address bidder,
        bytes32 bid
    ) private view returns (Hold memory) {
        uint256 expiry = terms.settlesUntil + GUARANTEE_PERIOD;
        return Hold(bidder, terms.issuer, address(this), terms.guarantee, expiry, bid);
    }

    function _isHeld(ILedger ledger, Hold memory hold) private view returns (bool) {
        (uint256 remaining, ) = ledger.holdState(ledger.holdId(hold));
        return remaining != 0;
    }

    // -------------------------------------------------------------------- checks

    function _isSound(AuctionTerms calldata terms) private view returns (bool) {
        uint256 underwriters = terms.underwriters.length;
        for (uint256 i = 0; i < underwriters; ++i) {
            if (terms.underwriters[i].share == 0 || terms.underwriters[i].account == terms.issuer) return false;
        }
        return underwriters <= MAXIMUM_UNDERWRITERS && _areAmountsSound(terms) && _areTimesSound(terms);
    }

    function _areAmountsSound(AuctionTerms calldata terms) private pure returns (bool) {
        return
            terms.minimumUnits != 0 &&
            terms.minimumUnits <= terms.maximumUnits &&
            terms.maximumUnits <= terms.lot &&
            terms.tick != 0 &&
            terms.minimumPrice != 0 &&
            terms.minimumPrice <= terms.maximumPrice &&
            terms.minimumPrice % terms.tick == 0 &&
            uint256(terms.lot) * terms.maximumPrice <= type(uint64).max &&
            terms.guarantee != 0 &&
            terms.bids != 0 &&
            terms.bids <= MAXIMUM_BIDS &&
            terms.bidsPerBidder != 0;
    }

    function _areTimesSound(AuctionTerms calldata terms) private view returns (bool) {
        return
            block.timestamp <= terms.opens &&
            terms.opens < terms.reveals &&
            terms.reveals < terms.closes &&
            terms.closes <= terms.settlesFrom &&
            terms.settlesFrom <= terms.settlesUntil;
    }

    function _isOnScale(AuctionTerms calldata terms, Bid calldata bid) private pure returns (bool) {
        return
            bid.units >= terms.minimumUnits &&
            bid.price >= terms.minimumPrice &&
            bid.price <= terms.maximumPrice &&
            bid.price % terms.tick == 0;
    }

    function _requireIssuer(bytes32 id, AuctionTerms calldata terms) private view {
        IAssetRegistry register = IAssetRegistry(REGISTER);
        register.requireCurrency(terms.currency);
        address issuer = register.asset(register.requireToken(terms.security)).issuer;
        require(msg.sender == issuer && terms.issuer == issuer, AuctionCallerInvalid(id, msg.sender, issuer));
        _requireAgency(id, issuer);
    }

    function _requireBidder(bytes32 id, AuctionTerms calldata terms, address bidder) private view {
        require(bidder != terms.issuer && ILedger(terms.security).canReceive(bidder), AuctionBidderInvalid(id, bidder));
        _requireAgency(id, bidder);
    }

    function _requireAgency(bytes32 id, address account) private view {
        require(ISettlementEngine(ENGINE).isAgent(account, address(this)), AuctionAgentMissing(id, account));
    }

    function _requireCommitments(
        bytes32 id,
        Underwriter[] calldata underwriters,
        bytes[] calldata commitments
    ) private view {
        require(underwriters.length == commitments.length, AuctionCommitmentInvalid(id, commitments.length));
        for (uint256 i = 0; i < underwriters.length; ++i)
            require(Signatures.isValid(underwriters[i].account, id, commitments[i]), AuctionCommitmentInvalid(id, i));
    }

    function _requireAllocable(AuctionTerms calldata terms) private view returns (bytes32 id) {
        id = auctionId(terms);
        _requireStatus(id, AuctionStatus.Announced);
        _requireTime(id, terms.closes, uint256(terms.settlesUntil) + 1);
    }

    function _requireSettling(AuctionTerms calldata terms) private view returns (bytes32 id) {
        id = auctionId(terms);
        _requireStatus(id, AuctionStatus.Allocated);
        _requireTime(id, terms.settlesFrom, uint256(terms.settlesUntil) + 1);
    }

    function _requireStatus(bytes32 id, AuctionStatus needed) private view {
        AuctionStatus status = _auctions[id].status;
        require(status == needed, AuctionStatusInvalid(id, status));
    }

    /// @dev An auction that was never allocated may be closed as well.
    function _requireAllocated(bytes32 id) private view {
        require(_allocations[id].price != 0, AuctionStatusInvalid(id, _auctions[id].status));
    }

    function _requireBid(
        bytes32 id,
        address bidder,
        bytes32 bid,
        BidStatus needed
    ) private view returns (uint256 position) {
        BidState storage state = _bids[id][bidder][bid];
        require(state.status == needed, AuctionBidStatusInvalid(bid, state.status));
        return state.position;
    }

    function _requireTime(bytes32 id, uint256 from, uint256 until) private view {
        require(
            block.timestamp >= from && block.timestamp < until,
            AuctionTimeInvalid(id, from, until, block.timestamp)
        );
    }

    function _requirePage(uint256 bids) private pure {
        require(bids <= SETTLED_AT_ONCE, AuctionPageTooLong(bids, SETTLED_AT_ONCE));
    }

    function _refuseCut(bytes32 id, Allocation memory proposal) private pure {
        revert AuctionCutWrong(id, proposal.above, proposal.atMargin, proposal.marginal);
    }
}
